import type { ChannelModel, OperationModel, SdkModel } from '../../model/types.js';
import { docComment } from '../code/comment.js';
import { TAB_WIDTH } from '../code/layout.js';
import { mentionTypes } from '../code/mentions.js';
import { commentText, propertyKey, quote } from '../code/quote.js';
import { aliasDoc, interfaceDoc, type Member, plain, type TypeExpr } from '../code/type-doc.js';
import { declaration } from './declaration.js';
import { importLine } from './imports.js';
import { policyNote } from './policy-note.js';
import { hasParameters, parametersName } from './publishers.js';
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
  const contexts = received.map(contextDeclaration);
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
      ...(mentionTypes(members) ? ["import type * as types from './types.js';"] : []),
    ],
    contexts,
    handlers,
  };
}

function contextDeclaration({ operation, channel }: Received): string {
  const names = operation.publishes.map((name) => plain(quote(name)));
  const [only = plain('never')] = names;
  const picked: TypeExpr = names.length > 1 ? { kind: 'union', members: names } : only;
  const publishers: TypeExpr = { kind: 'generic', name: 'Pick', args: [plain('Publishers'), picked] };
  const parameters = hasParameters(channel) ? [plain(parametersName(channel))] : [];
  const comment = [`/** What a handler of \`${operation.name}\` works with. */`];
  const type: TypeExpr = { kind: 'generic', name: 'HandlerContext', args: [publishers, ...parameters] };
  return declaration(comment, aliasDoc(contextName(operation), type));
}

function handlerMember({ operation, channel }: Received, helpers: Set<string>): Member {
  return {
    key: `readonly ${propertyKey(operation.name)}`,
    type: handlerType({ operation, channel }, helpers),
    comment: docComment(operation.docs, [commentText(policyNote(operation, channel))], TAB_WIDTH),
  };
}

function handlerType({ operation, channel }: Received, helpers: Set<string>): TypeExpr {
  const context = plain(contextName(operation));
  const messages = channel.messages.filter(({ name }) => operation.messages.includes(name));
  const [message] = messages;
  if (messages.length < 2) {
    helpers.add('Handler');
    const payload = message === undefined ? plain('unknown') : typeOf(message.payload, 'types.');
    return { kind: 'generic', name: 'Handler', args: [payload, context] };
  }
  helpers.add('MessageHandlers');
  const members = messages.map(({ name, payload, docs }) => ({
    key: `readonly ${propertyKey(name)}`,
    type: typeOf(payload, 'types.'),
    comment: docComment(docs, [], 3 * TAB_WIDTH),
  }));
  return { kind: 'generic', name: 'MessageHandlers', args: [{ kind: 'object', members }, context] };
}
