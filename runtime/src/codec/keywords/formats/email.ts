import { isHostname, isIdnHostname } from './hostname.js';
import { isIpv4, isIpv6 } from './ip.js';

const ATOM = "[\\w!#$%&'*+/=?^`{|}~-]";
const LOCAL = new RegExp(`^(?:${ATOM}+(?:\\.${ATOM}+)*|"(?:[ !#-[\\]-~]|\\\\[ -~])*")$`);
const IDN_ATOM = "[\\w!#$%&'*+/=?^`{|}~\\u0080-\\u{10ffff}-]";
const IDN_LOCAL = new RegExp(
  `^(?:${IDN_ATOM}+(?:\\.${IDN_ATOM}+)*|"(?:[ !#-\\[\\]-~\\u0080-\\u{10ffff}]|\\\\[ -~])*")$`,
  'u',
);

/** RFC 5321: a local part, quoted or not, and a host name or an address in brackets. */
export function isEmail(text: string): boolean {
  return isAddress(text, LOCAL, isHostname);
}

/** RFC 6531: letters of every script. */
export function isIdnEmail(text: string): boolean {
  // Host names are compared in composed form, but mail may carry them otherwise.
  return isAddress(text, IDN_LOCAL, (host) => isIdnHostname(host.normalize('NFC')));
}

function isAddress(text: string, local: RegExp, isHost: (text: string) => boolean): boolean {
  const at = text.lastIndexOf('@');
  return at > 0 && at <= 64 && local.test(text.slice(0, at)) && isDomain(text.slice(at + 1), isHost);
}

function isDomain(text: string, isHost: (text: string) => boolean): boolean {
  const literal = /^\[(IPv6:)?(.*)\]$/.exec(text);
  if (literal === null) return isHost(text);
  return literal[1] === undefined ? isIpv4(literal[2] ?? '') : isIpv6(literal[2] ?? '');
}
