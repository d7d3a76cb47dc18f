import { promises as fs } from 'node:fs';
import { basename, resolve } from 'node:path';
import { GeneratorError } from '../../errors.js';

const FILE = 'package.json';
const NAME = 'generate';
const SCRIPT = 'fs-gen';

/** `there`: it was written before; `foreign`: the project has another script of that name. */
export interface PackageScript {
  readonly kind: 'written' | 'there' | 'foreign';
  readonly name: string;
  /** The project's `.js` files are ES modules, as the generated code is. */
  readonly isModule: boolean;
}

/**
 * Adds the script to the project's `package.json`, whose layout stays; writes one when there is none.
 *
 * @throws GeneratorError `FS_OUTPUT_BLOCKED`, `FS_WRITE_FAILED`
 */
export async function packageScript(): Promise<PackageScript> {
  const text = await fs.readFile(FILE, 'utf8').catch(() => undefined);
  if (text === undefined) {
    const name = basename(resolve('.'))
      .toLowerCase()
      .replace(/[^a-z\d._-]+/g, '-')
      .replace(/^[._-]+/, '');
    const fresh = { name: name || 'service', private: true, type: 'module', scripts: { [NAME]: SCRIPT } };
    await write(`${JSON.stringify(fresh, null, 2)}\n`);
    return { kind: 'written', name: NAME, isModule: true };
  }
  const manifest = parse(text);
  const { scripts = {}, type } = manifest;
  const isModule = type === 'module';
  if (Object.hasOwn(scripts, NAME))
    return { kind: scripts[NAME] === SCRIPT ? 'there' : 'foreign', name: NAME, isModule };
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? 2;
  const changed = JSON.stringify({ ...manifest, scripts: { ...scripts, [NAME]: SCRIPT } }, null, indent);
  const lines = text.endsWith('\n') ? `${changed}\n` : changed;
  await write(text.includes('\r\n') ? lines.replaceAll('\n', '\r\n') : lines);
  return { kind: 'written', name: NAME, isModule };
}

function parse(
  text: string,
): Readonly<Record<string, unknown>> & { readonly scripts?: Readonly<Record<string, unknown>> } {
  try {
    const manifest: unknown = JSON.parse(text);
    if (typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest)) return { ...manifest };
  } catch {
    // Said below.
  }
  throw new GeneratorError('FS_OUTPUT_BLOCKED', `${FILE} can't be added to: it is not a JSON object.`, {
    hint: 'Mend it, and run fs-gen init again.',
  });
}

async function write(text: string): Promise<void> {
  await fs.writeFile(FILE, text).catch((cause: Error) => {
    throw new GeneratorError('FS_WRITE_FAILED', `${FILE} can't be written: ${cause.message}.`, { cause });
  });
}
