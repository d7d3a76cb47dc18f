/**
 * What a person can mend that is not in the document: options, folders, the disk. What is wrong with the
 * document is a `Diagnostic`, because there may be many at once and each has its place.
 */
const HINTS = {
  FS_OPTION_INVALID: 'See `fs-gen --help`.',
  FS_OUTPUT_FOREIGN:
    'Give another folder with --out, or empty this one: fs-gen writes only into folders of its own, and never over files of others.',
  FS_OUTPUT_BLOCKED: 'Move it away, or give another folder with --out or --handlers.',
  FS_MANIFEST_INVALID:
    'Take it from version control again, or delete the whole folder: fs-gen writes it anew.',
  FS_WRITE_FAILED: 'Mend what the message says and run fs-gen again; what is there is whole, old or new.',
  FS_OUTPUT_STALE: 'Run fs-gen without --check, and commit what it writes.',
  FS_OUTPUT_MISSING: 'Run fs-gen without --check, and commit what it writes.',
  FS_OUTPUT_EXTRA: 'Run fs-gen without --check, and commit what it takes away.',
  FS_CONFIG_MISSING: 'Check the path: it counts from the folder in which the command runs.',
  FS_CONFIG_FAILED: 'Mend what the message says; the file is run like any other module.',
  FS_CONFIG_FIELD_UNKNOWN: 'Take the field out, or correct its name.',
  FS_CONFIG_VALUE: 'Write `export default defineConfig({ documents: [{ document: … }] })`.',
  FS_CONFIG_CONFLICT: 'Give each document an `out`, and `handlers`, of its own.',
  FS_RUNTIME_MISSING: 'Run `npm install @fs-gen/runtime ioredis zod` in the project, then this again.',
  FS_RUNTIME_UNFIT: 'Install the same version of fs-gen and @fs-gen/runtime in the project.',
  FS_CHANNEL_UNKNOWN: 'Name a channel that the application receives on.',
  FS_DEAD_LETTER_UNKNOWN: 'It may have been replayed or discarded; `fs-gen dead list` shows what is there.',
  FS_CONFIRMATION_MISSING: 'Add --yes, or name the ids; --dry-run shows what would be done.',
  FS_CHART_LIBRARY_MISSING:
    'Run `npm install -D @resvg/resvg-js` in the project, then this again; an .svg takes nothing more.',
  FS_INTERNAL: 'Please report it, with the document if you can; FS_GEN_DEBUG=1 shows where it happened.',
} as const;

export type GeneratorErrorCode = keyof typeof HINTS;

/** All codes with their hints, for documentation and tests. */
export const generatorHints: Readonly<Record<GeneratorErrorCode, string>> = HINTS;

/** The only error that the generator throws for something that is not a mistake of its own. */
export class GeneratorError extends Error {
  override readonly name = 'GeneratorError';
  readonly code: GeneratorErrorCode;
  readonly hint: string;

  constructor(code: GeneratorErrorCode, message: string, details: { hint?: string; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint ?? HINTS[code];
  }
}
