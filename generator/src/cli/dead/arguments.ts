import { Command } from 'commander';
import type { Perspective } from '../../model/types.js';
import { perspectiveOption } from '../options.js';
import type { DeadCommand, Filter, Target } from './types.js';
import { checkedIds, checkedLimit, checkedParameters, checkedRedis, checkedSince } from './values.js';

/** As commander gives them: a switch that was not set is absent. */
interface Given {
  readonly perspective: Perspective;
  readonly channel?: readonly string[];
  readonly param?: readonly string[];
  readonly address?: string;
  readonly redis?: string;
  readonly id?: readonly string[];
  readonly reason?: string;
  readonly since?: string;
  readonly limit?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const SHOWN = '50';

const EXAMPLES = `
Examples:
  fs-gen dead list specs/api.yaml --since 2h
  fs-gen dead show specs/api.yaml 1762165351123-0
  fs-gen dead replay specs/api.yaml --reason timeout
  fs-gen dead discard specs/api.yaml --reason spam --dry-run

\`fs-gen dead list --help\` lists the options of \`list\`, and so on.

Exit codes: 0 done, also when there was nothing to do; 2 the document, the
arguments or Redis are wrong; 3 a mistake of fs-gen.
`;

/** The command `fs-gen dead`; calls `found` with what was asked for. */
export function deadCommand(env: Environment, found: (command: DeadCommand) => void): Command {
  const dead = new Command('dead')
    .description('Dead letters: the messages of a contract that failed for good.')
    .summary('dead letters: list, show, replay or discard them')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES.trimEnd());
  dead.addCommand(
    filtered(command('list', 'list them, oldest first, with the reasons'), SHOWN).action(
      (document: string, given: Given) =>
        found({
          kind: 'list',
          target: targetOf(document, given, env),
          filter: filterOf(given),
          json: given.json ?? false,
        }),
    ),
  );
  dead.addCommand(
    command('show', 'show everything about one of them')
      .argument('<id>', 'its id, or that of the entry that it was')
      .action((document: string, id: string, given: Given) => {
        const [checked = id] = checkedIds([id]);
        found({
          kind: 'show',
          target: targetOf(document, given, env),
          id: checked,
          json: given.json ?? false,
        });
      }),
  );
  for (const kind of ['replay', 'discard'] as const) {
    const words = {
      replay: 'put them back into the stream that they came from, for the group that gave up on them',
      discard: 'delete them for good',
    };
    dead.addCommand(
      filtered(
        command(kind, words[kind]).argument('[id...]', 'which; none: all that the options let through'),
      )
        .option('--dry-run', 'change nothing; say what would be')
        .option('-y, --yes', 'do not ask')
        .action((document: string, ids: readonly string[], given: Given) =>
          found({
            kind,
            target: targetOf(document, given, env),
            filter: filterOf(given, ids),
            dryRun: given.dryRun ?? false,
            yes: given.yes ?? false,
            json: given.json ?? false,
          }),
        ),
    );
  }
  return dead;
}

/** What all four have in common. */
function command(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<document>', 'AsyncAPI 2.0 to 3.1, YAML or JSON')
    .option('--channel <name>', 'only of this channel; may be given again', collect)
    .option(
      '--param <name=value>',
      "value for a parameter of a channel's address; may be given again",
      collect,
    )
    .option('--address <key>', 'key of the stream, for a channel whose address the document leaves open')
    .option('--redis <url>', 'where Redis is (default: REDIS_URL, else redis://localhost:6379)')
    .addOption(perspectiveOption())
    .option('--json', 'print one JSON document');
}

function filtered(command: Command, limit?: string): Command {
  return command
    .option('--reason <text>', 'only those with this in the reason, or in the name or message of the error')
    .option('--since <when>', 'only from then on: `30m`, `2h`, `7d` ago, or a date and time of ISO 8601')
    .option('--id <id>', 'only this one; may be given again', collect)
    .option('--limit <count>', 'no more than this, oldest first; `all` for no limit', limit ?? 'all');
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function targetOf(document: string, given: Given, env: Environment): Target {
  return {
    document,
    perspective: given.perspective,
    channels: given.channel ?? [],
    parameters: checkedParameters(given.param ?? []),
    address: given.address,
    redis: checkedRedis(given.redis, env.REDIS_URL),
  };
}

function filterOf(given: Given, ids: readonly string[] = []): Filter {
  return {
    ids: checkedIds([...ids, ...(given.id ?? [])]),
    reason: given.reason,
    since: checkedSince(given.since, Date.now()),
    limit: checkedLimit(given.limit),
  };
}
