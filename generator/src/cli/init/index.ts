import { existsSync, promises as fs } from 'node:fs';
import { dirname } from 'node:path';
import { GeneratorError } from '../../errors.js';
import { findConfig } from '../config/find.js';
import type { Console } from '../console.js';
import { packageScript } from './package-script.js';
import { starterConfig, starterDocument } from './starter.js';

/**
 * Writes what a project starts with: a document, a config, a package script. What is there already stays.
 *
 * @throws GeneratorError `FS_OUTPUT_BLOCKED`, `FS_WRITE_FAILED`
 */
export async function runInit(document: string, terminal: Console): Promise<void> {
  const { bold, cyan, dim, green } = terminal.out;
  const tell = (written: boolean, file: string, note = '') =>
    terminal.print(written ? `  ${green('+')} ${file}${note}` : dim(`    ${file} is there already${note}`));
  const config = findConfig();
  tell(await writeNew(document, starterDocument()), document);
  tell(
    config === undefined && (await writeNew('fs-gen.config.ts', starterConfig(document))),
    config ?? 'fs-gen.config.ts',
  );
  const script = await packageScript();
  tell(
    script.kind === 'written',
    'package.json',
    script.kind === 'foreign' ? `, and so is another script "${script.name}"` : ` (script "${script.name}")`,
  );

  terminal.print('');
  terminal.print(bold('Next:'));
  terminal.print(cyan('  npm install @fs-gen/runtime ioredis zod'));
  terminal.print(cyan('  npm install --save-dev fs-gen typescript @types/node'));
  if (!script.isModule) terminal.print(cyan('  npm pkg set type=module'));
  if (!existsSync('tsconfig.json'))
    terminal.print(cyan('  npx tsc --init --target es2022 --module nodenext --types node'));
  terminal.print(cyan(`  ${script.kind === 'foreign' ? 'npx fs-gen' : `npm run ${script.name}`}`));
  terminal.print(`and then write down in ${document} what your application receives and sends.`);
}

async function writeNew(file: string, text: string): Promise<boolean> {
  try {
    await fs.mkdir(dirname(file), { recursive: true });
    await fs.writeFile(file, text, { flag: 'wx' });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new GeneratorError('FS_WRITE_FAILED', `${file} can't be written: ${(cause as Error).message}.`, {
      cause,
    });
  }
}
