import type { CheckNode, SchemaNode } from '../../model/types.js';
import type { ValueExpr } from '../code/value-doc.js';
import { helper, list, range, type SchemaScope, string, z } from './schema-parts.js';

/**
 * The check that a keyword asks for.
 *
 * @param of gives the expression of a schema inside it
 */
export function checkOf(
  check: CheckNode,
  scope: SchemaScope,
  of: (node: SchemaNode) => ValueExpr,
): ValueExpr {
  const pair = ({ name: key, schema }: { name: string; schema: SchemaNode }) =>
    list([string(key), of(schema)]);
  switch (check.kind) {
    case 'also':
    case 'not':
    case 'contains':
    case 'propertyNames':
      return helper(scope, check.kind, of(check.schema));
    case 'anyOf':
    case 'oneOf':
      return helper(scope, check.kind, ...check.schemas.map(of));
    case 'conditional': {
      const { condition, consequent, alternative } = check;
      const branches = [consequent === undefined ? z('unknown') : of(consequent)];
      if (alternative !== undefined) branches.push(of(alternative));
      return helper(scope, 'conditional', of(condition), ...branches);
    }
    case 'uniqueItems':
      return helper(scope, 'uniqueItems');
    case 'itemCount':
    case 'propertyCount':
      return range(scope, check.kind, check.min, check.max);
    case 'required':
      return helper(scope, 'required', ...check.names.map(string));
    case 'ownProperties':
    case 'patternProperties':
      return helper(scope, check.kind, list(check.schemas.map(pair)));
    case 'additionalProperties':
      return helper(
        scope,
        'additionalProperties',
        list(check.known.map(string)),
        list(check.patterns.map(string)),
        of(check.schema),
      );
    case 'dependencies':
      return helper(
        scope,
        'dependencies',
        list(
          check.rules.map(({ name: key, needs }) =>
            list([string(key), isNames(needs) ? list(needs.map(string)) : of(needs)]),
          ),
        ),
      );
  }
}

function isNames(needs: readonly string[] | SchemaNode): needs is readonly string[] {
  return Array.isArray(needs);
}
