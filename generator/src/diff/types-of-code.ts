import type { SdkModel } from '../model/types.js';
import type { Finding } from './findings.js';
import type { Succession } from './schemas/explain.js';
import type { Contract } from './types.js';

/** Names of types that code imports. */
export function typeFindings(
  before: Contract,
  after: Contract,
  successions: readonly Succession[],
): readonly Finding[] {
  const [olds, news] = [namesOf(before.built.model), namesOf(after.built.model)];
  const successors = new Map(
    successions
      .filter((pair) => !news.has(pair.before) && !olds.has(pair.after))
      .map((pair) => [pair.before, pair.after]),
  );
  const renamed = new Set(successors.values());
  const at = ({ built }: Contract, name: string) => built.places.schemas.get(name)?.at;
  const gone = [...olds].filter((name) => !news.has(name));
  const fresh = [...news].filter((name) => !olds.has(name) && !renamed.has(name));
  return [
    ...gone.map((name): Finding => {
      const next = successors.get(name);
      if (next === undefined) {
        return {
          path: name,
          kind: 'type-removed',
          area: 'code',
          message: 'is no type any more: code that names it has to be changed',
          before: name,
          old: at(before, name),
          breaksCode: true,
        };
      }
      return {
        path: next,
        kind: 'type-renamed',
        area: 'code',
        message: `was called ${name}: code that names it has to be changed`,
        before: name,
        after: next,
        old: at(before, name),
        new: at(after, next),
        breaksCode: true,
      };
    }),
    ...fresh.map(
      (name): Finding => ({
        path: name,
        kind: 'type-added',
        area: 'code',
        message: 'is a new type',
        after: name,
        new: at(after, name),
      }),
    ),
  ];
}

function namesOf({ schemas }: SdkModel): ReadonlySet<string> {
  return new Set(schemas.map(({ name }) => name));
}
