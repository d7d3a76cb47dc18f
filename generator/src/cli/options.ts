/** Options that several commands have, with one meaning. */
import { type Command, Option } from 'commander';
import type { Perspective } from '../model/types.js';
import { findConfig } from './config/find.js';
import { FORMATS, type Format } from './report/index.js';
import type { Source } from './types.js';

export const DOCUMENT = 'AsyncAPI 2.0 to 3.1, YAML or JSON';

/** Of every command that reads a document. */
export function perspectiveOption(): Option {
  return new Option(
    '--perspective <side>',
    'whose code it is: the application that the document describes, or its peers',
  )
    .choices(['application', 'peer'])
    .default('application');
}

/** Of every command that takes a document for more than its dead letters. */
export function lenientOption(): Option {
  return new Option('--lenient', 'leave out what AsyncAPI refuses, and take the rest');
}

/** Of every command that reports problems. */
export function formatOption(): Option {
  return new Option('--format <format>', 'how to report: for people, or for machines')
    .choices(FORMATS)
    .default('text');
}

/** Of every command that can work on all documents of a project. */
export function configOption(): Option {
  return new Option(
    '--config <file>',
    'the documents of this file (default: fs-gen.config.ts, if it is there)',
  );
}

/** Options that say something about one document; where there are several, the config says it. */
export interface OfDocument {
  readonly out?: string;
  readonly handlers?: string;
  readonly perspective: Perspective;
  readonly lenient?: boolean;
  readonly config?: string;
}

const UNSET = 'is a variable of the shell not set?';
/** Of every command that reports problems. */
export interface Reporting {
  readonly format: Format;
  readonly quiet?: boolean;
}

const OF_DOCUMENT = ['out', 'handlers', 'perspective', 'lenient'];

/** The document on the command line, else those of the config; ends the command when there is neither. */
export function sourceOf(command: Command, document: string | undefined, given: OfDocument): Source {
  const { out = 'generated', handlers, perspective, lenient = false, config } = given;
  if (document === '') command.error(`error: the document's path is empty; ${UNSET}`);
  for (const [name, path] of Object.entries({ out, handlers, config }))
    if (path === '') command.error(`error: --${name} is empty; ${UNSET}`);
  if (document !== undefined) {
    if (config !== undefined) command.error('error: --config is for when no document is named');
    return {
      kind: 'document',
      target: {
        document,
        out,
        ...(handlers !== undefined && { handlers }),
        perspective,
        ...(lenient && { lenient }),
      },
    };
  }
  const file = config ?? findConfig();
  if (file === undefined) {
    command.error(
      'error: name a document, or write fs-gen.config.ts; `fs-gen init` writes one to start from',
    );
  }
  for (const name of OF_DOCUMENT) {
    if (command.getOptionValueSource(name) === 'cli')
      command.error(`error: --${name} is for a document that is named here; ${file} has its own`);
  }
  return { kind: 'config', file };
}
