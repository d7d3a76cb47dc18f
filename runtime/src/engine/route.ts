import type { ChannelDescriptor, MessageDescriptor, OperationDescriptor } from '../contract.js';
import type { Policy } from '../core/policy.js';
import type { AnyContext, BatchHandler, Handler, StreamKey } from '../types.js';

/** Which handler takes which message. */
export interface Route {
  readonly operation: OperationDescriptor;
  /** `undefined` where the contract says nothing about the channel's messages. */
  readonly message: MessageDescriptor | undefined;
  /** Takes a batch where the policy has `batch`, one message otherwise. */
  readonly handler: Handler<unknown, AnyContext> | BatchHandler<unknown, AnyContext>;
}

/** One stream to be worked: everything a subscriber needs to know. */
export interface Subscription {
  /** Name of its operation; of all of them, joined by `+`, where several share the stream. */
  readonly name: string;
  readonly channel: ChannelDescriptor;
  /** Key of the stream; in the plan, of the channel's first shard. */
  readonly stream: StreamKey;
  readonly parameters: Readonly<Record<string, string>>;
  readonly policy: Policy;
  readonly routes: readonly Route[];
  /** What an entry of the channel may be, in the order in which it is held against them: those of the routes first. */
  readonly messages: readonly MessageDescriptor[];
}
