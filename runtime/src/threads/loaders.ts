import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Options of Node that say how modules are found and loaded, and that a thread may be given. */
const LOADING = new Set([
  '--import',
  '--require',
  '-r',
  '--loader',
  '--experimental-loader',
  '--conditions',
  '-C',
]);

/**
 * The Node options to give to threads; `undefined`: they inherit, which is what Node does by itself. Up to Node 22.22 and
 * 24.11, tsx takes part in the main thread only, and has to be told to in each of the others.
 *
 * @param execArgv those of the process, or those that were asked for
 * @param asked whether they were asked for, and are all to be kept
 */
export function loaderArguments(execArgv: readonly string[], asked: boolean): string[] | undefined {
  const given = asked ? execArgv : [...optionsOf(process.env.NODE_OPTIONS), ...execArgv];
  const pairs = pairsOf(given);
  const tsx = pairs.find(([, module]) => module !== undefined && isTsx(module))?.[1];
  if (tsx === undefined) return asked ? [...execArgv] : undefined;
  // Others, such as V8's, are the process's, and Node refuses them here.
  const kept = asked ? execArgv : pairsOf(execArgv).flatMap(([name, value]) => [name, value ?? []].flat());
  return [...kept, '--import', registration(tsx)];
}

function optionsOf(text = ''): readonly string[] {
  return text.split(/\s+/).filter((part) => part !== '');
}

function pairsOf(options: readonly string[]): (readonly [string, string | undefined])[] {
  return options.flatMap((option, i) => {
    const [name = '', ...value] = option.split('=');
    if (!LOADING.has(name)) return [];
    return [[name, value.length > 0 ? value.join('=') : options[i + 1]] as const];
  });
}

function isTsx(module: string): boolean {
  return /^tsx(?:\/|$)|[\\/]tsx[\\/]dist[\\/]/.test(module);
}

/** A module that has tsx take part in the thread that imports it. */
function registration(tsx: string): string {
  const from = tsx.startsWith('tsx') ? pathToFileURL(join(process.cwd(), 'x')).href : tsx;
  // `require` is what can be asked to resolve; what it finds doesn't load by itself, its twin does.
  const api = createRequire(from)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const source = `import { register } from ${JSON.stringify(pathToFileURL(api).href)}; register();`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}
