import type { SdkModel } from '../../model/types.js';
import { docComment } from '../code/comment.js';
import { TAB_WIDTH } from '../code/layout.js';
import { propertyKey } from '../code/quote.js';
import { type Member, memberText, plain, type TypeExpr } from '../code/type-doc.js';
import { type Received, receivedOf } from './handlers.js';
import { importLine } from './imports.js';
import { openCall } from './open-call.js';
import { hasParameters, parametersName } from './publishers.js';
import { RUNTIME } from './schemas.js';

export interface WorkerView {
  readonly imports: readonly string[];
  /** Options that only some contracts have. */
  readonly options: readonly string[];
  /** Of the function that opens it. */
  readonly body: string;
}

/** Options that `createWorker` can't do without: which addresses to work, where the document doesn't name them all. */
export function requiredOptions(model: SdkModel): readonly ('parameters' | 'addresses')[] {
  const channels = receivedOf(model).map(({ channel }) => channel);
  return [
    ...(channels.some(hasParameters) ? (['parameters'] as const) : []),
    ...(channels.some(({ address }) => address === null) ? (['addresses'] as const) : []),
  ];
}

export function workerView(model: SdkModel): WorkerView {
  const received = receivedOf(model);
  const withParameters = received.filter(({ channel }) => hasParameters(channel));
  const withoutAddress = received.filter(({ channel }) => channel.address === null);
  const parameterTypes = new Set(withParameters.map(({ channel }) => parametersName(channel)));
  return {
    imports: [
      importLine(['openWorker', 'type Worker', 'type WorkerOptions'], RUNTIME),
      "import { channels, operations } from './channels.js';",
      "import type { Handlers } from './handlers.js';",
      ...(parameterTypes.size > 0 ? [importLine(parameterTypes, './publishers.js', 'import type')] : []),
    ],
    options: [
      ...option(
        'parameters',
        'Which of the streams to read: one subscriber for each set of parameters.',
        withParameters,
        ({ channel }) => plain(parametersName(channel)),
      ),
      ...option(
        'addresses',
        'Keys of the streams to read, which the contract leaves open.',
        withoutAddress,
        () => plain('string'),
      ),
    ],
    body: openCall('openWorker', model.title, ['channels', 'operations']),
  };
}

function option(
  name: string,
  words: string,
  received: readonly Received[],
  typeOf: (each: Received) => TypeExpr,
): readonly string[] {
  if (received.length === 0) return [];
  const members: readonly Member[] = received.map((each) => ({
    key: `readonly ${propertyKey(each.operation.name)}`,
    type: { kind: 'array', readonly: true, items: typeOf(each) },
    comment: [],
  }));
  const comment = docComment({ description: words, deprecated: false, tags: [] }, [], TAB_WIDTH);
  const member = {
    key: `readonly ${name}`,
    type: { kind: 'object', members, expanded: true },
    comment,
  } as const;
  return [memberText(member)];
}
