import { below } from '../model/report.js';
import type { ParameterModel, SchemaNode } from '../model/types.js';
import { EVERYBODY, type Finding, NOBODY } from './findings.js';
import { match } from './match.js';
import type { Channel } from './parties.js';
import { docsChanges } from './schemas/explain-docs.js';
import { literalChanges } from './schemas/explain-scalars.js';
import type { Breaks } from './types.js';

/** The parameters of an address. One that came or went has changed the address too, which is told there. */
export function parameterFindings(o: Channel, n: Channel, path: string): readonly Finding[] {
  const position = ({ model }: Channel, parameter: ParameterModel) =>
    String(model.parameters.indexOf(parameter));
  const sameShape = o.model.parameters.length === n.model.parameters.length;
  const { pairs, removed, added } = match(o.model.parameters, n.model.parameters, [
    ({ name }) => name,
    (parameter, isNew) => (sameShape ? position(isNew ? n : o, parameter) : undefined),
  ]);
  const at = ({ written }: Channel, { name }: ParameterModel) => below(written.origin, 'parameters', name);
  return [
    ...pairs.flatMap(([old, now]) => {
      const about = { path: `${path}.parameters.${now.name}`, old: at(o, old), new: at(n, now) };
      return parameterChanges(old, now).map((finding) => ({ ...finding, ...about }));
    }),
    ...removed.map((parameter): Finding => {
      const about = { path: `${path}.parameters.${parameter.name}`, old: at(o, parameter) };
      const message = 'is no parameter any more: code that gives it has to be changed';
      return { ...about, kind: 'parameter-removed', area: 'code', message, breaksCode: true };
    }),
    ...added.map((parameter): Finding => {
      const breaksCode = parameter.default === undefined;
      const about = { path: `${path}.parameters.${parameter.name}`, new: at(n, parameter) };
      const message = breaksCode ? 'is a new parameter, which code has to give' : 'is a new parameter';
      return { ...about, kind: 'parameter-added', area: 'code', message, breaksCode };
    }),
  ];
}

function parameterChanges(o: ParameterModel, n: ParameterModel): readonly Omit<Finding, 'path'>[] {
  const changes: Omit<Finding, 'path'>[] = [];
  if (o.name !== n.name) {
    changes.push({
      kind: 'parameter-renamed',
      area: 'code',
      message: `was called ${o.name}: code that gives it has to be changed`,
      before: o.name,
      after: n.name,
      breaksCode: true,
    });
  }
  if (JSON.stringify(o.values) !== JSON.stringify(n.values)) {
    const breaks = valuesBreak(o.values, n.values);
    if (breaks.sending || breaks.receiving) {
      changes.push({
        kind: 'parameter-values-changed',
        area: 'wire',
        message: 'takes other values, each of which is an address',
        before: o.values ?? 'any',
        after: n.values ?? 'any',
        breaks,
      });
    }
  }
  if (o.default !== n.default) {
    changes.push({
      kind: 'parameter-default-changed',
      area: 'wire',
      message:
        o.default === undefined
          ? 'has a default now'
          : 'has another default, or none: who leaves it out means another address',
      before: o.default,
      after: n.default,
      breaks: o.default === undefined ? NOBODY : EVERYBODY,
    });
  }
  const where = { path: '', old: undefined, new: undefined };
  const words = docsChanges({ ...o.docs, tags: [] }, { ...n.docs, tags: [] }, where);
  return [
    ...changes,
    ...words.map(({ kind, message, before, after }) => ({
      kind,
      area: 'documentation' as const,
      message,
      before,
      after,
    })),
  ];
}

function valuesBreak(o: ParameterModel['values'], n: ParameterModel['values']): Breaks {
  if (o === undefined || n === undefined) return { sending: n === undefined, receiving: o === undefined };
  const asNode = (values: readonly string[]): SchemaNode & { kind: 'literal' } => ({
    kind: 'literal',
    values,
  });
  const changes = literalChanges(asNode(o), asNode(n));
  return {
    sending: changes.some(({ breaks }) => breaks.sending),
    receiving: changes.some(({ breaks }) => breaks.receiving),
  };
}
