import { dirname, join } from 'node:path';
import { loadDocument } from './document/index.js';
import { inOrder } from './document/order.js';
import type { Diagnostic } from './document/types.js';
import { GeneratorError } from './errors.js';
import { buildModel } from './model/index.js';
import type { Perspective } from './model/types.js';
import { renderSdk } from './render/index.js';
import type { RenderedFile } from './render/types.js';
import { indexSpecifier } from './specifier.js';

export { diagnosticHints } from './document/codes.js';
export type { Diagnostic, Location, Severity } from './document/types.js';
export { GeneratorError, type GeneratorErrorCode, generatorHints } from './errors.js';
export { modelHints } from './model/report.js';
export type { Perspective } from './model/types.js';
export type { RenderedFile } from './render/types.js';
export { applyPlan, type OutputFolders, planWrite, type WriteAction, type WritePlan } from './write/index.js';

export interface GenerateOptions {
  /** Path of the AsyncAPI document. */
  readonly document: string;
  /** Folder of the generated files. Default: `generated`. */
  readonly out?: string;
  /** Folder of the handler stubs. Default: `handlers` beside `out`. */
  readonly handlers?: string;
  /**
   * Whose code it is: the application's that the document describes, or that of its peers, with sending and
   * receiving swapped. Default: `application`.
   */
  readonly perspective?: Perspective;
  /**
   * Generates what can be generated from a document that AsyncAPI's official rules refuse; warnings name what was
   * left out. Default: false.
   */
  readonly lenient?: boolean;
}

export interface Generation {
  /** The SDK; `undefined` when a diagnostic is an error. */
  readonly files?: readonly RenderedFile[];
  /** Errors before warnings, then as they stand in the files. */
  readonly diagnostics: readonly Diagnostic[];
  /** Where the files would go. */
  readonly outDir: string;
  readonly handlersDir: string;
}

/**
 * Turns a document into an SDK in memory; reads files, and writes none.
 *
 * @example
 * const { files, diagnostics, ...folders } = await generate({ document: 'specs/api.yaml' });
 * if (files !== undefined) await applyPlan(await planWrite(files, folders));
 *
 * @throws GeneratorError `FS_OPTION_INVALID`
 */
export async function generate(options: GenerateOptions): Promise<Generation> {
  const { document: file, perspective = 'application', lenient = false, out: outDir = 'generated' } = options;
  const handlersDir = options.handlers ?? join(dirname(outDir), 'handlers');
  if (perspective !== 'application' && perspective !== 'peer') {
    const message = `There is no perspective ${String(perspective)}.`;
    throw new GeneratorError('FS_OPTION_INVALID', message, { hint: 'It is `application` or `peer`.' });
  }
  const loaded = await loadDocument(file, { lenient });
  if (loaded.document === undefined) return { diagnostics: loaded.diagnostics, outDir, handlersDir };
  const { model, diagnostics: found } = buildModel(loaded.document, { perspective });
  const diagnostics = inOrder([...loaded.diagnostics, ...found]);
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics, outDir, handlersDir };
  const files = await renderSdk(model, { generatedImport: indexSpecifier(handlersDir, outDir) });
  return { files, diagnostics, outDir, handlersDir };
}
