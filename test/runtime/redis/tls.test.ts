/** TLS and passwords: they work, and appear nowhere. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorker } from '../../../runtime/src/codegen/v1.js';
import { connect } from '../../../runtime/src/redis/broker.js';
import { createLogger } from '../../../runtime/src/telemetry/logger.js';
import { freePort, type RedisServer, startRedis } from '../../support/redis-server.js';
import { jobContract, jobWorker, publishJobs } from '../engine/harness.js';

/** Made for these tests, for nobody else, and valid for a hundred years. */
const file = (name: string) => fileURLToPath(new URL(`../../support/tls/${name}`, import.meta.url));
const PASSWORD = 'pa55 w0rd/@:#';

describe('a server with TLS and a password', () => {
  let server: RedisServer;
  let url: string;
  beforeAll(async () => {
    const port = await freePort();
    const tls = ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'];
    const keys = ['--tls-cert-file', file('cert.pem'), '--tls-key-file', file('key.pem')];
    server = await startRedis({ port, args: [...tls, ...keys, '--requirepass', PASSWORD] });
    url = `rediss://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`;
  });
  afterAll(() => server.stop());

  it('is worked as any other', async () => {
    const broker = connect({ url, options: { tls: { ca: readFileSync(file('cert.pem')) } } });
    expect(broker.location).toBe(`rediss://127.0.0.1:${server.port}`);
    const contract = jobContract();
    const { worker, until } = jobWorker(broker, contract, () => undefined);
    await worker.start();
    await publishJobs(broker, contract, 3);
    await until('acked', 3);
    await worker.stop();
    await broker.close();
  });

  it.each([
    ['whose certificate nobody vouches for', () => ({ url }), 'FS_BROKER_UNREACHABLE', /self[- ]signed/],
    [
      'that is given another password',
      () => ({
        url: `rediss://:${encodeURIComponent(`${PASSWORD}x`)}@127.0.0.1:${server.port}`,
        options: { tls: { ca: readFileSync(file('cert.pem')) } },
      }),
      'FS_BROKER_AUTH',
      /WRONGPASS/,
    ],
  ])('%s: a typed error, and no password in it or in the log', async (_, target, code, message) => {
    const lines: string[] = [];
    const logger = createLogger({ stream: { write: (line) => lines.push(line) }, level: 'debug' });
    const { contract } = jobContract();
    const worker = openWorker(contract, {
      redis: target(),
      logger,
      handlers: { onJob: () => undefined },
    });
    const error = await worker.start().then(
      () => undefined,
      (rejected: unknown) => rejected,
    );
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    for (const text of [inspect(error, { depth: 9, showHidden: true }), lines.join('\n')]) {
      expect(text).not.toContain('pa55');
    }
  });
});
