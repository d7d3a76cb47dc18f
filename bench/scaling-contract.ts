import { z } from 'zod';

/** What is worked, and how. */
export interface Shape {
  readonly prefix: string;
  readonly channels: number;
  readonly shards: number;
  readonly ordered: boolean;
  readonly maxWorkers: number;
  readonly handlerMs: number;
}

export interface ScalingMessage {
  readonly n: number;
  readonly key: string;
  readonly text: string;
}

/** As many channels as asked for, all alike; publishers and workers share it. */
export function scalingContract(shape: Shape) {
  const payload = z.looseObject({ n: z.int(), key: z.string(), text: z.string() });
  const policy = {
    concurrency: {
      maxWorkers: shape.maxWorkers,
      ...(shape.ordered && { orderBy: '$message.payload#/key' }),
    },
    stream: { group: 'scaling', shards: shape.shards },
  };
  const channels = Array.from({ length: shape.channels }, (_, i) => ({
    name: `c${i}`,
    address: `${shape.prefix}:${i}`,
    transport: 'stream' as const,
    parameters: [],
    messages: { m: { name: 'm', contentType: 'application/json', payload } },
    policy,
  }));
  const operations = channels.map((channel) => ({
    name: `on-${channel.name}`,
    channel,
    messages: ['m'],
    publishes: [],
    policy,
  }));
  return {
    service: 'scaling',
    channels: Object.fromEntries(channels.map((channel) => [channel.name, channel])),
    operations: Object.fromEntries(operations.map((operation) => [operation.name, operation])),
  };
}
