import type {
  ChannelModel,
  HeadersModel,
  JsonValue,
  MessageModel,
  OperationModel,
  ParameterModel,
  PolicyModel,
  ReplyModel,
  SdkModel,
} from '../../model/types.js';
import { docComment } from '../code/comment.js';
import { TAB_WIDTH } from '../code/layout.js';
import { variablesIn } from '../code/mentions.js';
import { groupedNumber, propertyKey, quote } from '../code/quote.js';
import { assignmentDoc, type Entry, name, type ValueExpr } from '../code/value-doc.js';
import { declaration } from './declaration.js';
import { importLine } from './imports.js';
import { schemaOf } from './schema-of.js';
import { json, type SchemaScope } from './schema-parts.js';
import { RUNTIME } from './schemas.js';

export interface ChannelsView {
  readonly imports: readonly string[];
  readonly channels: string;
  readonly operations: string;
}

export function channelsView({ channels, operations }: SdkModel): ChannelsView {
  const helpers = new Set(['defineChannels', 'defineOperations']);
  const scope: SchemaScope = {
    prefix: 'schemas.',
    isLater: () => false,
    use: (helper) => helpers.add(helper),
  };
  const channelTable = table(
    'defineChannels',
    channels.map((channel) => channelEntry(channel, scope)),
  );
  const received = operations.filter(({ action }) => action === 'receive');
  const operationTable = table(
    'defineOperations',
    received.map((each) => operationEntry(each, channels)),
  );
  const used = variablesIn(channelTable);
  return {
    imports: [
      importLine(helpers, RUNTIME),
      ...(used.has('z') ? ["import { z } from 'zod';"] : []),
      ...(used.has('schemas') ? ["import * as schemas from './schemas.js';"] : []),
    ],
    channels: constant('channels', channelTable),
    operations: constant('operations', operationTable),
  };
}

function table(define: string, entries: readonly Entry[]): ValueExpr {
  return { kind: 'call', name: define, args: [record(entries, true)] };
}

function constant(called: string, value: ValueExpr): string {
  return declaration([], [assignmentDoc(`export const ${called} =`, value), ';']);
}

function channelEntry(channel: ChannelModel, scope: SchemaScope): Entry {
  const { address, transport, parameters, messages, policy, docs } = channel;
  const value = record(
    [
      { key: 'name', value: text(channel.name) },
      { key: 'address', value: json(address) },
      { key: 'transport', value: text(transport) },
      { key: 'parameters', value: { kind: 'list', items: parameters.map(parameterValue) } },
      {
        key: 'messages',
        value: record(
          messages.map((message) => messageEntry(message, scope)),
          true,
        ),
      },
      { key: 'policy', value: policyValue(policy) },
    ],
    true,
  );
  return { key: propertyKey(channel.name), value, comment: docComment(docs, [], TAB_WIDTH) };
}

function messageEntry(message: MessageModel, scope: SchemaScope): Entry {
  const { contentType, payload, headers, correlationId } = message;
  const value = record([
    { key: 'name', value: text(message.name) },
    { key: 'contentType', value: text(contentType) },
    { key: 'payload', value: schemaOf(payload, scope) },
    ...(headers === undefined ? [] : [{ key: 'headers', value: headersValue(headers, scope) }]),
    ...textField('correlationId', correlationId),
  ]);
  return { key: propertyKey(message.name), value };
}

function operationEntry(operation: OperationModel, channels: readonly ChannelModel[]): Entry {
  const { channel, messages, publishes, reply, policy, docs } = operation;
  const known = channels.find((each) => each.name === channel);
  const value = record(
    [
      { key: 'name', value: text(operation.name) },
      { key: 'channel', value: member('channels', known?.name ?? channel) },
      { key: 'messages', value: texts(messages) },
      { key: 'publishes', value: texts(publishes) },
      ...(reply === undefined ? [] : [{ key: 'reply', value: replyValue(reply) }]),
      { key: 'policy', value: policyValue(policy) },
    ],
    true,
  );
  return { key: propertyKey(operation.name), value, comment: docComment(docs, [], TAB_WIDTH) };
}

function replyValue({ channel, messages, address }: ReplyModel): ValueExpr {
  return record([
    { key: 'channel', value: member('channels', channel) },
    { key: 'messages', value: texts(messages) },
    ...textField('address', address),
  ]);
}

function headersValue({ node, frame }: HeadersModel, scope: SchemaScope): ValueExpr {
  return record([
    { key: 'schema', value: schemaOf(node, scope) },
    ...(frame.length === 0 ? [] : [{ key: 'frame', value: texts(frame) }]),
  ]);
}

/** A name, where nothing else is known of the parameter. */
function parameterValue({ name: called, values, default: fallback, location }: ParameterModel): ValueExpr {
  if (values === undefined && fallback === undefined && location === undefined) return text(called);
  return record([
    { key: 'name', value: text(called) },
    ...(values === undefined ? [] : [{ key: 'values', value: texts(values) }]),
    ...textField('default', fallback),
    ...textField('location', location),
  ]);
}

function textField(key: string, value: string | undefined): readonly Entry[] {
  return value === undefined ? [] : [{ key, value: text(value) }];
}

function policyValue(policy: PolicyModel): ValueExpr {
  const sections = Object.entries(policy);
  return record(
    sections.map(([section, fields]) => ({ key: section, value: policyField(fields as JsonValue) })),
    sections.length > 0,
  );
}

/** Long numbers are milliseconds or counts, and read in groups. */
function policyField(value: JsonValue): ValueExpr {
  if (typeof value === 'number') return { kind: 'atom', form: 'number', text: groupedNumber(value) };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return json(value);
  return record(
    Object.entries(value).map(([key, part]) => ({ key: propertyKey(key), value: policyField(part) })),
  );
}

function member(object: string, property: string): ValueExpr {
  return name(propertyKey(property) === property ? `${object}.${property}` : `${object}[${quote(property)}]`);
}

function record(entries: readonly Entry[], expanded = false): ValueExpr {
  return { kind: 'record', entries, expanded };
}

function text(value: string): ValueExpr {
  return { kind: 'atom', form: 'string', text: quote(value) };
}

function texts(values: readonly string[]): ValueExpr {
  return { kind: 'list', items: values.map(text) };
}
