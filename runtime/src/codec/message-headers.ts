import type { HeadersDescriptor } from '../contract.js';
import type { PayloadIssue } from '../errors.js';
import { HeaderMap, isReservedHeader } from './headers.js';
import { checkSchema, type Rejected } from './validate.js';

/** Headers as the contract types them: a value may be anything that JSON has. */
export type TypedHeaders = Readonly<Record<string, unknown>>;

export type CheckedHeaders =
  | { readonly ok: true; readonly headers: TypedHeaders }
  | { readonly ok: false; readonly distance: number; readonly issues: () => readonly PayloadIssue[] };

/**
 * Checks headers that arrived, and gives them the types of the contract. In a frame a header is text; where the schema
 * refuses a text, it is read as JSON and looked at once more: `"3"` is 3 where the contract wants a number, and stays
 * `"3"` where it takes both. Never throws.
 */
export function readHeaders(descriptor: HeadersDescriptor, received: TypedHeaders): CheckedHeaders {
  const concerned = concernedBy(descriptor, received);
  const asText = checkSchema(descriptor.schema, concerned);
  if (asText.ok) return accepted(received, asText.value);
  const reread = withoutText(concerned, asText);
  if (reread === undefined) return refused(asText);
  const again = checkSchema(descriptor.schema, reread);
  return again.ok ? accepted(received, again.value) : refused(again);
}

/** What is wrong with headers that are to be sent, those that the frame sets itself included. Never throws. */
export function outgoingIssues(
  descriptor: HeadersDescriptor,
  headers: TypedHeaders,
): readonly PayloadIssue[] {
  const checked = checkSchema(descriptor.schema, concernedBy(descriptor, headers));
  return checked.ok ? [] : headerIssues(checked);
}

/** What stands in the frame: text as it is, anything else as JSON; what is `undefined` is left out. */
export function headerTexts(headers: TypedHeaders): Record<string, string> {
  const texts = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) texts[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  return texts;
}

/** Without the frame's own, of which contracts mostly know nothing; those that this one declares stay. */
function concernedBy({ frame = [] }: HeadersDescriptor, headers: TypedHeaders): TypedHeaders {
  const concerned: Record<string, unknown> = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (!isReservedHeader(name) || frame.includes(name)) concerned[name] = value;
  }
  return concerned;
}

/** Headers with those read as JSON that were refused as text; `undefined` when that changes nothing. */
function withoutText(headers: TypedHeaders, { paths }: Rejected): TypedHeaders | undefined {
  const reread: Record<string, unknown> = Object.assign(new HeaderMap(), headers);
  const refusedNames = new Set(paths().flatMap(([name]) => (name === undefined ? [] : [String(name)])));
  let changed = false;
  // A rule about all of them together names none.
  for (const name of refusedNames.size === 0 ? Object.keys(headers) : refusedNames) {
    const value = parsed(headers[name]);
    if (value === undefined || typeof value === 'string') continue;
    reread[name] = value;
    changed = true;
  }
  return changed ? reread : undefined;
}

function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function accepted(all: TypedHeaders, checked: unknown): CheckedHeaders {
  return { ok: true, headers: Object.assign(new HeaderMap(), all, checked) as TypedHeaders };
}

function refused(rejected: Rejected): CheckedHeaders {
  return {
    ok: false,
    distance: rejected.distance,
    issues: () => headerIssues(rejected),
  };
}

function headerIssues({ issues }: Rejected): readonly PayloadIssue[] {
  return issues().map(({ path, message }) => ({ path: `header ${path}`.trimEnd(), message }));
}
