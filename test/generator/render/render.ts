import type { LoadedDocument } from '../../../generator/src/document/types.js';
import { buildModel } from '../../../generator/src/model/index.js';
import type { Perspective } from '../../../generator/src/model/types.js';
import { renderSdk } from '../../../generator/src/render/index.js';
import type { RenderedFile } from '../../../generator/src/render/types.js';

/** Both stations in one go. */
export function render(
  document: LoadedDocument,
  perspective: Perspective = 'application',
): readonly RenderedFile[] {
  const { model } = buildModel(document, { perspective });
  return renderSdk(model, { generatedImport: '../generated/index.js' });
}
