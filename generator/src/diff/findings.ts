import type { Location, Origin } from '../document/types.js';
import { locateSpot } from './places.js';
import type { Difference } from './schemas/difference.js';
import type { Breaks, Change, ChangeArea, ChangeKind, ChangeSide, Contract } from './types.js';

export const NOBODY: Breaks = { sending: false, receiving: false };
export const EVERYBODY: Breaks = { sending: true, receiving: true };

/** A change as whoever finds it knows it. */
export interface Finding {
  readonly kind: ChangeKind;
  readonly area: ChangeArea;
  readonly path: string;
  /** What has happened to it, after its path. */
  readonly message: string;
  readonly before?: unknown;
  readonly after?: unknown;
  /** Whom it breaks on the wire, or in how messages are worked. */
  readonly breaks?: Breaks;
  /** Code that uses the name has to be changed. */
  readonly breaksCode?: boolean;
  /** Where it stands in the documents. */
  readonly old?: Origin | undefined;
  readonly new?: Origin | undefined;
}

/** Takes changes in, and holds them against what those whose move is judged do. */
export class Findings {
  readonly #changes = new Map<string, Change>();

  constructor(
    readonly before: Contract,
    readonly after: Contract,
  ) {}

  /**
   * @param roles what those whose move is judged do with the messages concerned
   */
  add({ old, new: now, breaks = NOBODY, breaksCode = false, ...finding }: Finding, roles: Breaks): void {
    this.#put(finding, breaks, breaksCode, roles, {
      oldLocation: old && this.before.document.locate(old),
      newLocation: now && this.after.document.locate(now),
    });
  }

  addDifference(difference: Difference, roles: Breaks): void {
    const { old, new: now, keyword, breaks, ...finding } = difference;
    this.#put(finding, breaks, finding.area === 'code', roles, {
      oldLocation: old && locateSpot(old, this.before.document, keyword),
      newLocation: now && locateSpot(now, this.after.document, keyword),
    });
  }

  /** Each once, the worst first, then as they stand in the files. */
  list(): readonly Change[] {
    const order = ['breaking', 'compatible', 'documentation'];
    return [...this.#changes.values()].sort(
      (a, b) =>
        order.indexOf(a.severity) - order.indexOf(b.severity) ||
        compareText(a.location.file, b.location.file) ||
        a.location.line - b.location.line ||
        a.location.column - b.location.column ||
        compareText(a.path, b.path),
    );
  }

  #put(
    {
      message,
      path,
      kind,
      area,
      before,
      after,
    }: Pick<Finding, 'message' | 'path' | 'kind' | 'area' | 'before' | 'after'>,
    breaks: Breaks,
    breaksCode: boolean,
    roles: Breaks,
    places: { readonly oldLocation: Location | undefined; readonly newLocation: Location | undefined },
  ): void {
    const { oldLocation, newLocation } = places;
    const isBreaking =
      breaksCode || (breaks.sending && roles.sending) || (breaks.receiving && roles.receiving);
    const change: Change = {
      severity: area === 'documentation' ? 'documentation' : isBreaking ? 'breaking' : 'compatible',
      area,
      side: sideOf(breaks),
      kind,
      path,
      message: `${path} ${message}`,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
      location: newLocation ?? oldLocation ?? { file: this.after.document.file, line: 1, column: 1 },
      ...(oldLocation && { oldLocation }),
      ...(newLocation && { newLocation }),
    };
    // The same schema may be met on several ways: the worst counts.
    const key = JSON.stringify([area, kind, path, before, after]);
    const known = this.#changes.get(key);
    if (known === undefined || rank(change) > rank(known)) this.#changes.set(key, change);
  }
}

function sideOf({ sending, receiving }: Breaks): ChangeSide {
  if (sending && receiving) return 'both';
  if (sending) return 'sending';
  return receiving ? 'receiving' : 'none';
}

function rank({ severity, side }: Change): number {
  return (severity === 'breaking' ? 10 : 0) + (side === 'both' ? 2 : side === 'none' ? 0 : 1);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
