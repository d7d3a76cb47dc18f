import { error } from '../codes.js';
import type { Place } from '../files.js';
import { isRecord } from '../json-schema/types.js';
import { nearest } from '../near.js';
import type { Diagnostic } from '../types.js';
import { type Context, membersAt, operationsV2, type Rule, rootMembers, valueAt } from './sites.js';

const FLOWS = ['implicit', 'password', 'clientCredentials', 'authorizationCode'];

/** 2.x names security schemes, and scopes of them, which have to be there. */
export const security: Rule = (context) => {
  if (context.major !== 2) return [];
  const owners = [...rootMembers(['servers'], context), ...operationsV2(context)];
  return owners
    .filter(({ place }) => Array.isArray(valueAt(place, ['security'], context)))
    .flatMap(({ place }) => membersAt(place, ['security'], context))
    .flatMap(({ place }) => membersAt(place, [], context))
    .flatMap(({ key, place }) => requirement(key, place, context));
};

function requirement(name: string, place: Place, context: Context): readonly Diagnostic[] {
  const schemes = rootMembers(['components', 'securitySchemes'], context);
  const scheme = schemes.find(({ key }) => key === name);
  const say = (message: string, at: Place, hint?: string) =>
    error('FS_SPEC_INVALID', message, context.files.valueOf(at), { path: at.path, hint });
  if (scheme === undefined) {
    const meant = nearest(
      name,
      schemes.map(({ key }) => key),
    );
    const hint =
      meant === undefined ? 'Add it to `components.securitySchemes`.' : `Did you mean \`${meant}\`?`;
    return [say(`There is no security scheme \`${name}\`.`, place, hint)];
  }
  if (valueAt(scheme.place, ['type'], context) !== 'oauth2') return [];
  const scopes = FLOWS.flatMap((flow) => {
    const found = valueAt(scheme.place, ['flows', flow, 'scopes'], context);
    return isRecord(found) ? Object.keys(found) : [];
  });
  return membersAt(place, [], context).flatMap(({ place: item }) => {
    const scope = valueAt(item, [], context);
    if (typeof scope !== 'string' || scopes.includes(scope)) return [];
    const hint = scopes.length === 0 ? 'The scheme lists no scopes.' : `There are: ${scopes.join(', ')}.`;
    return say(`The security scheme \`${name}\` has no scope \`${scope}\`.`, item, hint);
  });
}
