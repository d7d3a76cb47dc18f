import type { SdkModel } from '../../model/types.js';
import { contextName, receivedOf } from './handlers.js';
import { exportLine } from './imports.js';
import { hasParameters, parametersName } from './publishers.js';

export interface EntryView {
  readonly exports: readonly string[];
}

/** The one module that users import. */
export function entryView(model: SdkModel): EntryView {
  const contexts = receivedOf(model).map(({ operation }) => contextName(operation));
  const parameters = model.channels.filter(hasParameters).map(parametersName);
  return {
    exports: [
      exportLine(['channels', 'operations'], './channels.js'),
      exportLine(['Handlers', ...contexts], './handlers.js', 'export type'),
      exportLine(
        ['createClient', 'type Publishers', ...parameters.map((name) => `type ${name}`)],
        './publishers.js',
      ),
      "export * as schemas from './schemas.js';",
      "export type * from './types.js';",
      exportLine(['type CreateWorkerOptions', 'createWorker'], './worker.js'),
    ],
  };
}
