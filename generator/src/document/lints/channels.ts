import { warning } from '../codes.js';
import { redisBinding } from '../convert/bindings.js';
import { fieldsOf } from '../convert/fields.js';
import type { Place } from '../files.js';
import {
  bracedNames,
  type Context,
  endOf,
  membersAt,
  type Rule,
  refAt,
  rootMembers,
  valueAt,
} from '../rules/sites.js';
import { idOf } from '../tree.js';
import type { Diagnostic } from '../types.js';

/** What is allowed in channels and replies, and hardly meant. */
export const channels: Rule = (context) => [
  ...undeclared(context),
  ...sharedAddresses(context),
  ...foreignReplies(context),
];

/** Names in braces are declared, or `parameters` is missing altogether, which the official rules let pass. */
function undeclared(context: Context): readonly Diagnostic[] {
  return rootMembers(['channels'], context).flatMap(({ key, place }) => {
    if (context.tree.child(place, 'parameters') !== undefined) return [];
    const names = bracedNames(addressOf(key, place, context));
    const at = endOf(place, context);
    const address = context.tree.child(place, 'address');
    const location =
      address === undefined ? context.files.keyOf(place) : context.files.valueOf(endOf(address, context));
    return names.map((name) =>
      warning(
        'FS_PARAMETER_UNDECLARED',
        `The address has a parameter \`{${name}}\`, which is not declared.`,
        location,
        {
          path: at.path,
        },
      ),
    );
  });
}

function addressOf(key: string, place: Place, context: Context): unknown {
  const fields = fieldsOf(valueAt(place, [], context));
  const { redis } = redisBinding(fields);
  return redis?.channel ?? (context.major === 2 ? key : fields.address);
}

/** Channels of 3.x with one address on one server: what arrives there can't be told apart. One warning for each address. */
function sharedAddresses(context: Context): readonly Diagnostic[] {
  if (context.major !== 3) return [];
  const byAddress = new Map<
    string,
    { readonly key: string; readonly place: Place; readonly servers: readonly string[] }[]
  >();
  for (const { key, place } of rootMembers(['channels'], context)) {
    const address = addressOf(key, place, context);
    const servers = membersAt(place, ['servers'], context).map((member) =>
      idOf(endOf(member.place, context)),
    );
    if (typeof address === 'string')
      byAddress.set(address, [...(byAddress.get(address) ?? []), { key, place, servers }]);
  }
  return [...byAddress].flatMap(([address, sharing]) => {
    const met = sharing.filter((a) => sharing.some((b) => a !== b && overlap(a.servers, b.servers)));
    const [, second] = met;
    if (second === undefined) return [];
    const at = context.tree.child(second.place, 'address') ?? second.place;
    const message = `The channels ${met.map(({ key }) => key).join(', ')} have the same address \`${address}\`.`;
    return warning('FS_ADDRESS_SHARED', message, context.files.valueOf(endOf(at, context)), {
      path: second.place.path,
    });
  });
}

/** A channel without servers is on all of them. */
function overlap(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || b.length === 0 || a.some((server) => b.includes(server));
}

function foreignReplies(context: Context): readonly Diagnostic[] {
  if (context.major !== 3) return [];
  return rootMembers(['operations'], context).flatMap(({ place }) => {
    const channel = context.tree.child(place, 'reply', 'channel');
    if (channel === undefined) return [];
    const own = membersAt(channel, ['messages'], context);
    const known = new Set(own.flatMap((member) => [idOf(member.place), idOf(endOf(member.place, context))]));
    return membersAt(place, ['reply', 'messages'], context).flatMap((member) => {
      const chain = context.tree.chain(member.place).map(idOf);
      if (chain.some((id) => known.has(id))) return [];
      const at = { ...member.place, path: [...member.place.path, '$ref'] };
      const message = `The reply's message \`${refAt(member.place, context) ?? member.key}\` is not on the reply's channel.`;
      return warning('FS_REPLY_MESSAGE_FOREIGN', message, context.files.valueOf(at), { path: at.path });
    });
  });
}
