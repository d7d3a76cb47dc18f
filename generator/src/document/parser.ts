import { textFiles } from './formats/text-files.js';

/**
 * The official parser, reduced to what is needed of it: it reads and resolves the files, and applies the
 * specification's rules. Its own document model is not used, because it loses which file, and which key of
 * that file, an object was written under.
 */

/** What the parser holds of one file. */
export interface ParsedFile {
  readonly text: string;
  readonly data: unknown;
  /** Where the value at a path stands; lines and characters from 0. The nearest place for a path that isn't there. */
  rangeOf(path: readonly string[]): { readonly line: number; readonly character: number };
}

/** A finding as the parser words it; `path` and `line` count in the file `source`. */
export interface RawFinding {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[];
  readonly source: string;
  readonly line: number;
  readonly character: number;
}

export interface Examination {
  /** Errors only: what the official rules call warnings is about style. */
  readonly findings: readonly RawFinding[];
  /** By absolute path or URL, the document itself first; empty when the parser failed before it had read it. */
  readonly files: ReadonlyMap<string, ParsedFile>;
}

/**
 * Runs the parser over a document. Never rejects for anything that is in the document.
 *
 * @param source absolute path, the base of relative references
 */
export async function examine(text: string, source: string): Promise<Examination> {
  const { Parser, DiagnosticSeverity } = await import('@asyncapi/parser');
  let inventory: Inventory | undefined;
  const parser = new Parser({
    __unstable: { resolver: { resolvers: [textFiles] } },
    ruleset: {
      recommended: false,
      rules: {
        'asyncapi-latest-version': 'off',
        // No rule at all: the one official way to the resolver's files and their positions.
        'fs-gen-inventory': {
          given: '$',
          resolved: false,
          severity: 'hint',
          // biome-ignore lint/suspicious/noThenProperty: the ruleset's own key
          then: {
            function: (_root: unknown, _options: unknown, context: { documentInventory: unknown }) => {
              inventory = context.documentInventory as Inventory;
            },
          },
        },
      },
    },
  });
  const diagnostics = await parser.validate(text, { source });
  const findings = diagnostics
    .filter(({ severity }) => severity === DiagnosticSeverity.Error)
    .map((found) => ({
      code: String(found.code),
      message: found.message,
      path: found.path.map(String),
      source: found.source ?? source,
      line: found.range.start.line,
      character: found.range.start.character,
    }));
  return { findings, files: inventory === undefined ? new Map() : filesOf(inventory, text, source) };
}

/** The part of Spectral's `DocumentInventory` that is used here; test/generator/document/parser.test.ts pins it. */
interface Inventory {
  readonly document: SpectralDocument;
  readonly referencedDocuments: Readonly<Record<string, SpectralDocument>>;
}

interface SpectralDocument {
  readonly input: string;
  readonly data: unknown;
  getRangeForJsonPath(
    path: readonly string[],
    closest: boolean,
  ): { readonly start: { readonly line: number; readonly character: number } } | undefined;
}

function filesOf(inventory: Inventory, text: string, source: string): ReadonlyMap<string, ParsedFile> {
  const files = new Map([[source, fileOf(inventory.document, text)]]);
  for (const [name, document] of Object.entries(inventory.referencedDocuments)) {
    if (name !== source) files.set(name, fileOf(document, document.input));
  }
  return files;
}

function fileOf(document: SpectralDocument, text: string): ParsedFile {
  return {
    text,
    data: document.data,
    rangeOf: (path) => document.getRangeForJsonPath(path, true)?.start ?? { line: 0, character: 0 },
  };
}
