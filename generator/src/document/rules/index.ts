import type { Diagnostic } from '../types.js';
import { channelKeys } from './channel-keys.js';
import { identifiers } from './identifiers.js';
import { namesInBraces } from './names-in-braces.js';
import { operationRefs } from './operation-refs.js';
import { security } from './security.js';
import type { Context, Rule } from './sites.js';
import { tags } from './tags.js';

/** What AsyncAPI's official rules ask for that its JSON Schema can't say. */
const RULES: readonly Rule[] = [identifiers, namesInBraces, channelKeys, operationRefs, security, tags];

export function officialRules(context: Context): readonly Diagnostic[] {
  return RULES.flatMap((rule) => rule(context));
}
