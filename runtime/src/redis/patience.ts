import { FsError } from '../errors.js';

/** Rejects with `FS_BROKER_UNREACHABLE` when the promise takes longer than `ms`; what becomes of it then is not ours. */
export async function patiently<T>(promise: Promise<T>, ms: number, location: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    const giveUp = () =>
      reject(new FsError('FS_BROKER_UNREACHABLE', `Redis at ${location} did not answer in time`));
    timer = setTimeout(giveUp, ms);
    timer.unref();
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}

export function pause(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms));
}
