import ts from 'typescript';
import * as zod from 'zod';
import type { RenderedFile } from '../../../generator/src/render/types.js';
import * as keywords from '../../../runtime/src/codec/keywords/index.js';
import type { ChannelDescriptor, OperationDescriptor } from '../../../runtime/src/contract.js';

interface Contract {
  readonly channels: Readonly<Record<string, ChannelDescriptor>>;
  readonly operations: Readonly<Record<string, OperationDescriptor>>;
}

/** What of the runtime the descriptors need; the rest of it would start connections. */
const RUNTIME = { ...keywords, defineChannels: same, defineOperations: same };

/** Runs rendered code, without writing it anywhere, and gives the contract that it declares. */
export function evaluate(files: readonly RenderedFile[]): Contract {
  return run(files, './channels.js') as Contract;
}

/** The schemas that rendered code declares, by name. */
export function evaluateSchemas(files: readonly RenderedFile[]): Readonly<Record<string, zod.ZodType>> {
  return run(files, './schemas.js') as Readonly<Record<string, zod.ZodType>>;
}

function run(files: readonly RenderedFile[], entry: string): unknown {
  const modules = new Map<string, unknown>([
    ['zod', zod],
    ['@fs-gen/runtime/codegen/v1', RUNTIME],
  ]);
  const load = (specifier: string): unknown => {
    const known = modules.get(specifier);
    if (known !== undefined) return known;
    const path = specifier.replace(/^\.\/(.*)\.js$/, '$1.ts');
    const file = files.find((each) => each.folder === 'generated' && each.path === path);
    if (file === undefined) throw new Error(`No module ${specifier}`);
    const module = {};
    modules.set(specifier, module);
    const { outputText } = ts.transpileModule(file.text, {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    new Function('require', 'exports', outputText)(load, module);
    return module;
  };
  return load(entry);
}

function same<T>(value: T): T {
  return value;
}
