import { layOut } from '../code/layout.js';
import { quote } from '../code/quote.js';
import { bodyDoc, name } from '../code/value-doc.js';

/** Body of a function that opens a front door of the runtime with the contract: `{ return open({ … }, options); }`. */
export function openCall(open: string, title: string, parts: readonly string[]): string {
  const contract = [
    { key: 'service', value: { kind: 'atom', form: 'string', text: quote(title) } },
    ...parts.map((part) => ({ key: part, value: name(part), form: 'shorthand' }) as const),
  ] as const;
  return layOut(
    bodyDoc({ kind: 'call', name: open, args: [{ kind: 'record', entries: contract }, name('options')] }),
  );
}
