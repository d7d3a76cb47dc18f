import { basename, extname } from 'node:path';
import type { Place } from '../files.js';
import type { Context } from './context.js';
import { text } from './fields.js';
import { messageFields } from './message.js';

/** A message of a 2.x channel: where it is written, and which operation carries it at which position. */
export interface MessageUse {
  readonly place: Place;
  readonly direction: 'publish' | 'subscribe';
  /** From 1, among the operation's messages. */
  readonly position: number;
}

/**
 * Ids for the messages of one 2.x channel, in their order. A message has no key there, so its own id comes
 * first, then the component or file that it is written in, its name, its title. Equal names of different
 * messages are told apart by their operation, then by their position in it; never by what else there is.
 */
export function messageIds(uses: readonly MessageUse[], context: Context): readonly string[] {
  const plain = uses.map((use) => nameOf(use, context));
  const byOperation = uses.map((use, i) =>
    repeated(plain, i) ? joined(use.direction, plain[i] ?? '') : plain[i],
  );
  return uses.map((use, i) => {
    const id = byOperation[i] ?? '';
    return repeated(byOperation, i) ? `${id}${use.position}` : id;
  });
}

function nameOf({ place }: MessageUse, context: Context): string {
  const fields = messageFields(place, context);
  const names = [fields.messageId, writtenIn(place, context), fields.name, fields.title];
  return names.map(text).find((name) => name !== undefined) ?? 'message';
}

/** Key of the component that a reference leads to, or the name of the file. */
function writtenIn(place: Place, { tree, files }: Context): string | undefined {
  const [, ...targets] = tree.chain(place);
  const component = targets.find(
    ({ path }) => path.length === 3 && path[0] === 'components' && path[1] === 'messages',
  );
  const end = component ?? targets.at(-1);
  if (end === undefined) return undefined;
  return end.path.at(-1) ?? (end.file === files.main ? undefined : basename(end.file, extname(end.file)));
}

function joined(direction: string, name: string): string {
  return `${direction}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function repeated(names: readonly (string | undefined)[], index: number): boolean {
  return names.some((name, i) => i !== index && name === names[index]);
}
