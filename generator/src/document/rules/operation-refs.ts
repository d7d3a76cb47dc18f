import { error } from '../codes.js';
import type { Place } from '../files.js';
import type { Diagnostic } from '../types.js';
import { type Context, membersAt, type Rule, refAt, rootMembers } from './sites.js';

/** 3.x: an operation belongs to a channel of the document, and its messages are that channel's. */
export const operationRefs: Rule = (context) => {
  if (context.major !== 3) return [];
  const operations = rootMembers(['operations'], context);
  return [
    ...operations.flatMap(({ place }) => channelOf(place, context)),
    ...[...operations, ...rootMembers(['components', 'operations'], context)].flatMap(({ place }) =>
      messagesOf(place, context),
    ),
  ];
};

function channelOf(operation: Place, context: Context): readonly Diagnostic[] {
  const place = context.tree.child(operation, 'channel');
  if (place === undefined) return [];
  const ref = refAt(place, context);
  if (ref?.includes('#/channels/')) return [];
  const at = ref === undefined ? place : { ...place, path: [...place.path, '$ref'] };
  return [
    error(
      'FS_SPEC_INVALID',
      ref === undefined
        ? '`channel` must be a reference to one of the document’s `channels`.'
        : `\`${ref}\` is none of the document’s \`channels\`.`,
      context.files.valueOf(at),
      { path: at.path, hint: 'Write it as `$ref: "#/channels/<name>"`, and add the channel there.' },
    ),
  ];
}

function messagesOf(operation: Place, context: Context): readonly Diagnostic[] {
  const channel = refAt(context.tree.child(operation, 'channel'), context);
  return membersAt(operation, ['messages'], context).flatMap(({ place }) => {
    const ref = refAt(place, context);
    if (ref === undefined || channel === undefined || ref.startsWith(`${channel}/messages`)) return [];
    // Where it belongs is the lesser question when it leads nowhere.
    if (context.tree.end(place) === undefined) return [];
    // The official rule passes over references with characters that a URI must escape, such as braces.
    if (/[{}\s"<>\\^`|]/.test(channel + ref)) return [];
    return error(
      'FS_SPEC_INVALID',
      `The message \`${ref}\` does not belong to the operation's channel.`,
      context.files.valueOf({ ...place, path: [...place.path, '$ref'] }),
      { path: place.path, hint: `Write it as \`$ref: "${channel}/messages/<name>"\`, and list it there.` },
    );
  });
}
