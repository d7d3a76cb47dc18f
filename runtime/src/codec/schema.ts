import type { z } from 'zod';

/** What validates a payload: a zod schema. Only this folder knows that. */
export type Schema<T> = z.ZodType<T>;
