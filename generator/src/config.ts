import type { Perspective } from './model/types.js';

/** One document, and what comes out of it. Paths count from the folder of the config file. */
export interface DocumentConfig {
  /** Path of the AsyncAPI document. */
  readonly document: string;
  /** Folder of the generated files. Default: `generated`. */
  readonly out?: string;
  /** Folder of the handler stubs. Default: `handlers` beside `out`. */
  readonly handlers?: string;
  /** Whose code it is: the application's that the document describes, or its peers'. Default: `application`. */
  readonly perspective?: Perspective;
  /**
   * Generates what can be generated from a document that AsyncAPI's official rules refuse; warnings name what was
   * left out. Default: false.
   */
  readonly lenient?: boolean;
}

/** What `fs-gen.config.ts` exports by default. */
export interface Config {
  readonly documents: readonly DocumentConfig[];
}

/**
 * Gives the compiler, and the editor, the type of a config file.
 *
 * @example
 * export default defineConfig({ documents: [{ document: 'specs/api.yaml', out: 'src/generated' }] });
 */
export function defineConfig(config: Config): Config {
  return config;
}
