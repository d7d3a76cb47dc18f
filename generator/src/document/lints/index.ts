import type { Context, Rule } from '../rules/sites.js';
import type { Diagnostic } from '../types.js';
import { channels } from './channels.js';
import { discriminators } from './discriminators.js';
import { messages } from './messages.js';
import { siblings } from './siblings.js';
import { values } from './values.js';

/** What neither the official schema nor the official rules of a document's version find, or find in part. */
const LINTS: readonly Rule[] = [channels, messages, values, discriminators, siblings];

export function lint(context: Context): readonly Diagnostic[] {
  return LINTS.flatMap((rule) => rule(context));
}
