import { FsError } from '../errors.js';

const SCHEMES = new Set(['redis:', 'rediss:']);

/**
 * Refuses what ioredis would stumble over or take for something else. The text may hold a password, so that none of it
 * gets into the message, nor the error of the parser, which quotes it.
 *
 * @throws FsError `FS_BROKER_URL`
 */
export function checkUrl(url: string): void {
  // `localhost:6379`, `host`, `/path/of/a.sock`: ioredis has shorthands of its own.
  if (!url.includes('://')) return;
  let scheme: string;
  try {
    scheme = new URL(url).protocol;
  } catch {
    throw new FsError('FS_BROKER_URL', 'The URL of Redis can not be read as one');
  }
  if (!SCHEMES.has(scheme)) {
    throw new FsError(
      'FS_BROKER_URL',
      `The URL of Redis begins with ${scheme}//, and redis:// or rediss:// is meant`,
    );
  }
}
