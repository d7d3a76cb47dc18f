import type {
  ChannelModel,
  HeadersModel,
  MessageModel,
  ParameterModel,
  SdkModel,
} from '../../model/types.js';
import { docComment } from '../code/comment.js';
import { TAB_WIDTH } from '../code/layout.js';
import { mentionTypes } from '../code/mentions.js';
import { commentText, propertyKey, quote } from '../code/quote.js';
import { aliasDoc, interfaceDoc, type Member, plain, type TypeExpr } from '../code/type-doc.js';
import { declaration } from './declaration.js';
import { importLine } from './imports.js';
import { openCall } from './open-call.js';
import { RUNTIME } from './schemas.js';
import { inputTypeOf } from './type-of.js';

export interface PublishersView {
  readonly imports: readonly string[];
  /** Types of the parameters of addresses. */
  readonly parameters: readonly string[];
  readonly publishers: string;
  /** Of the function that opens it. */
  readonly body: string;
}

export function publishersView({ channels, title }: SdkModel): PublishersView {
  const helpers = new Set(['type Client', 'type ClientOptions', 'openClient']);
  const members = channels.map((channel) => channelMember(channel, helpers));
  const publishers = declaration([], interfaceDoc('Publishers', members));
  return {
    imports: [
      importLine(helpers, RUNTIME),
      "import { channels } from './channels.js';",
      ...(mentionTypes(members) ? ["import type * as types from './types.js';"] : []),
    ],
    parameters: channels.filter(hasParameters).map(parametersDeclaration),
    publishers,
    body: openCall('openClient<Publishers>', title, ['channels']),
  };
}

export function hasParameters({ parameters, address }: ChannelModel): boolean {
  return address !== null && parameters.length > 0;
}

/** Parameters with a default can be left out; whoever reads them gets all. */
export function filledParameters(channel: ChannelModel): TypeExpr {
  const name = plain(parametersName(channel));
  const some = channel.parameters.some((parameter) => parameter.default !== undefined);
  return some ? { kind: 'generic', name: 'Required', args: [name] } : name;
}

export function parametersName({ typeName }: ChannelModel): string {
  return `${typeName}Parameters`;
}

/** A type, not an interface: only that can be passed where any record of strings is taken. */
function parametersDeclaration(channel: ChannelModel): string {
  const members = channel.parameters.map(({ name, values, default: fallback, docs }: ParameterModel) => ({
    key: `readonly ${propertyKey(name)}${fallback === undefined ? '' : '?'}`,
    type: valuesType(values),
    // With a comment at its first property, the object keeps one property a line.
    comment: docComment(docs, [], TAB_WIDTH),
  }));
  const comment = [`/** Parameters of \`${commentText(channel.address ?? '')}\`. */`];
  return declaration(comment, aliasDoc(parametersName(channel), { kind: 'object', members, expanded: true }));
}

function valuesType(values: readonly string[] | undefined): TypeExpr {
  if (values === undefined) return plain('string');
  const members = values.map((value) => plain(quote(value)));
  const [only] = members;
  return members.length === 1 && only !== undefined ? only : { kind: 'union', members };
}

function channelMember(channel: ChannelModel, helpers: Set<string>): Member {
  const { name, messages, docs } = channel;
  const [message] = messages;
  const words = docs.description ?? docs.summary;
  const note =
    message !== undefined && messages.length === 1 && words === undefined
      ? [message.docs.summary ?? message.docs.description ?? '']
      : [];
  const type = publisherType(channel, messages, kindOf(channel), helpers, 2 * TAB_WIDTH);
  return { key: `readonly ${propertyKey(name)}`, type, comment: docComment(docs, note, TAB_WIDTH) };
}

export type PublishKind = 'Publish' | 'PublishTo' | 'PublishAt';

export function kindOf(channel: ChannelModel): PublishKind {
  if (channel.address === null) return 'PublishAt';
  return hasParameters(channel) ? 'PublishTo' : 'Publish';
}

/** One function, or one for each message where there are several. */
export function publisherType(
  channel: ChannelModel,
  messages: readonly MessageModel[],
  kind: PublishKind,
  helpers: Set<string>,
  margin: number,
): TypeExpr {
  if (messages.length < 2) return publishType(channel, messages[0], kind, helpers);
  return {
    kind: 'object',
    members: messages.map((each) => ({
      key: `readonly ${propertyKey(each.name)}`,
      type: publishType(channel, each, kind, helpers),
      comment: docComment(each.docs, [], margin),
    })),
  };
}

function publishType(
  channel: ChannelModel,
  message: MessageModel | undefined,
  kind: PublishKind,
  helpers: Set<string>,
): TypeExpr {
  helpers.add(`type ${kind}`);
  const payload = message === undefined ? plain('unknown') : inputTypeOf(message.payload, 'types.');
  const parameters = kind === 'PublishTo' ? [parametersToSend(channel, helpers)] : [];
  const headers = message?.headers === undefined ? [] : [headersToSend(message, message.headers, helpers)];
  return { kind: 'generic', name: kind, args: [payload, ...parameters, ...headers] };
}

/** What stands in the message need not be said again. */
function parametersToSend(channel: ChannelModel, helpers: Set<string>): TypeExpr {
  const located = channel.parameters.filter(({ location }) => location !== undefined);
  return withOptional(
    plain(parametersName(channel)),
    located.map(({ name }) => name),
    helpers,
  );
}

/** The header that holds the correlation id is set by the runtime. */
function headersToSend(
  { correlationId }: MessageModel,
  { node }: HeadersModel,
  helpers: Set<string>,
): TypeExpr {
  const own = /^\$message\.header#\/([^/~%]+)$/.exec(correlationId ?? '')?.[1];
  return withOptional(inputTypeOf(node, 'types.'), own === undefined ? [] : [own], helpers);
}

function withOptional(type: TypeExpr, names: readonly string[], helpers: Set<string>): TypeExpr {
  if (names.length === 0) return type;
  helpers.add('type Optional');
  const members = names.map((name) => plain(quote(name)));
  const [only] = members;
  const union: TypeExpr = members.length === 1 && only !== undefined ? only : { kind: 'union', members };
  return { kind: 'generic', name: 'Optional', args: [type, union] };
}
