import type { ChannelModel, MessageModel, OperationModel, SdkModel } from '../../model/types.js';
import { docComment } from '../code/comment.js';
import { TAB_WIDTH } from '../code/layout.js';
import { mentionTypes } from '../code/mentions.js';
import { commentText, propertyKey, quote } from '../code/quote.js';
import { aliasDoc, interfaceDoc, type Member, plain, type TypeExpr } from '../code/type-doc.js';
import { declaration } from './declaration.js';
import { importLine } from './imports.js';
import { policyNote } from './policy-note.js';
import { filledParameters, hasParameters, kindOf, parametersName, publisherType } from './publishers.js';
import { RUNTIME } from './schemas.js';
import { typeOf } from './type-of.js';

export interface HandlersView {
  readonly imports: readonly string[];
  /** What each handler works with. */
  readonly contexts: readonly string[];
  readonly handlers: string;
}

/** An operation that the service receives, with its channel. */
export interface Received {
  readonly operation: OperationModel;
  readonly channel: ChannelModel;
}

export function receivedOf({ operations, channels }: SdkModel): readonly Received[] {
  return operations.flatMap((operation) => {
    const channel = channels.find(({ name }) => name === operation.channel);
    return channel === undefined || operation.action === 'send' ? [] : [{ operation, channel }];
  });
}

export function contextName({ typeName }: OperationModel): string {
  return `${typeName}Context`;
}

export function handlersView(model: SdkModel): HandlersView {
  const received = receivedOf(model);
  const helpers = new Set<string>();
  const members = received.map((each) => handlerMember(each, helpers));
  const handlers = declaration([], interfaceDoc('Handlers', members));
  const contexts = received.map((each) => contextAlias(each, model, helpers));
  if (contexts.length > 0) helpers.add('HandlerContext');
  const parameters = received
    .map(({ channel }) => channel)
    .filter(hasParameters)
    .map(parametersName);
  return {
    imports: [
      ...(helpers.size > 0 ? [importLine(helpers, RUNTIME, 'import type')] : []),
      ...(contexts.length > 0
        ? [importLine(new Set(['Publishers', ...parameters]), './publishers.js', 'import type')]
        : []),
      ...(mentionTypes(members) || mentionTypes(contexts)
        ? ["import type * as types from './types.js';"]
        : []),
    ],
    contexts: contexts.map(({ key, type, comment }) => declaration(comment, aliasDoc(key, type))),
    handlers,
  };
}

/** The contract asks for handlers that take several messages at a time. */
export function isBatched({ policy }: OperationModel): boolean {
  return policy.batch !== undefined;
}

/** The alias as a member: its name, its type, and what is said of it. */
function contextAlias({ operation, channel }: Received, model: SdkModel, helpers: Set<string>): Member {
  const names = operation.publishes.map((name) => plain(quote(name)));
  const [only = plain('never')] = names;
  const picked: TypeExpr = names.length > 1 ? { kind: 'union', members: names } : only;
  const publishers: TypeExpr = { kind: 'generic', name: 'Pick', args: [plain('Publishers'), picked] };
  const messages = messagesOf({ operation, channel });
  const generic = messages.length > 1 && messages.some(({ headers }) => headers !== undefined);
  const [message] = messages;
  const args = withoutTail([
    publishers,
    hasParameters(channel) ? filledParameters(channel) : UNKNOWN,
    generic ? plain('H') : headersType(message),
    replyType(operation, model, helpers),
  ]);
  if (generic || (args[2] === HEADERS && args.length > 2)) helpers.add('Headers');
  const each = isBatched(operation) ? ', for each message of a batch' : '';
  const comment = [`/** What a handler of \`${operation.name}\` works with${each}. */`];
  const name = contextName(operation);
  return {
    key: generic ? `${name}<H = Headers>` : name,
    type: { kind: 'generic', name: 'HandlerContext', args },
    comment,
  };
}

const UNKNOWN = plain('unknown');
const HEADERS = plain('Headers');

/** Arguments that say no more than the defaults of `HandlerContext` are left out at its end. */
function withoutTail(args: readonly TypeExpr[]): readonly TypeExpr[] {
  const last = args.findLastIndex((each) => each !== UNKNOWN && each !== HEADERS);
  return args.slice(0, last + 1);
}

function headersType(message: MessageModel | undefined): TypeExpr {
  return message?.headers === undefined ? HEADERS : typeOf(message.headers.node, 'types.');
}

function replyType({ reply }: OperationModel, { channels }: SdkModel, helpers: Set<string>): TypeExpr {
  const channel = channels.find(({ name }) => name === reply?.channel);
  if (reply === undefined || channel === undefined) return UNKNOWN;
  const messages = channel.messages.filter(({ name }) => reply.messages.includes(name));
  const kind = reply.address === undefined ? kindOf(channel) : 'Publish';
  const used = new Set<string>();
  const type = publisherType(channel, messages, kind, used, TAB_WIDTH);
  for (const helper of used) helpers.add(helper.replace(/^type /, ''));
  return type;
}

function handlerMember({ operation, channel }: Received, helpers: Set<string>): Member {
  return {
    key: `readonly ${propertyKey(operation.name)}`,
    type: handlerType({ operation, channel }, helpers),
    comment: docComment(operation.docs, [commentText(policyNote(operation, channel))], TAB_WIDTH),
  };
}

function messagesOf({ operation, channel }: Received): readonly MessageModel[] {
  return channel.messages.filter(({ name }) => operation.messages.includes(name));
}

function handlerType(received: Received, helpers: Set<string>): TypeExpr {
  const context = contextName(received.operation);
  const [one, several] = isBatched(received.operation)
    ? (['BatchHandler', 'MessageBatchHandlers'] as const)
    : (['Handler', 'MessageHandlers'] as const);
  const messages = messagesOf(received);
  const [message] = messages;
  if (messages.length < 2) {
    helpers.add(one);
    const payload = message === undefined ? UNKNOWN : typeOf(message.payload, 'types.');
    return { kind: 'generic', name: one, args: [payload, plain(context)] };
  }
  const typed = messages.some(({ headers }) => headers !== undefined);
  helpers.add(typed ? one : several);
  const members = messages.map((each): Member => {
    const payload = typeOf(each.payload, 'types.');
    return {
      key: `readonly ${propertyKey(each.name)}`,
      type: typed ? { kind: 'generic', name: one, args: [payload, ownContext(context, each)] } : payload,
      comment: docComment(each.docs, [], (typed ? 2 : 3) * TAB_WIDTH),
    };
  });
  if (typed) return { kind: 'object', members };
  return { kind: 'generic', name: several, args: [{ kind: 'object', members }, plain(context)] };
}

/** Each message has headers of its own. */
function ownContext(context: string, message: MessageModel): TypeExpr {
  if (message.headers === undefined) return plain(context);
  return { kind: 'generic', name: context, args: [headersType(message)] };
}
