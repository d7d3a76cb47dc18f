/** What a process and those that it has started know of each other. */
const IN_ENVIRONMENT = 'FS_SUPERVISED';

/** Shared by all copies of this module in a process. */
const IN_PROCESS = Symbol.for('fs-gen.supervised');

/** What a child is told when it is started. */
export interface ChildFacts {
  /** Which of the processes it is, counted from 1. */
  readonly number: number;
  /** Milliseconds after it was told to end when it is killed. */
  readonly killAfter: number;
}

/** From the supervisor to a child: how often it has been told to end by now. */
export interface StopMessage {
  readonly fsStop: number;
}

export function isStopMessage(message: unknown): message is StopMessage {
  return typeof (message as Partial<StopMessage> | null)?.fsStop === 'number';
}

export function childEnvironment(facts: ChildFacts): Record<string, string> {
  return { [IN_ENVIRONMENT]: JSON.stringify(facts) };
}

/** Takes them out of the environment, so that no process which this one starts takes itself for a child. */
export function receiveFacts(): ChildFacts {
  const facts: ChildFacts = JSON.parse(process.env[IN_ENVIRONMENT] ?? '{}');
  delete process.env[IN_ENVIRONMENT];
  Object.assign(process, { [IN_PROCESS]: facts });
  return facts;
}

/** `undefined`: nobody supervises this process. */
export function ownFacts(): ChildFacts | undefined {
  return (process as { [IN_PROCESS]?: ChildFacts })[IN_PROCESS];
}
