import {
  every,
  exactlyOne,
  isObject,
  isWithin,
  judge,
  some,
  type Verdict,
} from '../../model/schemas/accepts.js';
import type { Lookup } from '../../model/schemas/facts.js';
import { canonical } from '../../model/schemas/keywords.js';
import type { CheckNode, JsonValue, SchemaNode } from '../../model/types.js';
import { isList } from './claims.js';

/** Whether a value of an `enum` or a `const` is valid for a node; undefined where that is not certain. */
export function accepts(node: SchemaNode, value: JsonValue, lookup: Lookup): Verdict {
  return judge(node, value, lookup, (check, of) => passes(check, of, lookup));
}

function passes(check: CheckNode, value: JsonValue, lookup: Lookup): Verdict {
  const holds = (node: SchemaNode) => accepts(node, value, lookup);
  switch (check.kind) {
    case 'also':
      return holds(check.schema);
    case 'not':
      return not(holds(check.schema));
    case 'anyOf':
      return some(check.schemas.map(holds));
    case 'oneOf':
      return exactlyOne(check.schemas.map(holds));
    case 'conditional': {
      const met = holds(check.condition);
      if (met === undefined) return undefined;
      const branch = met ? check.consequent : check.alternative;
      return branch === undefined ? true : holds(branch);
    }
    case 'contains':
      return Array.isArray(value)
        ? some(value.map((item: JsonValue) => accepts(check.schema, item, lookup)))
        : true;
    case 'uniqueItems':
      return Array.isArray(value) ? new Set(value.map(canonical)).size === value.length : true;
    case 'itemCount':
      return Array.isArray(value) ? isWithin(value.length, check.min, check.max) : true;
    case 'propertyCount':
      return isObject(value) ? isWithin(Object.keys(value).length, check.min, check.max) : true;
    case 'required':
      return isObject(value) ? check.names.every((name) => Object.hasOwn(value, name)) : true;
    case 'propertyNames':
      return isObject(value)
        ? every(Object.keys(value).map((name) => accepts(check.schema, name, lookup)))
        : true;
    case 'ownProperties':
      if (!isObject(value)) return true;
      return every(
        check.schemas.map(({ name, schema }) =>
          Object.hasOwn(value, name) ? accepts(schema, value[name] ?? null, lookup) : true,
        ),
      );
    case 'patternProperties':
    case 'additionalProperties':
      return isObject(value) && Object.keys(value).length > 0 ? undefined : true;
    case 'dependencies': {
      if (!isObject(value)) return true;
      const rules = check.rules.filter(({ name }) => Object.hasOwn(value, name));
      return every(
        rules.map(({ needs }) =>
          isList(needs) ? needs.every((name) => Object.hasOwn(value, name)) : holds(needs),
        ),
      );
    }
    default:
      return check satisfies never;
  }
}

function not(verdict: Verdict): Verdict {
  return verdict === undefined ? undefined : !verdict;
}
