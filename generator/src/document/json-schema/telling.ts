import type { Cursor, Failure } from './types.js';

/** The failures that say most: of alternatives that all fail, those of the one that was most likely meant. */
export function telling(failures: readonly Failure[]): readonly Failure[] {
  return failures.flatMap((failure) => {
    const branches = failure.branches?.map(telling).filter((each) => each.length > 0) ?? [];
    if (branches.length === 0) return [failure];
    const { at } = failure;
    const fitting = branches.filter((each) => !each.some((one) => tellsKind(one, at)));
    // Of another kind, each of them: what would make it one of theirs is all that can be said.
    if (fitting.length === 0) {
      const kinds = kindsOf(branches.flat(), at);
      return kinds.length > 0 ? kinds : [failure];
    }
    return fitting.reduce((best, each) => (isCloser(each, best, at) ? each : best));
  });
}

/** What the field `type` may be, if there is one; else what the value may be. */
function kindsOf(failures: readonly Failure[], whole: Cursor): readonly Failure[] {
  const kinds = failures.filter((each) => tellsKind(each, whole));
  const inside = kinds.filter(({ at }) => at !== whole);
  if (inside.length > 0) return inside;
  const values = kinds.filter(({ keyword }) => keyword === 'enum' || keyword === 'const');
  return values.length > 0 && typeof whole.value === 'string'
    ? values
    : kinds.filter(({ keyword }) => keyword === 'type');
}

/** The value is not even of the type, or says itself, by its field `type`, that it is something else. */
function tellsKind({ keyword, at }: Failure, whole: Cursor): boolean {
  if (at === whole) return ['type', 'false', 'enum', 'const'].includes(keyword);
  return at.parent === whole && at.key === 'type' && ['enum', 'const'].includes(keyword);
}

/** What is wrong on the surface weighs more than what is wrong somewhere inside. */
function isCloser(a: readonly Failure[], b: readonly Failure[], whole: Cursor): boolean {
  return (
    onSurface(a, whole) - onSurface(b, whole) < 0 ||
    (onSurface(a, whole) === onSurface(b, whole) && a.length < b.length)
  );
}

function onSurface(failures: readonly Failure[], whole: Cursor): number {
  return failures.filter(
    ({ keyword, at }) => at === whole || (keyword === 'additionalProperties' && at.parent === whole),
  ).length;
}
