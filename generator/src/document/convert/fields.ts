/** Reading of fields whose type the specification's rules have checked, or that a rule does not cover. */

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function text(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** The named text fields that are there. */
export function texts<Name extends string>(
  fields: Fields,
  names: readonly Name[],
): { readonly [N in Name]?: string } {
  const found = names.flatMap((name) => {
    const value = text(fields[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found) as { readonly [N in Name]?: string };
}
