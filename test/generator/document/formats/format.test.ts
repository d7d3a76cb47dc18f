import { expect, test } from 'vitest';
import { isBinary } from '../../../../generator/src/document/formats/content-type.js';
import { formatOf, nearestFormat } from '../../../../generator/src/document/formats/format.js';
import { load } from '../workspace.js';
import { documentOf, payloadOf, read } from './read.js';

const json = (draft: string) => ({ kind: 'json-schema', draft });

test.each([
  ['application/vnd.aai.asyncapi;version=2.6.0', json('draft-07')],
  ['application/vnd.aai.asyncapi+yaml;version=3.1.0', json('draft-07')],
  ['application/schema+json;version=draft-07', json('draft-07')],
  ['application/schema+yaml; version=draft-07', json('draft-07')],
  ['application/schema+json;version=draft-04', json('draft-07')],
  ['application/schema+json;version=2019-09', json('2019-09')],
  ['application/schema+json;version=draft-2020-12', json('2020-12')],
  ['application/vnd.oai.openapi;version=3.0.0', json('openapi-3.0')],
  ['application/vnd.oai.openapi+json;version=3.0.3', json('openapi-3.0')],
  ['application/vnd.oai.openapi;version=3.1.0', json('2020-12')],
  ['Application/Vnd.Apache.Avro;Version="1.9.0"', { kind: 'avro' }],
  ['application/vnd.apache.avro+json;version=1.8.2', { kind: 'avro' }],
  ['application/vnd.apache.avro', { kind: 'avro' }],
  ['application/vnd.google.protobuf;version=3', { kind: 'protobuf' }],
  ['application/raml+yaml;version=1.0', { kind: 'raml' }],
  ['application/vnd.oai.openapi;version=4.0.0', undefined],
  ['application/xml', undefined],
])('%s', (written, format) => {
  expect(formatOf(written)).toEqual(format);
});

test.each([
  ['application/vnd.apache.avor;version=1.9.0', 'application/vnd.apache.avro;version=1.9.0'],
  ['application/avro', 'application/vnd.apache.avro;version=1.9.0'],
  ['application/vnd.google.protobuf;version=4', 'application/vnd.google.protobuf;version=3'],
  ['application/x-protobuf', 'application/vnd.google.protobuf;version=3'],
  ['application/schema+json;version=draft-08', 'application/schema+json;version=draft-07'],
  ['application/raml;version=2.0', 'application/raml+yaml;version=1.0'],
  ['application/xml', undefined],
  ['text/x-something-else', undefined],
])('%s may have been meant to be %s', (written, meant) => {
  expect(nearestFormat(written)).toBe(meant);
});

test('an unknown format is a warning at its place, once, and the payload anything', async () => {
  const loaded = await load(`asyncapi: 3.0.0
info: {title: T, version: 1.0.0}
channels:
  a: {address: a, messages: {m: {$ref: '#/components/messages/m'}}}
  b: {address: b, messages: {m: {$ref: '#/components/messages/m'}}}
components:
  messages:
    m:
      payload:
        schemaFormat: application/avro
        schema: {type: string}
`);
  expect(loaded.found).toEqual(['api.yaml:10:23 warning FS_SCHEMA_FORMAT_UNKNOWN']);
  expect(loaded.diagnostics[0]?.message).toContain('application/avro');
  expect(loaded.diagnostics[0]?.hint).toBe('Is `application/vnd.apache.avro;version=1.9.0` meant?');
  expect(payloadOf(loaded)).toBeUndefined();
});

test('2.x has the format beside the payload, and headers are AsyncAPI’s own', async () => {
  const loaded = await load(`asyncapi: 2.6.0
info: {title: T, version: 1.0.0}
channels:
  a:
    publish:
      message:
        schemaFormat: application/vnd.apache.avro;version=1.9.0
        payload: {type: record, name: R, fields: [{name: f, type: string}]}
        headers: {type: object, properties: {h: {type: string}}}
`);
  const [message] = loaded.document?.channels[0]?.messages ?? [];
  expect(message?.payload).toMatchObject({ type: 'object', required: ['f'] });
  expect(message?.headers).toMatchObject({ type: 'object', properties: { h: { type: 'string' } } });
  expect(loaded.found).toEqual([]);
});

test('headers and components have formats too, and a component keeps its place', async () => {
  const avro = (name: string) =>
    `{schemaFormat: application/vnd.apache.avro;version=1.9.0, schema: {type: record, name: ${name}, fields: [{name: f, type: int}]}}`;
  const loaded = await load(`asyncapi: 3.0.0
info: {title: T, version: 1.0.0}
channels:
  a:
    address: a
    messages:
      m:
        headers: ${avro('H')}
        payload: {type: object, properties: {w: {$ref: '#/components/schemas/W'}}}
components:
  schemas:
    W: ${avro('X')}
`);
  const { document } = loaded;
  const [message] = document?.channels[0]?.messages ?? [];
  const component = document?.schemas.get('W');
  expect(message?.headers).toMatchObject({ title: 'H' });
  expect(message?.payload).toMatchObject({ properties: { w: { title: 'X', type: 'object' } } });
  expect((message?.payload as unknown as { properties: { w: unknown } } | undefined)?.properties.w).toBe(
    component,
  );
  expect(document?.originOf(component as object as Record<string, unknown>)?.pointer).toBe(
    '/components/schemas/W',
  );
});

test('2.x: a component is what the message says that refers to it', async () => {
  const loaded = await load(`asyncapi: 2.6.0
info: {title: T, version: 1.0.0}
channels:
  a:
    publish:
      message:
        schemaFormat: application/vnd.apache.avro;version=1.9.0
        payload: {$ref: '#/components/schemas/Flag'}
components:
  schemas:
    Flag: {type: boolean, doc: Whether.}
`);
  expect(loaded.found).toEqual([]);
  expect(payloadOf(loaded)).toEqual({ type: 'boolean', description: 'Whether.' });
  expect(loaded.document?.schemas.get('Flag')).toBe(payloadOf(loaded));
});

test.each([
  ['application/json', false],
  ['application/json; charset=utf-8', false],
  ['application/cloudevents+json', false],
  ['application/vnd.apache.avro+json', false],
  ['text/plain', false],
  ['json', false],
  ['avro/binary', true],
  ['application/x-protobuf', true],
  ['application/octet-stream', true],
  ['text/xml', true],
])('a payload of content type %s is bytes: %s', (contentType, binary) => {
  expect(isBinary(contentType)).toBe(binary);
});

test('bytes have no schema; a warning says so where one is written', async () => {
  const loaded = await load(
    documentOf(
      'application/schema+json;version=draft-07',
      { type: 'object' },
      { contentType: 'avro/binary' },
    ),
  );
  const [message] = loaded.document?.channels[0]?.messages ?? [];
  expect(message).toMatchObject({ binary: true, contentType: 'avro/binary' });
  expect(payloadOf(loaded)).toBeUndefined();
  expect(loaded.found).toEqual([expect.stringContaining('warning FS_CONTENT_TYPE_BYTES')]);
});

test('draft 7 stays the very object that the document holds', async () => {
  expect(await read('application/schema+json;version=draft-07', { type: 'string', example: 'x' })).toEqual({
    type: 'string',
    example: 'x',
  });
});
