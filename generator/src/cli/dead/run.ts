import type { Console } from '../console.js';
import { loadContract } from '../contract.js';
import { printProblems } from '../report/text.js';
import { list } from './list.js';
import { move } from './move.js';
import { placesOf } from './places.js';
import { chooseReceivers, type Receiver } from './receivers.js';
import { type DeadLetters, loadOperate } from './runtime.js';
import type { Session } from './session.js';
import { show } from './show.js';
import type { DeadCommand } from './types.js';

/**
 * Carries out `fs-gen dead …`.
 *
 * @returns `wrong` when the document is, and that has been printed
 * @throws GeneratorError, or an error of the runtime with a code and a hint
 */
export async function runDead(command: DeadCommand, terminal: Console): Promise<'done' | 'wrong'> {
  const { target } = command;
  const { model, diagnostics } = await loadContract(target);
  if (model === undefined) {
    // Warnings are about the code that would be generated.
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    printProblems(errors, terminal, { consequence: '' });
    return 'wrong';
  }
  const receivers = chooseReceivers(model, target);
  const { DeadLetters, deadLetterKey } = await loadOperate(target.document, process.cwd());
  sayLeftOut(receivers, terminal);
  if (receivers.length === 0) {
    terminal.complain(`${terminal.err.yellow('warning')}  None of the channels keeps dead letters.`);
  }
  const deadLetters = new DeadLetters(target.redis);
  try {
    await deadLetters.start();
    const feeders = await Promise.all(
      receivers.map(async (receiver) => ({ ...receiver, streams: await streamsOf(receiver, deadLetters) })),
    );
    const places = placesOf(feeders, deadLetterKey, { chosen: target.channels.length > 0 });
    await carryOut(command, { terminal, deadLetters, places });
    return 'done';
  } catch (cause) {
    throw withHint(cause);
  } finally {
    deadLetters.close();
  }
}

async function carryOut(command: DeadCommand, session: Session): Promise<void> {
  switch (command.kind) {
    case 'list':
      return list(session, command.filter, command.json);
    case 'show':
      return show(session, command.id, command.json);
    case 'replay':
    case 'discard':
      return move(session, command);
    default:
      return command satisfies never;
  }
}

async function streamsOf({ stream, shards }: Receiver, deadLetters: DeadLetters): Promise<readonly string[]> {
  return stream === undefined ? [] : deadLetters.streamsOf(stream, shards);
}

/** A missing value is an error only for who has asked for that channel. */
function sayLeftOut(receivers: readonly Receiver[], terminal: Console): void {
  const unknown = receivers.filter(
    ({ stream, deadLetters }) => stream === undefined && deadLetters === undefined,
  );
  for (const { name, address, parameters } of new Set(unknown.map(({ channel }) => channel))) {
    const option =
      address === null
        ? '--address <key>'
        : parameters.map((parameter) => `--param ${parameter.name}=…`).join(' ');
    terminal.complain(
      `${terminal.err.yellow('warning')}  Channel ${name} is left out: give ${option} to see it.`,
    );
  }
}

/** What the runtime advises its own callers to do is done by an option here. */
function withHint(cause: unknown): unknown {
  if (cause instanceof Error && 'code' in cause && cause.code === 'FS_BROKER_UNREACHABLE') {
    return Object.assign(cause, {
      hint: 'Is Redis running there? Set REDIS_URL, or give --redis redis://host:port.',
    });
  }
  return cause;
}
