/** Files that hold no AsyncAPI document: each is told apart, at the right place. */
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDocument } from '../../../generator/src/document/index.js';
import { folderWith, HEAD_V3, load } from './workspace.js';

async function only(file: string) {
  const { document, diagnostics } = await loadDocument(file);
  expect(document).toBeUndefined();
  expect(diagnostics).toHaveLength(1);
  return diagnostics[0];
}

describe('a path that leads to no file', () => {
  test('is told, with the file that was meant', async () => {
    const folder = await folderWith({ 'api.yaml': HEAD_V3 });
    const file = join(folder, 'apj.yaml');
    expect(await only(file)).toMatchObject({
      code: 'FS_FILE_MISSING',
      message: `There is no file ${file}.`,
      hint: `Did you mean ${join(folder, 'api.yaml')}?`,
      location: { file, line: 1, column: 1 },
    });
  });

  test('with another ending', async () => {
    const folder = await folderWith({ 'chat-service.yaml': HEAD_V3 });
    const found = await only(join(folder, 'chat-service.json'));
    expect(found?.hint).toBe(`Did you mean ${join(folder, 'chat-service.yaml')}?`);
  });

  test('in a folder that is not there', async () => {
    const folder = await folderWith({});
    const found = await only(join(folder, 'specs', 'api.yaml'));
    expect(found?.hint).toBe(`There is no folder ${join(folder, 'specs')} either.`);
  });

  test('but to a folder', async () => {
    const folder = await folderWith({
      'specs/README.md': '',
      'specs/asyncapi.yml': HEAD_V3,
      'specs/a.json': '{}',
    });
    expect(await only(join(folder, 'specs'))).toMatchObject({
      code: 'FS_FILE_IS_FOLDER',
      hint: `Did you mean ${join(folder, 'specs', 'asyncapi.yml')}?`,
    });
  });

  test.skipIf(process.getuid?.() === 0)('that may be read (root may read everything)', async () => {
    const folder = await folderWith({ 'api.yaml': HEAD_V3 });
    await chmod(join(folder, 'api.yaml'), 0);
    expect((await only(join(folder, 'api.yaml')))?.code).toBe('FS_FILE_UNREADABLE');
  });
});

describe('a file that is no AsyncAPI document', () => {
  test.each([
    ['empty', '', '1:1', 'FS_FILE_EMPTY', 'is empty'],
    ['white space', ' \n\n', '1:1', 'FS_FILE_EMPTY', 'is empty'],
    ['comments', '# nothing yet\n', '1:1', 'FS_NOT_ASYNCAPI', 'nothing but comments'],
    ['text', 'hello\n', '1:1', 'FS_NOT_ASYNCAPI', 'plain text'],
    ['a list', '- a\n- b\n', '1:1', 'FS_NOT_ASYNCAPI', 'a list'],
    ['some mapping', 'name: x\n', '1:1', 'FS_NOT_ASYNCAPI', 'no `asyncapi` field'],
    ['OpenAPI', 'info: {title: x}\nopenapi: 3.1.0\n', '2:1', 'FS_NOT_ASYNCAPI', 'an OpenAPI document'],
    ['Swagger', '{"swagger": "2.0"}', '1:2', 'FS_NOT_ASYNCAPI', 'a Swagger'],
  ])('%s', async (_, text, place, code, message) => {
    const { found, diagnostics, document } = await load(text);
    expect(document).toBeUndefined();
    expect(found).toEqual([`api.yaml:${place} error ${code}`]);
    expect(diagnostics[0]?.message).toContain(message);
  });

  test('whose first field is misspelt', async () => {
    const { diagnostics } = await load('asynapi: 3.0.0\ninfo: {}\n');
    expect(diagnostics[0]?.hint).toBe('Is `asynapi` meant to be `asyncapi`?');
  });
});

