import { builders } from 'prettier/doc';
import type { SdkModel } from '../../model/types.js';
import { docComment } from '../code/comment.js';
import { layOut } from '../code/layout.js';
import { propertyKey, quote } from '../code/quote.js';
import type { SdkLayout } from '../types.js';
import { isBatched, type Received, receivedOf } from './handlers.js';
import { importLine } from './imports.js';

const { group, hardline, ifBreak, indent, indentIfBreak, join, line, softline } = builders;

export interface StubView {
  readonly path: string;
  readonly generatedImport: string;
  readonly comment: string;
  readonly declaration: string;
}

export interface StubIndexView {
  readonly imports: readonly string[];
  readonly declaration: string;
}

/** A first version of each handler, for its user to go on from. */
export function stubViews(model: SdkModel, { generatedImport }: SdkLayout): readonly StubView[] {
  return receivedOf(model).map((received) => {
    const path = `${received.operation.fileName}.ts`;
    const docs = { ...received.operation.docs, tags: [] };
    return {
      path,
      generatedImport: quote(generatedImport),
      comment: docComment(docs, [
        'This file is yours: fs-gen wrote it once and never touches it again.',
      ]).join('\n'),
      declaration: stubDeclaration(received, path),
    };
  });
}

/** The list of handlers that `createWorker` wants. */
export function stubIndexView(model: SdkModel, { generatedImport }: SdkLayout): StubIndexView {
  const operations = receivedOf(model).map(({ operation }) => operation);
  const names = operations.map(({ name }) => name);
  const list = group(['{', indent([line, join([',', line], names), ifBreak(',')]), line, '}']);
  return {
    imports: [
      `import type { Handlers } from ${quote(generatedImport)};`,
      ...operations.map(({ name, fileName }) => importLine([name], `./${fileName}.js`)),
    ],
    declaration: layOut(['export const handlers: Handlers = ', names.length === 0 ? '{}' : list, ';']),
  };
}

function stubDeclaration({ operation, channel }: Received, path: string): string {
  const { name } = operation;
  const messages = channel.messages.filter((message) => operation.messages.includes(message.name));
  const [parameters, first] = isBatched(operation)
    ? [parametersDoc('messages'), EACH_RECEIVED]
    : [parametersDoc('message'), RECEIVED];
  const methods = messages.map((message) => [
    `async ${propertyKey(message.name)}`,
    parameters,
    ' ',
    bodyDoc(first, `${path}, ${message.name}`),
    ',',
  ]);
  const value =
    messages.length < 2
      ? ['async ', parameters, ' => ', bodyDoc(first, path)]
      : ['{', indent([hardline, join(hardline, methods)]), hardline, '}'];
  const id = Symbol('stub');
  return layOut([
    group([
      `export const ${name}: Handlers[${quote(name)}] =`,
      group(indent(line), { id }),
      indentIfBreak(value, { groupId: id }),
    ]),
    ';',
  ]);
}

function parametersDoc(message: string): builders.Doc {
  return group(['(', indent([softline, `${message},`, line, 'context', ifBreak(',')]), softline, ')']);
}

const RECEIVED = "context.log.info({ message }, 'received');";

const EACH_RECEIVED = [
  'for (const [i, message] of messages.entries()) {',
  indent([hardline, "context.deliveries[i]?.log.info({ message }, 'received');"]),
  hardline,
  '}',
];

function bodyDoc(first: builders.Doc, where: string): builders.Doc {
  const text = quote(`Write me: ${where}`);
  const thrown = group(['throw new Error(', indent([softline, text, ifBreak(',')]), softline, ');']);
  return ['{', indent([hardline, first, hardline, thrown]), hardline, '}'];
}
