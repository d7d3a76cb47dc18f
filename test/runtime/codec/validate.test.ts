/** Payloads against schemas: what is reported, and which message of a channel arrived. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { validatePayload } from '../../../runtime/src/codec/validate.js';

function issues(schema: z.ZodType, value: unknown) {
  const result = validatePayload(schema, value);
  return result.ok ? [] : result.issues;
}

function paths(schema: z.ZodType, value: unknown): string[] {
  return issues(schema, value).map(({ path }) => path);
}

describe('validatePayload', () => {
  test('gives the value as the schema leaves it', () => {
    const schema = z.object({ n: z.number(), kind: z.string().default('plain') });
    expect(validatePayload(schema, { n: 1, extra: true })).toEqual({
      ok: true,
      value: { n: 1, kind: 'plain' },
    });
  });

  test('names each place that is wrong', () => {
    const schema = z.object({
      user: z.object({ tags: z.array(z.string()), 'home-town': z.string() }),
      items: z.array(z.object({ id: z.number() })),
      map: z.record(z.string(), z.number()),
    });
    const value = {
      user: { tags: [1], 'home-town': 2 },
      items: [{ id: 1 }, { id: 'x' }],
      map: { 'a.b': 'x' },
    };
    expect(paths(schema, value)).toEqual(['user.tags[0]', 'user["home-town"]', 'items[1].id', 'map["a.b"]']);
    expect(issues(schema, value)[0]?.message).toMatch(/expected string/);
  });

  test('the payload itself has an empty path', () => {
    expect(paths(z.object({}), 'text')).toEqual(['']);
    expect(paths(z.array(z.number()), ['x'])).toEqual(['[0]']);
  });

  test('a union reports the branch that came closest', () => {
    const shape = z.union([
      z.object({ kind: z.literal('circle'), radius: z.number() }),
      z.object({ kind: z.literal('box'), width: z.number(), height: z.number() }),
    ]);
    const schema = z.object({ shapes: z.array(shape) });
    expect(paths(schema, { shapes: [{ kind: 'box', width: 'x', height: 'y' }] })).toEqual([
      'shapes[0].width',
      'shapes[0].height',
    ]);
  });

  test('a discriminator without a branch is named itself', () => {
    const schema = z.object({ shape: z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') })]) });
    expect(paths(schema, { shape: { kind: 'z' } })).toEqual(['shape.kind']);
  });

  test('a payload deeper than the stack is invalid, not a crash', () => {
    type Tree = Tree[];
    const schema: z.ZodType<Tree> = z.lazy(() => z.array(schema));
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(issues(schema, deep)).toEqual([{ path: '', message: 'It is nested too deeply' }]);
  });

  test('a schema that throws makes the payload invalid', () => {
    const failing = z.string().transform(() => {
      throw new Error('boom');
    });
    expect(issues(failing, 'x')).toEqual([{ path: '', message: 'The schema failed: Error: boom' }]);
    expect(
      issues(
        z.string().refine(async () => true),
        'x',
      ),
    ).toHaveLength(1);
  });
});
