import type { Lookup } from '../../model/schemas/facts.js';
import { canonical, isSchemaObject, sameJson } from '../../model/schemas/keywords.js';
import type { CheckNode, JsonValue, ObjectNode, SchemaNode } from '../../model/types.js';
import { isList } from './claims.js';

/** Whether a value is valid; undefined where that is not certain without the validator itself. */
type Answer = boolean | undefined;

type JsonObject = { readonly [key: string]: JsonValue };

/** Whether a value of an `enum` or a `const` is valid for a node. */
export function accepts(node: SchemaNode, value: JsonValue, lookup: Lookup): Answer {
  const inside = (inner: SchemaNode, part: JsonValue) => accepts(inner, part, lookup);
  switch (node.kind) {
    case 'bytes':
      return false;
    case 'unknown':
      return true;
    case 'never':
      return false;
    case 'null':
      return value === null;
    case 'boolean':
      return typeof value === 'boolean';
    case 'ref':
      return inside(lookup(node.name), value);
    case 'literal':
      return node.values.some((each) => sameJson(each, value));
    case 'others':
      return !node.types.includes(typeOf(value));
    case 'number': {
      if (typeof value !== 'number' || (node.integer && !Number.isInteger(value))) return false;
      const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = node;
      if (minimum !== undefined && value < minimum) return false;
      if (maximum !== undefined && value > maximum) return false;
      if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return false;
      if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return false;
      if (multipleOf === undefined) return true;
      return Number.isInteger(multipleOf) && Number.isSafeInteger(value)
        ? value % multipleOf === 0
        : undefined;
    }
    case 'string': {
      if (typeof value !== 'string') return false;
      const length = [...value].length;
      if (length < (node.minLength ?? 0) || length > (node.maxLength ?? length)) return false;
      if (node.pattern && !new RegExp(node.pattern.source, node.pattern.flags).test(value)) return false;
      return node.format === undefined ? true : undefined;
    }
    case 'array': {
      if (!Array.isArray(value)) return false;
      if (value.length < (node.minItems ?? 0) || value.length > (node.maxItems ?? value.length)) return false;
      return every(value.map((item) => inside(node.items, item)));
    }
    case 'tuple': {
      if (!Array.isArray(value) || value.length < node.required) return false;
      const { items, rest = { kind: 'never' } } = node;
      return every(value.map((item, i) => inside(items[i] ?? rest, item)));
    }
    case 'object':
      return isObject(value) ? acceptsObject(node, value, lookup) : false;
    case 'intersection':
      return every(node.members.map((member) => inside(member, value)));
    case 'union': {
      const answers = node.members.map((member) => inside(member, value));
      return node.exclusive ? exactlyOne(answers) : some(answers);
    }
    case 'tagged': {
      if (!isObject(value)) return false;
      const member = node.members.find((each) => each.value === own(value, node.property));
      return member === undefined ? false : inside(member.node, value);
    }
    case 'refined':
      return every([inside(node.base, value), ...node.checks.map((check) => passes(check, value, lookup))]);
    default:
      return node satisfies never;
  }
}

function acceptsObject({ properties, additional }: ObjectNode, value: JsonObject, lookup: Lookup): Answer {
  const known = new Map(properties.map((property) => [property.name, property]));
  if (properties.some(({ name, required }) => required && !Object.hasOwn(value, name))) return false;
  return every(
    Object.entries(value).map(([name, part]) => {
      const property = known.get(name);
      if (property !== undefined) return accepts(property.node, part, lookup);
      return typeof additional === 'string' ? additional === 'allowed' : accepts(additional, part, lookup);
    }),
  );
}

function passes(check: CheckNode, value: JsonValue, lookup: Lookup): Answer {
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
      return Array.isArray(value) ? isBetween(value.length, check) : true;
    case 'propertyCount':
      return isObject(value) ? isBetween(Object.keys(value).length, check) : true;
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

function isBetween(count: number, { min = 0, max = count }: { min?: number; max?: number }): boolean {
  return count >= min && count <= max;
}

function own(value: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: JsonValue): value is JsonObject {
  return isSchemaObject(value);
}

function typeOf(value: JsonValue) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as 'string' | 'number' | 'boolean' | 'object';
}

function not(answer: Answer): Answer {
  return answer === undefined ? undefined : !answer;
}

function every(answers: readonly Answer[]): Answer {
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

function some(answers: readonly Answer[]): Answer {
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

function exactlyOne(answers: readonly Answer[]): Answer {
  if (answers.filter((answer) => answer === true).length > 1) return false;
  return answers.includes(undefined) ? undefined : answers.includes(true);
}
