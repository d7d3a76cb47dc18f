import { z } from 'zod';
import type { Schema } from './schema.js';

/** Takes every payload as it is. */
export const anything: Schema<unknown> = z.unknown();
