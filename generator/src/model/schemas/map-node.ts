import type { CheckNode, SchemaNode } from '../types.js';

type Change = (node: SchemaNode) => SchemaNode;

/** The node with `change` applied to every node directly inside it. */
export function mapChildren(node: SchemaNode, change: Change): SchemaNode {
  switch (node.kind) {
    case 'array':
      return { ...node, items: change(node.items) };
    case 'tuple':
      return { ...node, items: node.items.map(change), ...(node.rest && { rest: change(node.rest) }) };
    case 'object':
      return {
        ...node,
        properties: node.properties.map((property) => ({ ...property, node: change(property.node) })),
        additional: typeof node.additional === 'string' ? node.additional : change(node.additional),
        ...(node.index && { index: node.index.map(change) }),
      };
    case 'union':
    case 'intersection':
      return { ...node, members: node.members.map(change) };
    case 'tagged':
      return { ...node, members: node.members.map((member) => ({ ...member, node: change(member.node) })) };
    case 'refined':
      return {
        ...node,
        base: change(node.base),
        checks: node.checks.map((check) => mapCheck(check, change)),
      };
    default:
      return node;
  }
}

function mapCheck(check: CheckNode, change: Change): CheckNode {
  switch (check.kind) {
    case 'also':
    case 'not':
    case 'contains':
    case 'propertyNames':
    case 'additionalProperties':
      return { ...check, schema: change(check.schema) };
    case 'anyOf':
    case 'oneOf':
      return { ...check, schemas: check.schemas.map(change) };
    case 'conditional':
      return {
        ...check,
        condition: change(check.condition),
        ...(check.consequent && { consequent: change(check.consequent) }),
        ...(check.alternative && { alternative: change(check.alternative) }),
      };
    case 'ownProperties':
    case 'patternProperties':
      return { ...check, schemas: check.schemas.map((part) => ({ ...part, schema: change(part.schema) })) };
    case 'dependencies':
      return {
        ...check,
        rules: check.rules.map((rule) => ({
          ...rule,
          needs: Array.isArray(rule.needs) ? rule.needs : change(rule.needs as SchemaNode),
        })),
      };
    default:
      return check;
  }
}

/** Calls `visit` for every node directly inside. */
export function eachChild(node: SchemaNode, visit: (child: SchemaNode) => void): void {
  mapChildren(node, (child) => {
    visit(child);
    return child;
  });
}
