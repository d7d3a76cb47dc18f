import type { ChannelDescriptor, ParameterDescriptor } from '../contract.js';
import { textAt } from '../core/expression.js';
import { FsError } from '../errors.js';
import type { StreamKey } from '../types.js';

/** What tells one stream of a channel from another. */
export interface AddressOptions {
  readonly parameters?: Readonly<Record<string, string | undefined>>;
  /** For a channel whose address the contract leaves to run time. */
  readonly address?: string;
}

/** A message that may say where it goes. */
interface Sent {
  readonly payload: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** One of a channel's streams. */
export interface Place {
  readonly stream: StreamKey;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The stream's key: the channel's address with its parameters filled in; those that nobody gave from the message where
 * the contract says that they stand in it, else with their defaults.
 *
 * @throws FsError `FS_PUBLISH_PARAMETER`
 */
export function placeOf(channel: ChannelDescriptor, options: AddressOptions = {}, sent?: Sent): Place {
  const template = channel.address ?? options.address;
  if (template === undefined || template === '') {
    throw new FsError('FS_PUBLISH_PARAMETER', `Channel ${channel.name} has no address in the contract`, {
      channel: channel.name,
      hint: 'Pass `address` with the key of the stream.',
    });
  }
  const parameters: Record<string, string> = {};
  if (channel.parameters.length === 0) return { stream: template, parameters };
  const known = new Map(channel.parameters.map(described).map((each) => [each.name, each]));
  const stream = template.replace(/\{([^{}]+)\}/g, (placeholder, name: string) => {
    const parameter = known.get(name);
    if (parameter === undefined) return placeholder;
    parameters[name] ??= fill(parameter, channel, options.parameters?.[name], sent);
    return parameters[name];
  });
  return { stream, parameters };
}

function described(parameter: string | ParameterDescriptor): ParameterDescriptor {
  return typeof parameter === 'string' ? { name: parameter } : parameter;
}

function fill(
  { name, values, default: fallback, location }: ParameterDescriptor,
  channel: ChannelDescriptor,
  given: string | undefined,
  sent: Sent | undefined,
): string {
  const fail = (message: string, hint?: string): never => {
    throw new FsError('FS_PUBLISH_PARAMETER', message, {
      channel: channel.name,
      ...(hint !== undefined && { hint }),
    });
  };
  const said = sent && textAt(location, sent);
  if (given !== undefined && given !== '' && said !== undefined && said !== given) {
    return fail(
      `{${name}} of channel ${channel.name} is ${quoted(given)}, but ${location} of the message is ${quoted(said)}`,
      'Leave the parameter out: it is taken from the message.',
    );
  }
  const value = given || said || fallback;
  if (value === undefined) {
    const hint =
      location === undefined ? undefined : `Give a value, or set ${location}, from which it is taken.`;
    return fail(`Channel ${channel.name} needs a value for {${name}} of ${channel.address}`, hint);
  }
  if (values !== undefined && !values.includes(value)) {
    return fail(
      `{${name}} of channel ${channel.name} can not be ${quoted(value)}`,
      `The contract lets it be ${values.map(quoted).join(', ')}.`,
    );
  }
  return value;
}

function quoted(text: string): string {
  return `\`${text}\``;
}
