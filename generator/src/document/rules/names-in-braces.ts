import { error } from '../codes.js';
import type { Place } from '../files.js';
import type { Diagnostic } from '../types.js';
import { bracedNames, type Context, endOf, membersAt, type Rule, rootMembers, valueAt } from './sites.js';

/** The names in braces of an address or a URL, and their declarations, when there are any, must be the same. */
export const namesInBraces: Rule = (context) => [
  ...channels(context).flatMap(({ place, text }) => compare(place, text, 'parameters', 'address', context)),
  ...servers(context).flatMap(({ place, text }) => compare(place, text, 'variables', 'URL', context)),
];

interface Owner {
  readonly place: Place;
  readonly text: unknown;
}

function channels(context: Context): readonly Owner[] {
  if (context.major === 2)
    return rootMembers(['channels'], context)
      .filter(({ key }) => bracedNames(key).length > 0)
      .map(({ key, place }) => ({ place, text: key }));
  return [...rootMembers(['channels'], context), ...rootMembers(['components', 'channels'], context)].map(
    ({ place }) => ({ place, text: valueAt(place, ['address'], context) }),
  );
}

function servers(context: Context): readonly Owner[] {
  if (context.major !== 2) return [];
  return [...rootMembers(['servers'], context), ...rootMembers(['components', 'servers'], context)]
    .map(({ place }) => ({ place, text: valueAt(place, ['url'], context) }))
    .filter(({ text }) => bracedNames(text).length > 0);
}

function compare(
  owner: Place,
  text: unknown,
  field: 'parameters' | 'variables',
  where: string,
  context: Context,
): readonly Diagnostic[] {
  const place = context.tree.child(owner, field);
  if (place === undefined) return [];
  const names = [...new Set(bracedNames(text))];
  const declared = membersAt(owner, [field], context);
  const missing = names.filter((name) => !declared.some(({ key }) => key === name));
  const end = endOf(place, context);
  const say = (message: string, at: Place) =>
    error('FS_SPEC_INVALID', message, context.files.keyOf(at), { path: at.path });
  return [
    ...(missing.length === 0
      ? []
      : [say(`\`${field}\` lacks ${missing.join(', ')}, which the ${where} has.`, end)]),
    ...declared
      .filter(({ key }) => !names.includes(key))
      .map(({ key, place: extra }) =>
        say(`The ${where} has no ${field === 'variables' ? 'variable' : 'parameter'} \`{${key}}\`.`, extra),
      ),
  ];
}
