import { error } from '../codes.js';
import type { Place } from '../files.js';
import { idOf } from '../tree.js';
import type { Diagnostic } from '../types.js';
import { type Context, endOf, membersAt, messagesV2, operationsV2, type Rule, valueAt } from './sites.js';

/** 2.x: `operationId` and `messageId` mean one thing each. A message that is used twice is one message. */
export const identifiers: Rule = (context) => {
  if (context.major !== 2) return [];
  const operations = operationsV2(context).map(({ place }) => place);
  return [
    ...repeated('operationId', operations, context),
    ...repeated(
      'messageId',
      operations.flatMap((place) => messagesV2(place, context)),
      context,
    ),
  ];
};

function repeated(field: string, owners: readonly Place[], context: Context): readonly Diagnostic[] {
  const first = new Map<string, Place>();
  return owners.flatMap((owner) => {
    const place = holder(owner, field, context);
    const value = place && valueAt(place, [field], context);
    if (place === undefined || typeof value !== 'string') return [];
    const known = first.get(value);
    first.set(value, known ?? owner);
    if (known === undefined || idOf(endOf(known, context)) === idOf(endOf(owner, context))) return [];
    const at = endOf(place, context);
    const path = [...at.path, field];
    const { file, line } = context.files.keyOf(endOf(known, context));
    return error(
      'FS_SPEC_INVALID',
      `The ${field} \`${value}\` is there already: it must be unique.`,
      context.files.valueOf({ file: at.file, path }),
      { path, hint: `The first one is at ${file}:${line}. Rename one of the two.` },
    );
  });
}

/** In 2.x a trait has the last word. */
function holder(owner: Place, field: string, context: Context): Place | undefined {
  const traits = membersAt(owner, ['traits'], context).map(({ place }) => place);
  return [owner, ...traits].findLast((place) => typeof valueAt(place, [field], context) === 'string');
}
