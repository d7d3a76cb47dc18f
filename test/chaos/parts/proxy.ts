import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { SCRIPTS } from '../../../runtime/src/redis/scripts/index.js';

/** What becomes of a command on its way. */
export type Fate =
  | 'pass'
  /** The connection is reset, and Redis never sees the command. */
  | 'reset-before'
  /** Redis gets the command, and the connection is reset at once. */
  | 'reset-after'
  /** Redis runs the command; instead of its reply the client gets the end of its connection. */
  | 'drop-reply';

interface Line {
  readonly client: Socket;
  readonly server: Socket;
  /** Nothing passes any more, and nobody is told. */
  dead: boolean;
  dropping: boolean;
  /** Another server is at the client's end; known once it has said something. */
  peer: boolean;
}

/** Stands between clients and one server, and does to them what networks do. */
export class FaultyProxy {
  readonly port: number;
  /** Asked for every command that a client sends, by its name: `XACK`, `CLIENT ID`, or a script's. */
  fate: (command: string) => Fate = () => 'pass';
  /** Added to every round trip, ms. */
  latency = 0;
  readonly #server: Server;
  readonly #lines = new Set<Line>();
  #peersCut = false;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async start(target: number): Promise<FaultyProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const proxy = new FaultyProxy(server, typeof address === 'object' && address !== null ? address.port : 0);
    server.on('connection', (client) => proxy.#open(client, target));
    return proxy;
  }

  /** Connections that are open now stay open, and carry nothing any more; new ones are in order. */
  halfOpen(): void {
    for (const line of this.#lines) line.dead = true;
  }

  /** Replicas and Sentinels reach the server no more, and nobody is told; clients that are on its side still do. */
  cutFromPeers(): void {
    this.#peersCut = true;
    for (const line of this.#lines) if (line.peer) line.dead = true;
  }

  /** What was dead is closed, so that it is made anew. */
  heal(): void {
    this.#peersCut = false;
    for (const line of this.#lines) if (line.dead) reset(line);
  }

  async close(): Promise<void> {
    for (const { client, server } of this.#lines) {
      client.destroy();
      server.destroy();
    }
    this.#server.close();
    await once(this.#server, 'close');
  }

  #open(client: Socket, target: number): void {
    const server = connect(target, '127.0.0.1');
    const line: Line = { client, server, dead: false, dropping: false, peer: false };
    this.#lines.add(line);
    client.setNoDelay(true);
    server.setNoDelay(true);
    client.once('data', (chunk: Buffer) => {
      line.peer = isFromPeer(chunk);
      if (line.peer && this.#peersCut) line.dead = true;
    });
    client.on('data', (chunk: Buffer) => this.#request(line, chunk));
    server.on('data', (chunk: Buffer) => this.#reply(line, chunk));
    for (const socket of [client, server]) {
      socket.on('error', () => {});
      socket.on('close', () => this.#closed(line));
    }
  }

  /** A half-open connection doesn't hear of the other end's close either. */
  #closed(line: Line): void {
    if (!line.dead) {
      line.client.destroy();
      line.server.destroy();
    }
    if (line.client.destroyed) {
      line.server.destroy();
      this.#lines.delete(line);
    }
  }

  #request(line: Line, chunk: Buffer): void {
    if (line.dead) return;
    const fate = this.fate(commandIn(chunk));
    if (fate === 'reset-before') {
      reset(line);
      return;
    }
    if (fate === 'drop-reply') line.dropping = true;
    this.#later(line, () => {
      line.server.write(chunk, () => {
        if (fate === 'reset-after') reset(line);
      });
    });
  }

  #reply(line: Line, chunk: Buffer): void {
    if (line.dead) return;
    if (line.dropping) reset(line);
    else this.#later(line, () => line.client.write(chunk));
  }

  /** Timers of one length fire in order, so that bytes stay in order. */
  #later(line: Line, pass: () => void): void {
    const ifOpen = () => {
      if (!line.client.destroyed && !line.dead) pass();
    };
    if (this.latency === 0) pass();
    else setTimeout(ifOpen, this.latency / 2);
  }
}

function reset({ client, server }: Line): void {
  client.resetAndDestroy();
  server.destroy();
}

/** A replica begins with PING, a Sentinel with its name. */
function isFromPeer(first: Buffer): boolean {
  return /^\*1\r\n\$4\r\nPING|sentinel-/.test(first.toString('latin1', 0, 200));
}

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');

const SCRIPT_NAMES = new Map(Object.entries(SCRIPTS).map(([name, { lua }]) => [sha1(lua), name]));

/** Its first command, where a chunk begins with one. */
function commandIn(chunk: Buffer): string {
  const text = chunk.toString('latin1');
  const head = /^\*\d+\r\n\$\d+\r\n(\w+)\r\n(?:\$(\d+)\r\n)?/.exec(text);
  if (head === null) return '';
  const [{ length }, name = '', size = '0'] = head;
  const argument = text.slice(length, length + Number(size));
  const command = name.toUpperCase();
  if (command === 'EVALSHA') return SCRIPT_NAMES.get(argument) ?? command;
  // The first time on a connection the script itself is sent.
  if (command === 'EVAL') return SCRIPT_NAMES.get(sha1(argument)) ?? command;
  return ['CLIENT', 'XGROUP', 'XINFO'].includes(command) ? `${command} ${argument.toUpperCase()}` : command;
}
