import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { connect } from '../../../runtime/src/redis/broker.js';

it.each([
  'redis://:s3cret@127.0.0.1:99999',
  'redis://:s3cret/x@127.0.0.1:6379',
  'redis://user:s3cret@host:port',
  'http://user:s3cret@host',
  'unix://user:s3cret@x',
  'redis+cluster://user:s3cret@',
  'redis+cluster://user:s3cret@host:1,host:port',
  'redis+cluster://user:s3cret@host:1/2',
  'redis+cluster://user:s3cret%@host:1',
  'redis+cluster://user:s3cret/x@host:1',
])('%s is refused, and its password is not repeated', (url) => {
  let thrown: unknown;
  try {
    connect(url);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: 'FS_BROKER_URL' });
  expect(inspect(thrown, { depth: 5, showHidden: true })).not.toContain('s3cret');
});

it.each([
  ['redis://user:s3cret@host:1/2', 'redis://host:1/2'],
  ['rediss://user:s3cret@host:1', 'rediss://host:1'],
  ['redis+cluster://user:s3cret@host:1,other', 'cluster://host:1,other:6379'],
  ['rediss+cluster://[::1]:1/', 'cluster://::1:1'],
  ['localhost:7', 'redis://localhost:7'],
  ['/tmp/redis.sock', 'unix:/tmp/redis.sock'],
])('%s is %s', async (url, location) => {
  const broker = connect(url);
  expect(broker.location).toBe(location);
  await broker.close();
});

it('a target says once where Redis is', () => {
  const cluster = { nodes: [{ host: 'host', port: 1 }] };
  const sentinel = { name: 'main', nodes: cluster.nodes };
  for (const target of [
    { cluster, url: 'redis://host' },
    { cluster, sentinel },
    { cluster: { nodes: [] } },
  ]) {
    expect(() => connect(target)).toThrow(expect.objectContaining({ code: 'FS_BROKER_URL' }));
  }
});
