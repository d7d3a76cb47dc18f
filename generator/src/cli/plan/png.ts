import { createRequire } from 'node:module';
import { join } from 'node:path';
import { GeneratorError } from '../../errors.js';
import { foldersOf } from '../project.js';

const LIBRARY = '@resvg/resvg-js';

/** The library, as far as it is used here; test/types/resvg.ts holds the two together. */
export interface Resvg {
  readonly Resvg: new (
    svg: string,
    options: {
      readonly fitTo: { readonly mode: 'zoom'; readonly value: number };
      readonly font: { readonly loadSystemFonts: boolean; readonly defaultFontFamily: string };
    },
  ) => { render(): { asPng(): Uint8Array } };
}

/** Pixels of each unit: sharp on screens that have two of them where others have one. */
const ZOOM = 2;

/**
 * The SVG as PNG. The library is the user's to install: it brings machine code, and most charts are SVG.
 * docs/decisions/0015 says more.
 *
 * @throws GeneratorError `FS_CHART_LIBRARY_MISSING`
 */
export async function pngOf(svg: string, document: string): Promise<Uint8Array> {
  const { Resvg } = find(document);
  const font = { loadSystemFonts: true, defaultFontFamily: 'sans-serif' };
  return new Resvg(svg, { fitTo: { mode: 'zoom', value: ZOOM }, font }).render().asPng();
}

function find(document: string): Resvg {
  const places = [...foldersOf(document, process.cwd()).map((folder) => join(folder, '_')), import.meta.url];
  for (const from of places) {
    try {
      return createRequire(from)(LIBRARY);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw cause;
    }
  }
  throw new GeneratorError(
    'FS_CHART_LIBRARY_MISSING',
    `A PNG takes ${LIBRARY} to draw, which is not installed.`,
  );
}