describe('a version that is not supported', () => {
  test.each([
    ['1.2.0', 'AsyncAPI 1.2.0', 'Supported are 2.0.0 to 2.6.0, 3.0.0 and 3.1.0.'],
    ['3.2.0', 'AsyncAPI 3.2.0', 'Supported are 2.0.0 to 2.6.0, 3.0.0 and 3.1.0.'],
    ['2.7.0', 'AsyncAPI 2.7.0', 'Supported are'],
    ["'2.6'", 'AsyncAPI 2.6', 'Write the whole version: `asyncapi: 2.6.0`.'],
    ['3.0', 'AsyncAPI 3', 'Write the whole version: `asyncapi: 3.0.0`.'],
    ['3', 'AsyncAPI 3', 'Write the whole version: `asyncapi: 3.0.0`.'],
    ['latest', 'AsyncAPI latest', 'Supported are'],
  ])('%s', async (version, message, hint) => {
    const { found, diagnostics } = await load(
      `info: {title: T, version: '1'}\nasyncapi: ${version}\nchannels: {}\n`,
    );
    expect(found).toEqual(['api.yaml:2:11 error FS_VERSION_UNSUPPORTED']);
    expect(diagnostics[0]?.message).toContain(message);
    expect(diagnostics[0]?.hint).toContain(hint);
  });

  test('also in JSON', async () => {
    const { found } = await load('{\n  "asyncapi": "2.0",\n  "channels": {}\n}', 'api.json');
    expect(found).toEqual(['api.json:2:15 error FS_VERSION_UNSUPPORTED']);
  });
});

describe('broken syntax: only that, in plain words', () => {
  test.each([
    ['indentation', 'info:\n  title: x\n version: 1', '4:2', 'indentation'],
    ['a bracket', 'info: {title: x\nchannels: {}', '3:1', 'comma or a closing bracket is missing'],
    ['a quote', 'info:\n  title: "x\n', '4:1', 'ends inside quotes'],
    ['a second colon', 'info:\n  title: a: b\n', '3:11', 'second `: `'],
    ['a key twice', 'info:\n  title: a\n  title: b\n', '4:3', '`title` is there twice'],
    ['two documents', '---\ninfo: {}\n', '1:1', 'several YAML documents'],
    ['a tag', 'info: !custom x\n', '2:7', 'tag `!custom` is not known'],
    ['a number as a key', 'info: {1: x}\n', '2:8', 'The key is a number'],
    ['an alias', 'info: *missing\n', '2:15', 'alias `*missing`'],
  ])('%s', async (_, text, place, message) => {
    const { found, diagnostics } = await load(`asyncapi: 3.0.0\n${text}`);
    expect(found).toEqual([`api.yaml:${place} error FS_SYNTAX`]);
    expect(diagnostics[0]?.message).toContain(message);
    expect(diagnostics[0]?.hint).toBeTruthy();
  });

  test('JSON', async () => {
    const { found } = await load(
      '{"asyncapi": "3.0.0",\n "info": {"title": "x" "version": "1"}}\n',
      'api.json',
    );
    expect(found).toEqual(['api.json:2:24 error FS_SYNTAX']);
  });

  test('in a file that is referred to', async () => {
    const { found } = await load({
      'api.yaml': `${HEAD_V3}channels:\n  a:\n    $ref: './more/a.yaml'\n`,
      'more/a.yaml': 'address: "a\n',
    });
    expect(found).toEqual(['more/a.yaml:2:1 error FS_SYNTAX']);
  });
});

test('a byte order mark and CRLF are no obstacle', async () => {
  const { found, document } = await load(`\uFEFF${HEAD_V3.replaceAll('\n', '\r\n')}channels: {}\r\n`);
  expect(found).toEqual([]);
  expect(document?.title).toBe('Test');
});

test('a document that makes the official parser throw is judged like any other', async () => {
  const text = `asyncapi: 2.0.0
info: {title: T, version: '1'}
servers:
  production: {url: redis, protocol: redis, security: [{oauth: []}]}
channels: {}
components:
  securitySchemes:
    oauth: {type: oauth2, flows: {password: {tokenUrl: x}}}
`;
  const { found } = await load(text);
  expect(found).toEqual(['api.yaml:8:35 error FS_SPEC_INVALID', 'api.yaml:8:56 error FS_SPEC_INVALID']);
});

test('a folder in the way of the path is a missing file', async () => {
  const folder = await folderWith({ 'api.yaml': HEAD_V3 });
  await mkdir(join(folder, 'empty'));
  expect((await only(join(folder, 'api.yaml', 'x.yaml')))?.code).toBe('FS_FILE_MISSING');
});
