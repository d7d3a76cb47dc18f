import { z } from 'zod';
import type { Contract } from '../../runtime/src/contract.js';
import { STREAM, type World } from './world.js';

export interface Job {
  readonly n: number;
}

const JOB = z.looseObject({ n: z.int() });
const NOTE = z.looseObject({ note: z.string() });

/** One stream with jobs, and with notes that nobody receives. */
export function simulatedContract({ plan, mutation }: World): Contract {
  const policy = mutation.policy?.(plan.policy) ?? plan.policy;
  const jobs = {
    name: 'jobs',
    address: STREAM,
    transport: 'stream',
    parameters: [],
    messages: {
      job: { name: 'job', contentType: 'application/json', payload: JOB },
      note: { name: 'note', contentType: 'application/json', payload: NOTE },
    },
    policy: { stream: plan.policy.stream ?? {} },
  } as const;
  const onJob = { name: 'onJob', channel: jobs, messages: ['job'], publishes: ['jobs'], policy };
  return { service: 'simulation', channels: { jobs }, operations: { onJob } };
}
