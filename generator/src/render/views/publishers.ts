import type { ChannelModel, ParameterModel, SdkModel } from '../../model/types.js';
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

export function parametersName({ typeName }: ChannelModel): string {
  return `${typeName}Parameters`;
}

/** A type, not an interface: only that can be passed where any record of strings is taken. */
function parametersDeclaration(channel: ChannelModel): string {
  const members = channel.parameters.map(({ name, values, docs }: ParameterModel) => ({
    key: `readonly ${propertyKey(name)}`,
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
  const several = messages.length > 1;
  const type: TypeExpr = several
    ? {
        kind: 'object',
        members: messages.map((each) => ({
          key: `readonly ${propertyKey(each.name)}`,
          type: publishType(channel, inputTypeOf(each.payload, 'types.'), helpers),
          comment: docComment(each.docs, [], 2 * TAB_WIDTH),
        })),
      }
    : publishType(
        channel,
        message === undefined ? plain('unknown') : inputTypeOf(message.payload, 'types.'),
        helpers,
      );
  const words = docs.description ?? docs.summary;
  const note =
    message !== undefined && !several && words === undefined
      ? [message.docs.summary ?? message.docs.description ?? '']
      : [];
  return { key: `readonly ${propertyKey(name)}`, type, comment: docComment(docs, note, TAB_WIDTH) };
}

function publishType(channel: ChannelModel, payload: TypeExpr, helpers: Set<string>): TypeExpr {
  const kind = channel.address === null ? 'PublishAt' : hasParameters(channel) ? 'PublishTo' : 'Publish';
  helpers.add(`type ${kind}`);
  const args = kind === 'PublishTo' ? [payload, plain(parametersName(channel))] : [payload];
  return { kind: 'generic', name: kind, args };
}
