/** Words that can't be the name of a variable in a module, or that would surprise as a property. */
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export ' +
    'extends false finally for function if implements import in instanceof interface let new null package ' +
    'private protected public return static super switch this throw true try typeof undefined var void ' +
    'while with yield'
  ).split(' '),
);

/** Every object has these already; `then` would turn what holds it into a promise. */
const MEMBERS: ReadonlySet<string> = new Set([
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'then',
  'toLocaleString',
  'toString',
  'valueOf',
]);

/** A name in the generated code that would not compile, or not mean what it says. */
export function isReservedName(name: string): boolean {
  return KEYWORDS.has(name) || MEMBERS.has(name);
}

/** `handlers/index.ts` is the list of handlers; the others are devices to Windows. */
export const RESERVED_FILES: readonly string[] = ['index', 'con', 'prn', 'aux', 'nul'];

/** Types that the generated index exports itself. */
export const OWN_TYPES: readonly string[] = ['CreateWorkerOptions', 'Handlers', 'Publishers'];

/** Names of `Object.prototype`: every object seems to have such a property. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

export function isInherited(name: string): boolean {
  return INHERITED.has(name);
}
