import type { Console } from '../console.js';
import { githubCommands } from './github.js';
import { jsonDocument } from './json.js';
import { sarifLog } from './sarif.js';
import { printProblem, printProblems, type TextOptions } from './text.js';
import type { ExitCode, FileChange, Format, Problem } from './types.js';

export { type ExitCode, type FileChange, FORMATS, type Format, type Problem } from './types.js';

/**
 * Where a command says what it has found. As text, it is said at once: problems on standard error, results on
 * standard output. In the other formats, everything is one document on standard output, written at the end, with
 * nothing beside it.
 */
export class Reporter {
  readonly terminal: Console;
  readonly format: Format;
  readonly #problems: Problem[] = [];
  readonly #files: FileChange[] = [];
  #findings: Readonly<Record<string, unknown>> = {};

  constructor(terminal: Console, format: Format) {
    this.terminal = terminal;
    this.format = format;
  }

  /** For people: what would disturb a machine is left unsaid. */
  get isText(): boolean {
    return this.format === 'text';
  }

  problems(problems: readonly Problem[], options?: TextOptions): void {
    if (this.isText) printProblems(problems, this.terminal, options);
    else this.#problems.push(...problems);
  }

  /** Why the command could not do its work; the trace is for those who mend fs-gen. */
  failure(problem: Problem, trace?: string): void {
    if (!this.isText) this.#problems.push(problem);
    else printProblem(problem, this.terminal);
    if (trace !== undefined) this.terminal.complain(this.terminal.err.dim(trace));
  }

  files(changes: readonly FileChange[]): void {
    if (!this.isText) this.#files.push(...changes);
  }

  /** Fields of the command's own for the document of `json`. */
  findings(findings: Readonly<Record<string, unknown>>): void {
    this.#findings = findings;
  }

  /** Ends what a machine reads; everything has been said by then. */
  end(exitCode: ExitCode): ExitCode {
    const { terminal, format } = this;
    const report = { problems: this.#problems, files: this.#files, findings: this.#findings, exitCode };
    switch (format) {
      case 'text':
        break;
      case 'json':
        terminal.print(jsonDocument(report));
        break;
      case 'github':
        for (const command of githubCommands(report, terminal.env)) terminal.print(command);
        break;
      case 'sarif':
        terminal.print(sarifLog(report));
        break;
      default:
        format satisfies never;
    }
    return exitCode;
  }
}
