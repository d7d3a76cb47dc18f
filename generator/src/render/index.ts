import type { SdkModel } from '../model/types.js';
import { fill } from './templates.js';
import type { RenderedFile, SdkLayout } from './types.js';
import { channelsView } from './views/channels.js';
import { entryView } from './views/entry.js';
import { handlersView } from './views/handlers.js';
import { headerView } from './views/header.js';
import { publishersView } from './views/publishers.js';
import { schemasView } from './views/schemas.js';
import { stubIndexView, stubViews } from './views/stubs.js';
import { typesView } from './views/types.js';
import { workerView } from './views/worker.js';

export { requiredOptions } from './views/worker.js';

/** Views of the generated files, by name of file and template. */
const VIEWS: Readonly<Record<string, (model: SdkModel) => object>> = {
  'channels.ts': channelsView,
  'handlers.ts': handlersView,
  'index.ts': entryView,
  'publishers.ts': publishersView,
  'schemas.ts': schemasView,
  'types.ts': typesView,
  'worker.ts': workerView,
};

/** The SDK as files, in memory. The same model always gives the same text. */
export function renderSdk(model: SdkModel, layout: SdkLayout): readonly RenderedFile[] {
  const header = headerView(model);
  const generated = Object.entries(VIEWS).map(
    ([path, view]): RenderedFile => ({
      folder: 'generated',
      path,
      text: fill(path, { ...view(model), header }),
      owner: 'tool',
    }),
  );
  const stubs = stubViews(model, layout).map(
    (stub): RenderedFile => ({
      folder: 'handlers',
      path: stub.path,
      text: fill('handler.ts', stub),
      owner: 'user',
    }),
  );
  const list: RenderedFile = {
    folder: 'handlers',
    path: 'index.ts',
    text: fill('handlers-index.ts', stubIndexView(model, layout)),
    owner: 'user',
  };
  return [...generated, ...stubs, list];
}
