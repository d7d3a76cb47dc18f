import type { Diagnostic } from '../document/types.js';
import type { Perspective, SdkModel } from '../model/types.js';

interface Side {
  readonly document: string;
  readonly perspective: Perspective;
}

interface Contract {
  readonly model: SdkModel | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** The document as the generator sees it; no model when a diagnostic is an error. */
export async function loadContract({ document, perspective }: Side): Promise<Contract> {
  // Not needed for `--help`, and slow to load.
  const [{ loadDocument }, { buildModel }] = await Promise.all([
    import('../document/index.js'),
    import('../model/index.js'),
  ]);
  const loaded = await loadDocument(document);
  if (loaded.document === undefined) return { model: undefined, diagnostics: loaded.diagnostics };
  const { model, diagnostics } = buildModel(loaded.document, { perspective });
  const wrong = diagnostics.some(({ severity }) => severity === 'error');
  return { model: wrong ? undefined : model, diagnostics: [...loaded.diagnostics, ...diagnostics] };
}
