import type { Connection } from './connection.js';
import { list } from './replies.js';

/** Whether the server knows a command: asked, because forks and proxies make versions mean little. */
export async function hasCommand(connection: Connection, name: string): Promise<boolean> {
  const [info] = list(await connection.call('COMMAND', 'INFO', name));
  return Array.isArray(info) && info.length > 0;
}
