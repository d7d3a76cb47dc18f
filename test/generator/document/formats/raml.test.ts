/** RAML: with the plugin in the project, and without. What the plugin itself does is its own affair. */
import { describe, expect, test } from 'vitest';
import { load } from '../workspace.js';
import { documentOf, payloadOf } from './read.js';

const RAML = 'application/raml+yaml;version=1.0';
const FOLDER = 'node_modules/@asyncapi/raml-dt-schema-parser';

/** A stand-in with the plugin's interface. */
function plugin(validate: string, parse: string): Readonly<Record<string, string>> {
  return {
    [`${FOLDER}/package.json`]: '{"name": "@asyncapi/raml-dt-schema-parser", "main": "index.js"}',
    [`${FOLDER}/index.js`]: `exports.RamlDTSchemaParser = () => ({
      async validate({ data, path }) { ${validate} },
      async parse({ data, meta }) { ${parse} },
    });`,
  };
}

describe('with the plugin', () => {
  test('the schema is what it says', async () => {
    const loaded = await load({
      'api.yaml': documentOf(RAML, { type: 'object', properties: { a: 'string' } }),
      ...plugin('return []', 'return { title: data.properties.a, type: "object" }'),
    });
    expect(loaded.found).toEqual([]);
    expect(payloadOf(loaded)).toEqual({ title: 'string', type: 'object' });
  });

  test('what it finds is a warning, and so is its failing', async () => {
    const found = await load({
      'api.yaml': documentOf(RAML, { type: 'x' }),
      ...plugin('return [{ message: "Unresolved reference \'x\'", path }]', 'return true'),
    });
    expect(found.found).toEqual([expect.stringContaining('warning FS_SCHEMA_FORMAT_INVALID')]);
    expect(payloadOf(found)).toBe(true);
    const failed = await load({
      'api.yaml': documentOf(RAML, { type: 'x' }),
      ...plugin('return []', 'throw new Error("no type x\\nat ...")'),
    });
    expect(failed.diagnostics[0]?.message).toBe('This RAML type is not read as a whole: no type x.');
    expect(payloadOf(failed)).toBeUndefined();
  });
});

test('without it, a warning says what to install', async () => {
  const loaded = await load(documentOf(RAML, { type: 'object' }));
  expect(loaded.found).toEqual([expect.stringContaining('warning FS_SCHEMA_FORMAT_PLUGIN')]);
  expect(loaded.diagnostics[0]?.hint).toContain('npm install -D @asyncapi/raml-dt-schema-parser');
  expect(payloadOf(loaded)).toBeUndefined();
});
