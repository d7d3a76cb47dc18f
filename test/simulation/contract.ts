import { z } from 'zod';
import type { Contract } from '../../runtime/src/contract.js';
import type { Plan } from './plan.js';
import { STREAM } from './world.js';

export interface Job {
  readonly n: number;
}

/** One stream with jobs, and with notes that nobody receives. */
export function simulatedContract(plan: Plan): Contract {
  const jobs = {
    name: 'jobs',
    address: STREAM,
    transport: 'stream',
    parameters: [],
    messages: {
      job: { name: 'job', contentType: 'application/json', payload: z.looseObject({ n: z.int() }) },
      note: { name: 'note', contentType: 'application/json', payload: z.looseObject({ note: z.string() }) },
    },
    policy: { stream: plan.policy.stream ?? {} },
  } as const;
  const onJob = { name: 'onJob', channel: jobs, messages: ['job'], publishes: ['jobs'], policy: plan.policy };
  return { service: 'simulation', channels: { jobs }, operations: { onJob } };
}
