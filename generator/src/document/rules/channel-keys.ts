import { error } from '../codes.js';
import type { Diagnostic } from '../types.js';
import { type Context, endOf, membersAt, type Rule, refAt, rootMembers, valueAt } from './sites.js';

/** Names of channels, and the servers that channels say they are on. */
export const channelKeys: Rule = (context) => [...addresses(context), ...servers(context)];

function addresses(context: Context): readonly Diagnostic[] {
  return rootMembers(['channels'], context)
    .filter(({ key }) => /[?#]/.test(key))
    .map(({ key, place }) =>
      error(
        'FS_SPEC_INVALID',
        `The channel \`${key}\` must not have \`?\` or \`#\` in its name.`,
        context.files.keyOf(place),
        {
          path: place.path,
          hint: 'Describe what follows in `bindings`, or as parameters.',
        },
      ),
    );
}

function servers(context: Context): readonly Diagnostic[] {
  const known = rootMembers(['servers'], context).map(({ key }) => key);
  return rootMembers(['channels'], context).flatMap(({ place: channel }) =>
    membersAt(channel, ['servers'], context).flatMap(({ place }) => {
      const ref = refAt(place, context);
      const name = valueAt(place, [], context);
      const wrong =
        context.major === 2
          ? typeof name === 'string' && !known.includes(name)
          : ref !== undefined && !ref.includes('#/servers/');
      if (!wrong) return [];
      const shown = context.major === 2 ? String(name) : ref;
      const at = context.major === 2 ? endOf(place, context) : { ...place, path: [...place.path, '$ref'] };
      return error(
        'FS_SPEC_INVALID',
        `\`${shown}\` is none of the document's \`servers\`.`,
        context.files.valueOf(at),
        {
          path: at.path,
          hint: known.length === 0 ? 'The document has no `servers`.' : `There are: ${known.join(', ')}.`,
        },
      );
    }),
  );
}
