import type { LoadedDocument } from '../document/types.js';
import type { ChannelNames } from './channels.js';
import { compare } from './naming/allocate.js';
import type { Report } from './report.js';
import type { Schemas } from './schemas/index.js';
import type { ChannelModel, MessageModel, OperationModel } from './types.js';

/**
 * Nothing on the wire says which message of a channel arrived; the first that accepts it is taken to be it. So the
 * one that demands most is tried first: an order would pass for its own cancellation, and not the other way round.
 */
export function inOrderOfTrial(
  operations: readonly OperationModel[],
  channels: readonly ChannelModel[],
  schemas: Schemas,
): readonly OperationModel[] {
  return operations.map((operation) => {
    const channel = channels.find(({ name }) => name === operation.channel);
    const demands = new Map(
      channel?.messages.map((each) => [each.name, schemas.demandsOf(each.payload)] as const),
    );
    const messages = [...operation.messages].sort(
      (a, b) => (demands.get(b) ?? 0) - (demands.get(a) ?? 0) || compare(a, b),
    );
    return { ...operation, messages };
  });
}

/** Warns of messages that one operation receives and that one entry may fit both. */
export function lintAlike(
  document: LoadedDocument,
  names: ReadonlyMap<string, ChannelNames>,
  operations: readonly OperationModel[],
  channels: readonly ChannelModel[],
  schemas: Schemas,
  report: Report,
): void {
  for (const { messages, action, channel: channelName } of operations) {
    const channel = channels.find(({ name }) => name === channelName);
    if (channel === undefined || action === 'send') continue;
    const received = messages.flatMap((name) => channel.messages.find((each) => each.name === name) ?? []);
    for (const [i, one] of received.entries()) {
      const other = received.slice(i + 1).find((each) => !areTold(one, each, schemas));
      const at = other && originOf(document, names, channel.id, other.name);
      if (other === undefined || at === undefined) continue;
      report({
        code: 'FS_MESSAGES_ALIKE',
        at,
        message: `A message may be both \`${one.name}\` and \`${other.name}\` of channel \`${channel.id}\`; \`${one.name}\` is tried first.`,
      });
    }
  }
}

function areTold(one: MessageModel, other: MessageModel, schemas: Schemas): boolean {
  if (schemas.areDisjoint(one.payload, other.payload)) return true;
  const [headers, others] = [one.headers?.node, other.headers?.node];
  return headers !== undefined && others !== undefined && schemas.areDisjoint(headers, others);
}

function originOf(
  document: LoadedDocument,
  names: ReadonlyMap<string, ChannelNames>,
  channelId: string,
  messageName: string,
) {
  const channel = document.channels.find(({ id }) => id === channelId);
  return channel?.messages.find(({ id }) => names.get(channelId)?.messages.get(id) === messageName)?.origin;
}
