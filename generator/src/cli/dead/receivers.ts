/** Which dead-letter streams a contract has. */
import { nearest } from '../../document/near.js';
import { GeneratorError } from '../../errors.js';
import type { ChannelModel, OperationModel, PolicyModel, SdkModel } from '../../model/types.js';
import type { Target } from './types.js';

/** An operation that receives, and where what it gives up on goes. */
export interface Receiver {
  readonly operation: string;
  readonly group: string;
  readonly channel: ChannelModel;
  /** Key of the stream; `undefined`: parameters of its address were not given. */
  readonly stream: string | undefined;
  /** Streams that the contract spreads the channel over; there may be more by now. */
  readonly shards: number;
  /** Key of the dead-letter stream where the contract names it; else it follows from the stream. */
  readonly deadLetters: string | undefined;
}

/**
 * The operations that are meant and keep dead letters.
 *
 * @throws GeneratorError `FS_CHANNEL_UNKNOWN`, `FS_OPTION_INVALID`
 */
export function chooseReceivers(model: SdkModel, target: Target): readonly Receiver[] {
  const received = model.operations.filter(({ action }) => action === 'receive');
  const wanted = new Set(target.channels.map((name) => channelNamed(name, model, received).name));
  const receivers = received.flatMap((operation): readonly Receiver[] => {
    const channel = model.channels.find(({ name }) => name === operation.channel);
    if (channel === undefined || (wanted.size > 0 && !wanted.has(channel.name))) return [];
    const deadLetter = operation.policy.retry?.deadLetter;
    if (channel.transport !== 'stream' || deadLetter === false) return [];
    return [
      {
        operation: operation.name,
        group: String(operation.policy.stream?.group),
        channel,
        stream: streamOf(channel, target),
        shards: Math.max(shardsOf(operation.policy), shardsOf(channel.policy)),
        deadLetters: typeof deadLetter === 'string' ? deadLetter : undefined,
      },
    ];
  });
  refuseStray(receivers, target);
  for (const { channel, stream, deadLetters } of receivers) {
    if (wanted.has(channel.name) && stream === undefined && deadLetters === undefined)
      throw incomplete(channel);
  }
  return receivers;
}

function shardsOf({ stream }: PolicyModel): number {
  return typeof stream?.shards === 'number' ? stream.shards : 1;
}

function channelNamed(name: string, model: SdkModel, received: readonly OperationModel[]): ChannelModel {
  const channel = model.channels.find((each) => [each.name, each.id, each.address].includes(name));
  const names = received.map((operation) => operation.channel);
  if (channel === undefined) {
    const known = model.channels.flatMap((each) => [each.name, each.id, each.address ?? each.id]);
    const near = nearest(name, known);
    const hint = near === undefined ? namesHint(names) : `Did you mean \`${near}\`?`;
    throw new GeneratorError('FS_CHANNEL_UNKNOWN', `The document has no channel \`${name}\`.`, { hint });
  }
  if (names.includes(channel.name)) return channel;
  throw new GeneratorError('FS_CHANNEL_UNKNOWN', `Nothing is received on channel \`${name}\`.`, {
    hint: namesHint(names),
  });
}

function namesHint(names: readonly string[]): string {
  return names.length === 0
    ? 'The document receives nothing.'
    : `It receives on ${[...new Set(names)].join(', ')}.`;
}

/** `undefined` as long as something is missing. */
function streamOf({ address, parameters }: ChannelModel, target: Target): string | undefined {
  if (address === null) return target.address;
  const missing = parameters.some(({ name }) => target.parameters[name] === undefined);
  if (missing) return undefined;
  return address.replace(
    /\{([^{}]+)\}/g,
    (placeholder, name: string) => target.parameters[name] ?? placeholder,
  );
}

/** Values that no channel takes are a mistake, which would otherwise show as an empty list. */
function refuseStray(receivers: readonly Receiver[], { parameters, address }: Target): void {
  const known = receivers.flatMap(({ channel }) => channel.parameters.map(({ name }) => name));
  for (const name of Object.keys(parameters)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw new GeneratorError(
      'FS_OPTION_INVALID',
      `No address of these channels has a parameter \`${name}\`.`,
      {
        ...(near !== undefined && { hint: `Did you mean \`${near}\`?` }),
      },
    );
  }
  const open = new Set(receivers.flatMap(({ channel }) => (channel.address === null ? [channel.name] : [])));
  if (address === undefined || open.size === 1) return;
  throw new GeneratorError(
    'FS_OPTION_INVALID',
    open.size === 0
      ? '--address is for a channel whose address the document leaves open, and here is none.'
      : `--address could be that of ${[...open].join(' or ')}.`,
    { hint: open.size === 0 ? 'Leave it out.' : 'Name one with --channel.' },
  );
}

function incomplete({ name, address, parameters }: ChannelModel): GeneratorError {
  const options = parameters.map((parameter) => `--param ${parameter.name}=…`).join(' ');
  return address === null
    ? new GeneratorError('FS_OPTION_INVALID', `Channel ${name} has no address in the document.`, {
        hint: 'Give the key of its stream with --address.',
      })
    : new GeneratorError(
        'FS_OPTION_INVALID',
        `Channel ${name} has one stream for each value of ${address}.`,
        {
          hint: `Add ${options}.`,
        },
      );
}
