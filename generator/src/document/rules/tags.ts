import { error } from '../codes.js';
import type { Place } from '../files.js';
import { idOf } from '../tree.js';
import type { Diagnostic } from '../types.js';
import {
  allMessages,
  type Context,
  endOf,
  membersAt,
  operationsV2,
  type Rule,
  rootMembers,
  valueAt,
} from './sites.js';

/** 2.x: names of tags are unique in their list. */
export const tags: Rule = (context) => {
  if (context.major !== 2) return [];
  const carriers = [...operationsV2(context, true).map(({ place }) => place), ...allMessages(context)];
  const spare = ['operationTraits', 'messageTraits'].flatMap((key) =>
    rootMembers(['components', key], context),
  );
  const owners = [
    context.tree.root,
    ...carriers,
    ...carriers.flatMap((place) => membersAt(place, ['traits'], context).map((trait) => trait.place)),
    ...spare.map(({ place }) => place),
  ];
  const unique = new Map(owners.map((place) => [idOf(endOf(place, context)), place]));
  return [...unique.values()].flatMap((place) => repeated(place, context));
};

function repeated(owner: Place, context: Context): readonly Diagnostic[] {
  const known = new Set<unknown>();
  return membersAt(owner, ['tags'], context).flatMap(({ place }) => {
    const name = valueAt(place, ['name'], context);
    if (name === undefined || !known.has(name)) {
      known.add(name);
      return [];
    }
    const end = endOf(place, context);
    const path = [...end.path, 'name'];
    return error(
      'FS_SPEC_INVALID',
      `The tag \`${String(name)}\` is in this list twice.`,
      context.files.valueOf({ ...end, path }),
      {
        path,
        hint: 'Take one of the two out.',
      },
    );
  });
}
