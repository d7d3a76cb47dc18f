import { below } from '../model/report.js';
import type { SchemaNode } from '../model/types.js';
import { EVERYBODY, type Finding } from './findings.js';
import type { Message } from './parties.js';
import type { Difference, Unit, Where } from './schemas/difference.js';
import type { Explainer } from './schemas/explain.js';
import { docsChanges } from './schemas/explain-docs.js';

/** What a message without headers says about them: nothing. */
const SILENT: SchemaNode = { kind: 'object', properties: [], additional: 'allowed' };

/** A message and its successor. */
export interface MessageChanges {
  readonly findings: readonly Finding[];
  readonly units: readonly Unit[];
}

export function messageChanges(o: Message, n: Message, path: string, explainer: Explainer): MessageChanges {
  const about = { path, old: o.written.origin, new: n.written.origin };
  const findings: Finding[] = [];
  if (o.model.contentType !== n.model.contentType) {
    findings.push({
      ...field(about, 'contentType'),
      kind: 'content-type-changed',
      area: 'wire',
      message: 'is another content type: one side can’t read what the other writes',
      before: o.model.contentType,
      after: n.model.contentType,
      breaks: EVERYBODY,
    });
  }
  if (o.written.correlationId !== n.written.correlationId) {
    findings.push({
      ...field(about, 'correlationId'),
      kind: 'correlation-id-changed',
      area: 'wire',
      message: 'stands elsewhere: one side looks for it where the other does not put it',
      before: o.written.correlationId,
      after: n.written.correlationId,
      breaks: EVERYBODY,
    });
  }
  findings.push(...docsChanges(o.model.docs, n.model.docs, whereOf(about)).map(asFinding(about)));
  const payload = explainer.explain(o.model.payload, n.model.payload, {
    path: `${path}.payload`,
    old: spotOf(o, 'payload'),
    new: spotOf(n, 'payload'),
  });
  const headers = explainer.explain(o.model.headers?.node ?? SILENT, n.model.headers?.node ?? SILENT, {
    path: `${path}.headers`,
    old: spotOf(o, 'headers'),
    new: spotOf(n, 'headers'),
  });
  // Bytes against values: that is what the other content type means, and has been said.
  const isBytes = (message: Message) => message.model.payload.kind === 'bytes';
  return { findings, units: isBytes(o) === isBytes(n) ? [payload, headers] : [headers] };
}

interface About {
  readonly path: string;
  readonly old: Finding['old'] & object;
  readonly new: Finding['new'] & object;
}

function field({ path, old, new: now }: About, name: string): About {
  return { path: `${path}.${name}`, old: below(old, name), new: below(now, name) };
}

function spotOf({ written }: Message, name: 'payload' | 'headers'): Where['old'] {
  const schema = written[name];
  return {
    written: {
      schema: schema ?? true,
      at: schema === undefined ? written.origin : below(written.origin, name),
    },
    steps: [],
  };
}

export function whereOf({ path }: { readonly path: string }): Where {
  return { path, old: undefined, new: undefined };
}

/** Words of something that is no schema. */
export function asFinding(about: Pick<Finding, 'path' | 'old' | 'new'>) {
  return ({ kind, message, before, after }: Difference): Finding => ({
    ...about,
    kind,
    area: 'documentation',
    message,
    before,
    after,
  });
}

/** A message of the channel that is not any more; `silent`: nothing is said of its messages from now on. */
export function removedMessage({ written, model }: Message, path: string, silent: boolean): Finding {
  return {
    path: `${path}.messages.${model.name}`,
    old: written.origin,
    kind: 'message-removed',
    area: 'wire',
    message: silent
      ? 'is gone, and the contract says nothing of the channel’s messages any more: anything may come'
      : 'is no message of the channel any more: who still sends it is not understood',
    before: model.name,
    breaks: { sending: silent, receiving: !silent },
  };
}

/** A message that the channel did not have; `silent`: nothing was said of its messages before. */
export function addedMessage({ written, model }: Message, path: string, silent: boolean): Finding {
  return {
    path: `${path}.messages.${model.name}`,
    new: written.origin,
    kind: 'message-added',
    area: 'wire',
    message: silent
      ? 'is what the channel carries now, which could be anything'
      : 'is a new message of the channel: who receives by the old contract does not know it',
    after: model.name,
    breaks: { sending: !silent, receiving: silent },
  };
}

/** The same message under another name, which does not travel. */
export function renamedMessage(o: Message, n: Message, path: string, handled: boolean): Finding {
  return {
    path: `${path}.messages.${n.model.name}`,
    old: o.written.origin,
    new: n.written.origin,
    kind: 'message-renamed',
    area: 'code',
    message: handled
      ? `was called ${o.model.name}: code that names it has to be changed`
      : `was called ${o.model.name}; the channel has no other, so that no code names it`,
    before: o.model.name,
    after: n.model.name,
    breaksCode: handled,
  };
}
