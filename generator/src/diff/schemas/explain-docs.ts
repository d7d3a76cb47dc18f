import { sameJson } from '../../model/schemas/keywords.js';
import type { Docs } from '../../model/types.js';
import { type Difference, NOBODY, type Where } from './difference.js';

/** Words that changed; they break nobody. */
export function docsChanges(o: Docs, n: Docs, where: Where): readonly Difference[] {
  const changes: Difference[] = [];
  const about = { ...where, area: 'documentation', breaks: NOBODY } as const;
  if (!sameJson([o.summary, o.description], [n.summary, n.description])) {
    changes.push({
      ...about,
      kind: 'description-changed',
      message: 'is described in other words',
      before: o.description ?? o.summary,
      after: n.description ?? n.summary,
      keyword: 'description',
    });
  }
  if (o.deprecated !== n.deprecated) {
    changes.push({
      ...about,
      kind: 'deprecated',
      message: n.deprecated ? 'is deprecated now' : 'is not deprecated any more',
      before: o.deprecated,
      after: n.deprecated,
      keyword: 'deprecated',
    });
  }
  const notes = (docs: Docs) => docs.tags.filter(({ name }) => name !== 'default');
  if (!sameJson(notes(o), notes(n))) {
    changes.push({
      ...about,
      kind: 'description-changed',
      message: 'has other notes (examples, formats that are not checked, read-only)',
      before: notes(o).map(({ text }) => text),
      after: notes(n).map(({ text }) => text),
    });
  }
  return changes;
}

/** A default says what a property means that is left out; where it can't be left out, it only says something to readers. */
export function defaultChange(
  o: Docs,
  n: Docs,
  { required, where }: { readonly required: boolean; readonly where: Where },
): readonly Difference[] {
  const [before, after] = [o, n].map(({ tags }) => tags.find(({ name }) => name === 'default')?.text);
  if (before === after) return [];
  const breaks = !required && before !== undefined;
  const words =
    before === undefined
      ? `has a default now, ${after}`
      : after === undefined
        ? 'has no default any more'
        : 'has another default';
  return [
    {
      ...where,
      kind: 'default-changed',
      area: required ? 'documentation' : 'wire',
      message: breaks ? `${words}: what leaves it out means something else now` : words,
      before,
      after,
      breaks: { sending: breaks, receiving: breaks },
      keyword: 'default',
    },
  ];
}
