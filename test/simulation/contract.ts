import { z } from 'zod';
import type { Contract } from '../../runtime/src/contract.js';
import { STREAM, type World } from './world.js';

export interface Job {
  readonly n: number;
  /** Its order key. */
  readonly k?: string;
}

const JOB = z.looseObject({ n: z.int(), k: z.string().optional() });
const NOTE = z.looseObject({ note: z.string() });

/** One stream with jobs, and with notes that nobody receives. */
export function simulatedContract({ plan, mutation }: World): Contract {
  const policy = mutation.policy?.(plan.policy) ?? plan.policy;
  const { orderBy, missingKey } = policy.concurrency ?? {};
  const lane = missingKey === undefined ? {} : { missingKey };
  const jobs = {
    name: 'jobs',
    address: STREAM,
    transport: 'stream',
    parameters: [],
    messages: {
      job: { name: 'job', contentType: 'application/json', payload: JOB },
      note: { name: 'note', contentType: 'application/json', payload: NOTE },
    },
    policy: {
      stream: plan.policy.stream ?? {},
      ...(orderBy !== undefined && { concurrency: { orderBy, ...lane } }),
    },
  } as const;
  const onJob = { name: 'onJob', channel: jobs, messages: ['job'], publishes: ['jobs'], policy };
  return { service: 'simulation', channels: { jobs }, operations: { onJob } };
}
