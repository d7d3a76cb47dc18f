import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Handlebars from 'handlebars';

/** In the built package the templates lie beside the code; in the repository at its top. */
const FOLDERS = ['../templates/', '../../../templates/'].map((path) => new URL(path, import.meta.url));

const PARTIALS = ['header'];

type Template = (view: object) => string;

const compiled = new Map<string, Template>();
let environment: typeof Handlebars | undefined;

/** Fills in a template. The views hold finished code: nothing is escaped, and a name that is missing throws. */
export function fill(template: string, view: object): string {
  const known = compiled.get(template) ?? compile(template);
  compiled.set(template, known);
  return known(view);
}

function compile(template: string): Template {
  environment ??= withPartials();
  return environment.compile(read(template), { noEscape: true, strict: true, knownHelpersOnly: true });
}

function withPartials(): typeof Handlebars {
  const own = Handlebars.create();
  for (const partial of PARTIALS)
    own.registerPartial(partial, own.compile(read(partial), { noEscape: true, strict: true }));
  return own;
}

function read(template: string): string {
  const folder = FOLDERS.find((each) => existsSync(each));
  if (folder === undefined)
    throw new Error(`The templates are missing beside ${fileURLToPath(import.meta.url)}.`);
  return readFileSync(new URL(`${template}.hbs`, folder), 'utf8');
}
