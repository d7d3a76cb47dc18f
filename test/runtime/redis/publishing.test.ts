import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../runtime/src/redis/broker.js';
import { eventually } from '../../support/eventually.js';
import { startProxy } from '../../support/proxy.js';
import { freePort, type RedisServer, startRedis } from '../../support/redis-server.js';
import { jobContract, jobPublisher, publishJobs } from '../engine/harness.js';

describe('publishing', () => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(() => server.stop());

  async function entries(stream: string): Promise<string[]> {
    const admin = new Redis(server.url);
    const all = await admin.xrangeBuffer(stream, '-', '+');
    admin.disconnect();
    return all.map(([, fields]) => fields[1]?.toString('latin1').split('"n":')[1] ?? '');
  }

  it('keeps the order and needs one command for what comes up in one turn', async () => {
    const broker = connect(server.url);
    const contract = jobContract();
    await publishJobs(broker, contract, 1);
    const admin = new Redis(server.url);
    const commands = async () =>
      Number(/cmdstat_evalsha:calls=(\d+)/.exec(await admin.info('commandstats'))?.[1] ?? 0);
    const before = await commands();
    await publishJobs(broker, contract, 300, 1);
    expect((await commands()) - before).toBe(1);
    expect(await entries(contract.stream)).toEqual(Array.from({ length: 301 }, (_, n) => `${n}}`));
    admin.disconnect();
    await broker.close();
  });

  it('writes a message once although its reply was lost', async () => {
    const proxy = await startProxy(server.port);
    const broker = connect(`redis://127.0.0.1:${proxy.port}`);
    const contract = jobContract();
    const { jobs } = jobPublisher(broker, contract, 20_000);
    await jobs({ n: 0 });
    for (let n = 1; n <= 20; n++) {
      // The reply to the script is the entry's id, as a bulk string.
      const dropped = proxy.dropReply((reply) => /^\$\d+\r\n\d+-\d+\r\n$/.test(reply.toString('latin1')));
      const published = jobs({ n });
      await dropped;
      await published;
    }
    expect(await entries(contract.stream)).toEqual(Array.from({ length: 21 }, (_, n) => `${n}}`));
    await broker.close();
    await proxy.close();
  });

  it('waits for a server that is away, and then says that nothing was sent', async () => {
    const broker = connect({ url: server.url, connectTimeout: 1_500 });
    const contract = jobContract();
    const [hasty, patient] = [jobPublisher(broker, contract, 400), jobPublisher(broker, contract, 60_000)];
    await Promise.all([hasty.jobs({ n: 0 }), patient.jobs({ n: 0 })]);
    await server.kill('SIGKILL');
    // Until the socket's end has been noticed, a command still seems to be sent.
    await eventually(
      () =>
        broker.start().then(
          () => undefined,
          () => true,
        ),
      'the client has noticed',
    );
    await expect(hasty.jobs({ n: 1 })).rejects.toMatchObject({
      code: 'FS_BROKER_UNREACHABLE',
    });
    const published = patient.jobs({ n: 2 });
    await server.start();
    await published;
    expect(await entries(contract.stream)).toEqual(['2}']);
    await broker.close();
  });

  it('says that it is not known whether a message was written when no reply ever comes', async () => {
    const broker = connect({ url: server.url, connectTimeout: 1_500 });
    const contract = jobContract();
    const { jobs } = jobPublisher(broker, contract, 300);
    await jobs({ n: 0 });
    server.pause();
    const published = jobs({ n: 1 });
    const rejected = expect(published).rejects.toMatchObject({ code: 'FS_PUBLISH_UNCERTAIN' });
    // Sent in the next turn of the event loop, and not answered.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    await server.kill('SIGKILL');
    await rejected;
    await broker.close();
  });

  it('is refused while memory is full, with an error of its own, and goes on afterwards', async () => {
    const broker = connect(server.url);
    const contract = jobContract();
    const admin = new Redis(server.url);
    await publishJobs(broker, contract, 1);
    await admin.config('SET', 'maxmemory', '1');
    await expect(publishJobs(broker, contract, 3, 1)).rejects.toMatchObject({ code: 'FS_BROKER_FULL' });
    await admin.config('SET', 'maxmemory', '0');
    await publishJobs(broker, contract, 1, 9);
    expect(await entries(contract.stream)).toEqual(['0}', '9}']);
    admin.disconnect();
    await broker.close();
  });

  it('withdraws on request what has not been sent', async () => {
    const broker = connect(server.url);
    const contract = jobContract();
    const { jobs } = jobPublisher(broker, contract, 1_000);
    const abort = new AbortController();
    const withdrawn = jobs({ n: 1 }, { signal: abort.signal });
    const kept = jobs({ n: 2 });
    abort.abort(new Error('changed my mind'));
    await expect(withdrawn).rejects.toThrow('changed my mind');
    await kept;
    await expect(jobs({ n: 3 }, { signal: abort.signal })).rejects.toThrow('changed my mind');
    expect(await entries(contract.stream)).toEqual(['2}']);
    await broker.close();
  });

  it('fails at once when nobody was ever there', async () => {
    const broker = connect(`redis://127.0.0.1:${await freePort()}`);
    // For longer than the test itself may take.
    await expect(jobPublisher(broker, jobContract(), 3_600_000).jobs({ n: 1 })).rejects.toMatchObject({
      code: 'FS_BROKER_UNREACHABLE',
    });
    await broker.close();
  });

  it('is refused after the broker was closed', async () => {
    const broker = connect(server.url);
    await broker.close();
    await expect(publishJobs(broker, jobContract(), 1)).rejects.toMatchObject({ code: 'FS_BROKER_CLOSED' });
  });

  it('comes to an end before the client closes', async () => {
    const broker = connect(server.url);
    const contract = jobContract();
    const client = jobPublisher(broker, contract, 1_000);
    const published = client.jobs({ n: 1 });
    await client.close();
    expect(await entries(contract.stream)).toHaveLength(1);
    await published;
    await broker.close();
  });
});
