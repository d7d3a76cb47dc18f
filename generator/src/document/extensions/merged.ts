import { type DiagnosticCode, error, warning } from '../codes.js';
import type { Files, Place } from '../files.js';
import type { Tree } from '../tree.js';
import type { Diagnostic } from '../types.js';
import { extensionsOf } from './fields.js';
import type { Site } from './sites.js';

/** A field as it stands after root, channel and operation were merged, and where it comes from. */
export interface Field {
  readonly value: unknown;
  readonly site: Site;
  readonly rank: number;
  readonly path: readonly [extension: string, ...fields: string[]];
}

export type Merged = (extension: string, field: string) => Field | undefined;

export interface Conflict {
  readonly message: string;
  /** The strongest of them is where it shows. */
  readonly between: readonly Field[];
  /** Default: `FS_EXTENSION_CONTRADICTION`. */
  readonly code?: DiagnosticCode;
  readonly hint?: string | undefined;
  /** Default: `error`. */
  readonly severity?: Diagnostic['severity'];
}

/** What the sites say together, the last one winning field by field. */
export function merge(sites: readonly Site[], tree: Tree): Merged {
  const fields = new Map<string, Field>();
  for (const [rank, site] of sites.entries()) {
    for (const [extension, value] of Object.entries(extensionsOf(site.place, tree))) {
      if (typeof value !== 'object' || value === null) continue;
      for (const [field, each] of Object.entries(value)) {
        fields.set(`${extension}.${field}`, { value: each, site, rank, path: [extension, field] });
      }
    }
  }
  return (extension, field) => fields.get(`${extension}.${field}`);
}

/** Each conflict at its place, and once, however many channels and operations it shows in. */
export function reportAll(conflicts: readonly Conflict[], tree: Tree, files: Files): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const conflict of conflicts) {
    const diagnostic = report(conflict, tree, files);
    const key = JSON.stringify([diagnostic.location, diagnostic.message]);
    if (!found.has(key)) found.set(key, diagnostic);
  }
  return [...found.values()];
}

function report(conflict: Conflict, tree: Tree, files: Files): Diagnostic {
  const { message, between, code = 'FS_EXTENSION_CONTRADICTION', hint, severity } = conflict;
  const strongest = between.reduce((best, each) => (each.rank >= best.rank ? each : best));
  const place = tree.child(strongest.site.place, ...strongest.path) ?? strongest.site.place;
  const end: Place = tree.end(place) ?? place;
  const say = severity === 'warning' ? warning : error;
  return say(code, message, files.valueOf(end), { hint, path: [...strongest.site.name, ...strongest.path] });
}
