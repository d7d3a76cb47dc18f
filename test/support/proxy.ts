/** A server between client and Redis that can misbehave. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Proxy {
  readonly port: number;
  /** Lets the next reply that begins so disappear, with the connection that it was for. Resolves when it has. */
  dropReply(fits: (reply: Buffer) => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function startProxy(targetPort: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let drop: ((reply: Buffer) => boolean) | undefined;
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (reply: Buffer) => {
      if (drop?.(reply)) client.destroy();
      else client.write(reply);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    dropReply: (fits) =>
      new Promise((resolve) => {
        drop = (reply) => {
          if (!fits(reply)) return false;
          drop = undefined;
          resolve();
          return true;
        };
      }),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
