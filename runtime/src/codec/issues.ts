import type { z } from 'zod';
import type { PayloadIssue } from '../errors.js';

type ZodIssue = z.core.$ZodIssue;

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** zod's issues as the runtime reports them. Those of a union are those of the branch that came closest. */
export function payloadIssues(issues: readonly ZodIssue[]): PayloadIssue[] {
  return issues.flatMap((issue) => flatten(issue, []));
}

/**
 * How far a payload is from a schema, for choosing the one that was meant: by the wrong type of the whole
 * payload, then by constants that tell messages apart, then by the number of issues.
 */
export function distance(issues: readonly ZodIssue[]): number {
  let sum = 0;
  for (const issue of issues) {
    if (issue.path.length === 0 && issue.code === 'invalid_type') sum += 10_000;
    else if (isWrongConstant(issue)) sum += 100;
    else sum += 1;
  }
  return sum;
}

/** A field of the payload itself that should have been one certain value, as a discriminator is. */
function isWrongConstant(issue: ZodIssue): boolean {
  return issue.path.length === 1 && issue.code === 'invalid_value' && issue.values.length === 1;
}

function flatten(issue: ZodIssue, parents: readonly PropertyKey[]): PayloadIssue[] {
  const path = [...parents, ...issue.path];
  if (issue.code === 'invalid_union') {
    const closest = closestBranch(issue.errors);
    if (closest !== undefined) return closest.flatMap((inner) => flatten(inner, path));
  }
  return [{ path: formatPath(path), message: issue.message }];
}

function closestBranch(branches: readonly (readonly ZodIssue[])[]): readonly ZodIssue[] | undefined {
  let closest: readonly ZodIssue[] | undefined;
  for (const branch of branches) {
    if (closest === undefined || distance(branch) < distance(closest)) closest = branch;
  }
  return closest;
}

/** `user.tags[0]`; names that are no identifiers in brackets and quotes. */
function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (typeof key === 'symbol') text += `[${String(key)}]`;
    else if (IDENTIFIER.test(key)) text += text === '' ? key : `.${key}`;
    else text += `[${JSON.stringify(key)}]`;
  }
  return text;
}
