import type { LoadedChannel, LoadedMessage, LoadedOperation } from '../document/types.js';
import { placeKey } from '../model/report.js';
import type { ChannelModel, MessageModel, OperationModel } from '../model/types.js';
import { type Matched, match } from './match.js';
import type { Contract } from './types.js';

/** A channel as the document has it, and as code knows it. */
export interface Channel {
  readonly written: LoadedChannel;
  readonly model: ChannelModel;
  readonly messages: readonly Message[];
}

export interface Message {
  readonly written: LoadedMessage;
  readonly model: MessageModel;
}

export interface Operation {
  readonly model: OperationModel;
  /** Undefined where only the other side has it, for which the document has no words. */
  readonly written: LoadedOperation | undefined;
  /** Undefined for one whose channel is missing. */
  readonly channel: Channel | undefined;
}

/** Who goes with whom in the two documents. */
export interface Parties {
  readonly channels: Matched<Channel>;
  readonly operations: Matched<Operation>;
  /** The channel of the old document that one of the new was, by its id; and itself for one that is new. */
  formerId(newId: string): string;
}

export function partiesOf(before: Contract, after: Contract): Parties {
  const [olds, news] = [channelsOf(before), channelsOf(after)];
  const channels = match(olds, news, [
    ({ model }) => model.id,
    ({ model }) => (model.address === null ? undefined : `${model.transport} ${shapeOf(model.address)}`),
  ]);
  const former = new Map(channels.pairs.map(([old, now]) => [now.model.id, old.model.id]));
  const formerId = (newId: string) => former.get(newId) ?? newId;
  const operations = match(operationsOf(before, olds), operationsOf(after, news), [
    ({ model }) => model.name,
    ({ model, channel }, isNew) => {
      const id = channel?.model.id ?? '';
      return `${model.action} ${isNew ? formerId(id) : id}`;
    },
  ]);
  return { channels, operations, formerId };
}

/** An address without the names of its parameters, which never travel. */
export function shapeOf(address: string): string {
  return address.replace(/\{[^{}]*\}/g, '{}');
}

function channelsOf({ document, built }: Contract): readonly Channel[] {
  const models = new Map(built.model.channels.map((channel) => [channel.id, channel]));
  return document.channels.flatMap((written): readonly Channel[] => {
    const model = models.get(written.id);
    if (model === undefined) return [];
    const names = built.places.channels.get(written.id)?.messages;
    const messages = written.messages.flatMap((message): readonly Message[] => {
      const found = model.messages.find(({ name }) => name === names?.get(message.id));
      return found === undefined ? [] : [{ written: message, model: found }];
    });
    return [{ written, model, messages }];
  });
}

function operationsOf({ document, built }: Contract, channels: readonly Channel[]): readonly Operation[] {
  const written = new Map(document.operations.map((each) => [placeKey(each.origin), each]));
  const byName = new Map(channels.map((channel) => [channel.model.name, channel]));
  return built.model.operations.map((model) => {
    const at = built.places.operations.get(model.name);
    return { model, written: at && written.get(placeKey(at)), channel: byName.get(model.channel) };
  });
}
