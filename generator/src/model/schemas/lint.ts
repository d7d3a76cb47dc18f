import type { JsonSchemaObject, Origin } from '../../document/types.js';
import { below, type Report } from '../report.js';
import { onlyChecks } from './alternatives.js';
import type { Catalog } from './catalog.js';
import { childrenOf } from './children.js';
import { flatten } from './flatten.js';
import { isSchemaObject, valuesOf } from './keywords.js';
import type { Source } from './sources.js';
import { typesOf, typesSpokenOf } from './types-of.js';

interface Visit {
  readonly schema: JsonSchemaObject;
  readonly at: Origin;
  /** A schema around this one has said the type already. */
  readonly typed: boolean;
}

/**
 * Finds schemas that speak of objects, or of strings, and don't ask for them: JSON Schema lets every other
 * value pass there, which hardly any author means. Parts that only check (`if`, `not`) may do so.
 */
export function lintTypes(sources: readonly Source[], catalog: Catalog, report: Report): void {
  const seen = new Set<JsonSchemaObject>();
  const open = sources.flatMap(({ schema, at }) =>
    isSchemaObject(schema) ? [{ schema, at, typed: false }] : [],
  );
  for (let visit: Visit | undefined = open.pop(); visit !== undefined; visit = open.pop()) {
    const { schema, typed } = visit;
    if (seen.has(schema)) continue;
    seen.add(schema);
    const at = catalog.placeOf(schema) ?? visit.at;
    const { own, rest } = flatten(schema, catalog);
    const hasType = typed || typesOf(own) !== undefined || valuesOf(own) !== undefined || rest.length > 0;
    const spoken = [...typesSpokenOf(own)];
    if (!hasType && spoken.length > 0) report(missing(at, spoken));
    for (const { schema: child, path, label } of childrenOf(schema)) {
      const isPart = path[0] === 'allOf' || path[0] === 'anyOf' || path[0] === 'oneOf';
      if (!isSchemaObject(child) || label === undefined || (isPart && onlyChecks(child, catalog))) continue;
      const inherits = isPart && (hasType || path[0] === 'allOf');
      open.push({ schema: child, at: below(at, ...path), typed: inherits });
    }
  }
}

function missing(at: Origin, types: readonly string[]): Parameters<Report>[0] {
  return {
    code: 'FS_SCHEMA_TYPE_MISSING',
    at,
    message: `This schema says what a value of type ${types.join(' or ')} must be like, and has no \`type\`: other values pass unseen.`,
  };
}
