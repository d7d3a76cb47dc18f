import type { Member, TypeExpr } from './type-doc.js';
import type { ValueExpr } from './value-doc.js';

/** Variables that an expression mentions, for the imports that it needs: `z`, `schemas`. */
export function variablesIn(value: ValueExpr, found: Set<string> = new Set()): ReadonlySet<string> {
  const all = (values: readonly ValueExpr[]) => {
    for (const each of values) variablesIn(each, found);
  };
  switch (value.kind) {
    case 'atom':
      if (value.form === 'name') found.add(variable(value.text));
      break;
    case 'list':
      all(value.items);
      break;
    case 'record':
      all(value.entries.map((entry) => entry.value));
      break;
    case 'chain':
      found.add(variable(value.head));
      all(value.calls.flatMap(({ args }) => args));
      break;
    case 'call':
      all(value.args);
      break;
    case 'lazy':
      variablesIn(value.body, found);
      break;
    case 'cast':
      variablesIn(value.value, found);
  }
  return found;
}

function variable(text: string): string {
  return text.split('.', 1)[0] ?? text;
}

/** Whether members of an interface mention a type from the namespace `types`. */
export function mentionTypes(members: readonly Member[]): boolean {
  return members.some(({ type }) => mentions(type));
}

function mentions(type: TypeExpr): boolean {
  switch (type.kind) {
    case 'plain':
      return type.text.startsWith('types.');
    case 'array':
      return mentions(type.items);
    case 'tuple':
      return type.items.some((item) => mentions(item.type));
    case 'union':
    case 'intersection':
      return type.members.some(mentions);
    case 'object':
      return mentionTypes(type.members);
    case 'generic':
      return type.args.some(mentions);
  }
}
