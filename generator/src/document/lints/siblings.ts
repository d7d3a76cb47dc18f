import { warning } from '../codes.js';
import type { Rule } from '../rules/sites.js';
import type { Diagnostic } from '../types.js';

/** They say something about the reference, and change nothing. */
const HARMLESS = /^(\$ref|\$comment|title|summary|description|deprecated|examples?|readOnly|writeOnly|x-.*)$/;
/** Below these stand values, and no references. */
const DATA: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'example', 'examples']);

/** Fields beside a `$ref`, which has the object all to itself: they are dropped. */
export const siblings: Rule = ({ files }) => {
  const found: Diagnostic[] = [];
  for (const [file, { data }] of files.all) {
    const open: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value: data, path: [] }];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { value, path } = next;
      if (typeof value !== 'object' || value === null) continue;
      const dropped = Object.keys(value).filter((key) => !HARMLESS.test(key));
      if (typeof (value as { $ref?: unknown }).$ref === 'string' && dropped.length > 0) {
        const at = { file, path: [...path, dropped[0] ?? ''] };
        const message = `Beside \`$ref\` nothing counts: ${dropped.join(', ')} ${dropped.length === 1 ? 'is' : 'are'} dropped.`;
        found.push(warning('FS_REF_SIBLINGS', message, files.keyOf(at), { path: at.path }));
      }
      for (const [key, member] of Object.entries(value))
        if (!DATA.has(key) && !key.startsWith('x-')) open.push({ value: member, path: [...path, key] });
    }
  }
  return found;
};
