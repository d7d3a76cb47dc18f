/** Contracts to compare, without files. */
import { diffContracts } from '../../../generator/src/diff/index.js';
import type { Change, Contract } from '../../../generator/src/diff/types.js';
import type { JsonSchema, LoadedDocument } from '../../../generator/src/document/types.js';
import { buildModel } from '../../../generator/src/model/index.js';
import type { Perspective } from '../../../generator/src/model/types.js';
import { documentOfSchema } from '../model/document.js';

export type Components = Readonly<Record<string, JsonSchema>>;

export function contractOf(document: LoadedDocument, perspective: Perspective = 'application'): Contract {
  return { document, built: buildModel(document, { perspective }) };
}

/** A payload with the components that it refers to. */
export interface Written {
  readonly payload: JsonSchema;
  readonly components: Components;
}

/** What changes between two payloads of the one message of a channel. */
export function diffSchemas(before: Written, after: Written): readonly Change[] {
  const [one, other] = [before, after].map(({ payload, components }) =>
    contractOf(documentOfSchema(payload, components)),
  ) as [Contract, Contract];
  return diffContracts(one, other, 'both');
}

/** Whether some change breaks a side. */
export function breaks(changes: readonly Change[], side: 'sending' | 'receiving'): boolean {
  return changes.some((change) => change.side === side || change.side === 'both');
}
