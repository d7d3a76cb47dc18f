import type { GenerateOptions, Generation } from './generate.js';

export { type Config, type DocumentConfig, defineConfig } from './config.js';
export { diagnosticHints } from './document/codes.js';
export type { Diagnostic, Location, Severity } from './document/types.js';
export { GeneratorError, type GeneratorErrorCode, generatorHints } from './errors.js';
export { modelHints } from './model/report.js';
export type { Perspective } from './model/types.js';
export type { RenderedFile } from './render/types.js';
export {
  applyPlan,
  type OutputFolders,
  planWrite,
  type RunInputs,
  type RunWarning,
  type WriteAction,
  type WritePlan,
} from './write/index.js';
export type { GenerateOptions, Generation };

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
  // The stations are slow to load, and not needed by those who find that there is nothing to do.
  const { generate: run } = await import('./generate.js');
  return run(options);
}
