import { isIpv6 } from './ip.js';

/** RFC 3986 and, with letters beyond ASCII, RFC 3987. */

const UCS = '\\u00a0-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\uffef\\u{10000}-\\u{effff}';
const PRIVATE = '\\ue000-\\uf8ff\\u{f0000}-\\u{10ffff}';

interface Grammar {
  readonly userInfo: RegExp;
  readonly name: RegExp;
  readonly path: RegExp;
  readonly query: RegExp;
  readonly fragment: RegExp;
}

const URI = grammar('', '');
const IRI = grammar(UCS, PRIVATE);

function grammar(letters: string, inQuery: string): Grammar {
  const of = (more: string) => new RegExp(`^(?:[\\w.~!$&'()*+,;=${letters}${more}-]|%[\\da-fA-F]{2})*$`, 'u');
  return {
    userInfo: of(':'),
    name: of(''),
    path: of(':@/'),
    query: of(`:@/?${inQuery}`),
    fragment: of(':@/?'),
  };
}

/** RFC 3986, appendix B. */
const PARTS = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/;
const SCHEME = /^[a-zA-Z][a-zA-Z\d+.-]*$/;
const AUTHORITY = /^(?:([^@]*)@)?(\[[^\]]*\]|[^:[\]]*)(?::(\d*))?$/;
const FUTURE_ADDRESS = /^[vV][\da-fA-F]+\.[\w.~!$&'()*+,;=:-]+$/;

export function isUri(text: string): boolean {
  return isReference(text, URI) === 'absolute';
}

export function isUriReference(text: string): boolean {
  return isReference(text, URI) !== undefined;
}

export function isIri(text: string): boolean {
  return isReference(text, IRI) === 'absolute';
}

export function isIriReference(text: string): boolean {
  return isReference(text, IRI) !== undefined;
}

function isReference(text: string, rules: Grammar): 'absolute' | 'relative' | undefined {
  const match = PARTS.exec(text);
  if (match === null) return undefined;
  const [, scheme, authority, path = '', query = '', fragment = ''] = match;
  if (scheme !== undefined && !SCHEME.test(scheme)) return undefined;
  if (authority !== undefined && !isAuthority(authority, rules)) return undefined;
  // Without a scheme, what comes before a colon in the first segment would be one.
  if (scheme === undefined && authority === undefined && /^[^/]*:/.test(path)) return undefined;
  const valid = rules.path.test(path) && rules.query.test(query) && rules.fragment.test(fragment);
  if (!valid) return undefined;
  return scheme === undefined ? 'relative' : 'absolute';
}

function isAuthority(text: string, rules: Grammar): boolean {
  const match = AUTHORITY.exec(text);
  if (match === null) return false;
  const [, userInfo = '', host = ''] = match;
  return (
    rules.userInfo.test(userInfo) &&
    (host.startsWith('[') ? isAddress(host.slice(1, -1)) : rules.name.test(host))
  );
}

function isAddress(text: string): boolean {
  return isIpv6(text) || FUTURE_ADDRESS.test(text);
}

const VARIABLE = '(?:\\w|%[\\da-fA-F]{2})(?:\\.?(?:\\w|%[\\da-fA-F]{2}))*(?::[1-9]\\d{0,3}|\\*)?';
const EXPRESSION = `\\{[+#./;?&=,!@|]?${VARIABLE}(?:,${VARIABLE})*\\}`;
const LITERAL = `[!#$&-;=?-[\\]_a-z~'${UCS}${PRIVATE}]|%[\\da-fA-F]{2}`;
const TEMPLATE = new RegExp(`^(?:${LITERAL}|${EXPRESSION})*$`, 'u');

/** RFC 6570. */
export function isUriTemplate(text: string): boolean {
  return TEMPLATE.test(text);
}
