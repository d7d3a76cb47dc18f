import type { LoadedParameter } from '../types.js';
import { type Fields, fieldsOf, text, texts } from './fields.js';

/**
 * Parameters of a channel: those in its key, in order, then those that are only declared. Real documents
 * often leave out the declaration, and the placeholder alone is enough to work with.
 */
export function parametersOf(key: string | null, declared: Fields): readonly LoadedParameter[] {
  const written = [...(key ?? '').matchAll(/\{([^{}]+)\}/g)].flatMap(([, name]) => name ?? []);
  const names = new Set([...written, ...Object.keys(declared)]);
  return [...names].map((name) => parameter(name, fieldsOf(declared[name])));
}

/** 2.x puts the value's limits into a `schema`, 3.x into the parameter itself. */
function parameter(name: string, declared: Fields): LoadedParameter {
  const limits = fieldsOf(declared.schema ?? declared);
  const values = Array.isArray(limits.enum) ? limits.enum.flatMap((value) => text(value) ?? []) : [];
  const fallback = text(limits.default);
  const location = text(declared.location);
  return {
    name,
    ...texts({ description: declared.description ?? limits.description }, ['description']),
    ...(values.length > 0 ? { values } : {}),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(location === undefined ? {} : { location }),
  };
}
