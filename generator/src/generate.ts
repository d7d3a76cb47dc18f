import { isAbsolute } from 'node:path';
import { loadDocument } from './document/index.js';
import { inOrder } from './document/order.js';
import type { Diagnostic, Source } from './document/types.js';
import { GeneratorError } from './errors.js';
import { foldersOf } from './folders.js';
import { buildModel } from './model/index.js';
import type { Perspective } from './model/types.js';
import { renderSdk, requiredOptions } from './render/index.js';
import type { RenderedFile } from './render/types.js';
import { runKey } from './run-key.js';
import { indexSpecifier } from './specifier.js';
import type { RunInputs } from './write/index.js';

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
  /** Every file that was read, by absolute path or URL, the document first; also when something is wrong with it. */
  readonly sources: readonly { readonly path: string; readonly text: string }[];
  /** What `createWorker` of the SDK can't do without, beside handlers and Redis. */
  readonly workerOptions: readonly ('parameters' | 'addresses')[];
  /**
   * What the files came from, for `planWrite`, so that the next run sees whether anything has changed; `undefined`
   * when a part of it doesn't lie on the disk.
   */
  readonly inputs?: RunInputs;
  /** Where the files would go. */
  readonly outDir: string;
  readonly handlersDir: string;
}

/**
 * The stations in turn: document, model, files.
 *
 * @throws GeneratorError `FS_OPTION_INVALID`
 */
export async function generate(options: GenerateOptions): Promise<Generation> {
  const { document: file, perspective = 'application', lenient = false } = options;
  const { outDir, handlersDir } = foldersOf(options);
  if (perspective !== 'application' && perspective !== 'peer') {
    const message = `There is no perspective ${String(perspective)}.`;
    throw new GeneratorError('FS_OPTION_INVALID', message, { hint: 'It is `application` or `peer`.' });
  }
  const folders = { outDir, handlersDir };
  const loaded = await loadDocument(file, { lenient });
  const { sources } = loaded;
  const nothing = { workerOptions: [], sources, ...folders };
  if (loaded.document === undefined) return { diagnostics: loaded.diagnostics, ...nothing };
  const { model, diagnostics: found } = buildModel(loaded.document, { perspective });
  const diagnostics = inOrder([...loaded.diagnostics, ...found]);
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics, ...nothing };
  const files = renderSdk(model, { generatedImport: indexSpecifier(handlersDir, outDir) });
  const inputs = inputsOf(sources, diagnostics, runKey(options));
  return {
    files,
    diagnostics,
    sources,
    workerOptions: requiredOptions(model),
    ...(inputs !== undefined && { inputs }),
    ...folders,
  };
}

/** What comes from the network may be another thing next time, and nobody would notice. */
function inputsOf(
  sources: readonly Source[],
  diagnostics: readonly Diagnostic[],
  key: string,
): RunInputs | undefined {
  if (!sources.every(({ path }) => isAbsolute(path))) return undefined;
  const warnings = diagnostics.map(({ code, message, location, hint, path }) => ({
    code,
    message,
    ...location,
    ...(hint !== undefined && { hint }),
    ...(path !== undefined && { path }),
  }));
  return { key, sources, warnings };
}
