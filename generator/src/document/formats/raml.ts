import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { JsonSchema } from '../types.js';
import type { Problem, Reading } from './problems.js';

const PLUGIN = '@asyncapi/raml-dt-schema-parser';

/** The official plugin, as far as it is used here; test/generator/document/formats/raml.test.ts holds the two together. */
interface SchemaParser {
  validate(input: Input): Promise<readonly { readonly message: string }[]>;
  parse(input: Input): Promise<JsonSchema>;
}

interface Input {
  readonly data: unknown;
  readonly path: readonly string[];
  readonly meta: Readonly<Record<string, unknown>>;
}

/**
 * RAML data types in JSON Schema's terms, by the official plugin. It is the user's to install: RAML is rare, and the
 * plugin brings much. docs/decisions/0008 says more.
 *
 * @param folder that of the document; the plugin is looked for there, in the present folder and beside fs-gen
 */
export async function readRaml(data: unknown, folder: string): Promise<Reading> {
  const plugin = pluginFrom(folder);
  if (plugin === undefined) {
    const message = `This schema is written in RAML, which takes ${PLUGIN} to read: it is \`unknown\`, and not checked.`;
    return {
      named: new Map(),
      problems: [{ severity: 'warning', code: 'FS_SCHEMA_FORMAT_PLUGIN', message }],
    };
  }
  const input: Input = { data, path: [], meta: {} };
  const problem = (cause: string): Problem => ({
    severity: 'warning',
    code: 'FS_SCHEMA_FORMAT_INVALID',
    message: `This RAML type is not read as a whole: ${cause.split('\n', 1)[0]?.replace(/\.$/, '')}.`,
  });
  try {
    const found = (await plugin.validate(input)).map(({ message }) => problem(message));
    return { schema: await plugin.parse(input), named: new Map(), problems: found };
  } catch (cause) {
    return { named: new Map(), problems: [problem(cause instanceof Error ? cause.message : String(cause))] };
  }
}

function pluginFrom(folder: string): SchemaParser | undefined {
  for (const from of [join(resolve(folder), '_'), join(resolve(), '_'), import.meta.url]) {
    try {
      const { RamlDTSchemaParser } = createRequire(from)(PLUGIN) as {
        RamlDTSchemaParser: () => SchemaParser;
      };
      return RamlDTSchemaParser();
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw cause;
    }
  }
  return undefined;
}
