import { GeneratorError } from '../../errors.js';
import type { Console } from '../console.js';
import { detailJson, json } from './json.js';
import { operationOf, type Place, shardOf, shardsOf } from './places.js';
import type { DeadLetterDetail, Payload } from './runtime.js';
import type { Session } from './session.js';
import { bytes, manyLines, oneLine, time } from './text.js';

/** Of what can't be decoded this much is shown, in rows of sixteen bytes. */
const HEX_BYTES = 256;

/**
 * `fs-gen dead show`
 *
 * @throws GeneratorError `FS_DEAD_LETTER_UNKNOWN`
 */
export async function show(
  { terminal, deadLetters, places }: Session,
  id: string,
  asJson: boolean,
): Promise<void> {
  const found: { place: Place; detail: DeadLetterDetail }[] = [];
  for (const place of places) {
    for (const letter of await deadLetters.find(place.dead, [id], {})) {
      const detail = await deadLetters.read(place.dead, letter.id);
      if (detail !== undefined) found.push({ place, detail });
    }
  }
  const [first] = found;
  if (first === undefined)
    throw new GeneratorError('FS_DEAD_LETTER_UNKNOWN', `There is no dead letter ${id}.`);
  // Two streams may have given the same id, and one entry may have failed in several groups.
  if (asJson) {
    const all = found.map(({ detail, place }) => detailJson(detail, place));
    terminal.print(json(all.length === 1 ? detailJson(first.detail, first.place) : all));
    return;
  }
  for (const { detail, place } of found) printDetail(detail, place, terminal);
}

function printDetail(detail: DeadLetterDetail, place: Place, terminal: Console): void {
  const { bold, cyan, dim, red } = terminal.out;
  const { origin, issues, errorStack, headers } = detail;
  const row = (name: string, value: string) => terminal.print(`  ${dim(name.padEnd(10))}  ${oneLine(value)}`);
  const section = (name: string, lines: readonly string[]) => {
    if (lines.length === 0) return;
    terminal.print(`\n${bold(name)}`);
    for (const line of lines) terminal.print(`  ${line}`);
  };
  terminal.print(`${bold(`Dead letter ${cyan(detail.id)}`)}  ${dim(place.dead)}`);
  terminal.print('');
  row('when', time(detail.at));
  if (origin === null)
    row('origin', 'foreign: another tool wrote this entry; it can be discarded, not replayed');
  else {
    row('channel', place.channels.join(', '));
    row('operation', operationOf(place, origin));
    row('group', origin.group);
    const shard = shardOf(place, origin);
    if (shard !== undefined) row('shard', `${shard}, from 0 to ${shardsOf(place) - 1}`);
    row('was', `${origin.id} of ${origin.stream}`);
    if (detail.consumer !== undefined) row('consumer', detail.consumer);
    row('tries', String(origin.attempts));
    terminal.print(`  ${dim('reason'.padEnd(10))}  ${red(oneLine(origin.reason))}`);
    if (origin.error !== undefined) row('error', errorText(origin.reason, origin.error));
  }
  section(
    'Issues',
    issues.map(({ path, message }) => `${cyan(oneLine(path) || 'the payload')}: ${oneLine(message)}`),
  );
  section('Stack', hasPlaces(errorStack) ? manyLines(errorStack) : []);
  section(
    'Headers',
    Object.entries(headers).map(([name, value]) => `${dim(oneLine(name))}: ${oneLine(value)}`),
  );
  section(`Payload  ${dim(bytes(detail.size))}`, payloadLines(detail.payload));
  terminal.print('');
}

/** Of poison the reason is the message. */
function errorText(reason: string, { name, message }: { name: string | undefined; message: string }): string {
  return message === reason ? (name ?? 'thrown') : `${name ?? 'thrown'}: ${message}`;
}

/** Without a place in the code it says nothing that isn't shown already. */
function hasPlaces(stack: string | undefined): stack is string {
  return stack !== undefined && /^\s+at /m.test(stack);
}

function payloadLines(payload: Payload): readonly string[] {
  switch (payload.kind) {
    case 'value': {
      const { value } = payload;
      return manyLines(typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? 'none'));
    }
    case 'bytes':
      return hexLines(payload.bytes);
    case 'undecodable':
      return [oneLine(payload.why), '', ...hexLines(payload.bytes)];
    default:
      return payload satisfies never;
  }
}

/** `0010  89 42 49 4e …  |.BIN…|` */
function hexLines(data: Uint8Array): readonly string[] {
  const shown = Buffer.from(data.subarray(0, HEX_BYTES));
  const lines: string[] = [];
  for (let at = 0; at < shown.length; at += 16) {
    const row = shown.subarray(at, at + 16);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.toString('latin1').replace(/[^\x20-\x7e]/g, '.');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(47)}  ${text}`);
  }
  if (data.length > HEX_BYTES) lines.push(`… and ${bytes(data.length - HEX_BYTES)} more; --json has all`);
  return lines;
}
