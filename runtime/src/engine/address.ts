import type { ChannelDescriptor } from '../contract.js';
import { FsError } from '../errors.js';
import type { StreamKey } from '../types.js';

/** What tells one stream of a channel from another. */
export interface AddressOptions {
  readonly parameters?: Readonly<Record<string, string>>;
  /** For a channel whose address the contract leaves to run time. */
  readonly address?: string;
}

/**
 * The stream's key: the channel's address with its parameters filled in.
 *
 * @throws FsError `FS_PUBLISH_PARAMETER`
 */
export function streamKey(channel: ChannelDescriptor, options: AddressOptions = {}): StreamKey {
  const template = channel.address ?? options.address;
  if (template === undefined || template === '') {
    throw new FsError('FS_PUBLISH_PARAMETER', `Channel ${channel.name} has no address in the contract`, {
      channel: channel.name,
      hint: 'Pass `address` with the key of the stream.',
    });
  }
  if (channel.parameters.length === 0) return template;
  return template.replace(/\{([^{}]+)\}/g, (placeholder, name: string) => {
    if (!channel.parameters.includes(name)) return placeholder;
    const value = options.parameters?.[name];
    if (value !== undefined && value !== '') return value;
    throw new FsError(
      'FS_PUBLISH_PARAMETER',
      `Channel ${channel.name} needs a value for {${name}} of ${template}`,
      {
        channel: channel.name,
      },
    );
  });
}
