/** A file of the SDK, in memory. */
export interface RenderedFile {
  /** Which of the two output folders it goes into. */
  readonly folder: 'generated' | 'handlers';
  /** Inside that folder, with `/`. */
  readonly path: string;
  readonly text: string;
  /** `tool`: written again on every run. `user`: written once, and never touched again. */
  readonly owner: 'tool' | 'user';
}

/** Where the parts of the SDK stand to each other. */
export interface SdkLayout {
  /** Module specifier of the generated index, as seen from the handlers' folder: `../generated/index.js`. */
  readonly generatedImport: string;
}
