import type { NamedSchema, SdkModel } from '../../model/types.js';
import { assignmentDoc } from '../code/value-doc.js';
import { declaration } from './declaration.js';
import { importLine } from './imports.js';
import { schemaOf } from './schema-of.js';

export interface SchemasView {
  readonly imports: readonly string[];
  readonly declarations: readonly string[];
}

export const RUNTIME = '@fs-gen/runtime/codegen/v1';

/** Each after those that it uses; where that can't be, it looks at them later. */
export function schemasView({ schemas }: SdkModel): SchemasView {
  const helpers = new Set<string>();
  const declared = new Set<string>();
  const declarations = schemas.map((schema) => {
    const text = schemaDeclaration(schema, declared, helpers);
    declared.add(schema.name);
    return text;
  });
  const imports = [
    ...(helpers.size > 0 ? [importLine(helpers, RUNTIME)] : []),
    // The casts name `z.ZodType`, so that `z` is in use even where no expression mentions it.
    ...(schemas.length > 0 ? ["import { z } from 'zod';", "import type * as types from './types.js';"] : []),
  ];
  return { imports, declarations };
}

function schemaDeclaration(
  { name, node, recursive, input }: NamedSchema,
  declared: ReadonlySet<string>,
  helpers: Set<string>,
): string {
  const value = schemaOf(node, {
    prefix: '',
    isLater: (other) => !declared.has(other),
    use: (helper) => helpers.add(helper),
  });
  const type = `z.ZodType<types.${name}${input === undefined ? '' : `, types.${input}`}>`;
  // The compiler can't tell the type of what refers to itself.
  const left = recursive ? `export const ${name}: ${type} =` : `export const ${name} =`;
  const cast = { kind: 'cast', value, type: `unknown as ${type}` } as const;
  return declaration([], [assignmentDoc(left, cast), ';']);
}
