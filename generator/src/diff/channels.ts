import { below } from '../model/report.js';
import { EVERYBODY, type Finding, type Findings, NOBODY } from './findings.js';
import { match } from './match.js';
import {
  addedMessage,
  asFinding,
  messageChanges,
  removedMessage,
  renamedMessage,
  whereOf,
} from './messages.js';
import { parameterFindings } from './parameters.js';
import { type Channel, type Message, shapeOf } from './parties.js';
import type { Roles } from './roles.js';
import { either, type Unit } from './schemas/difference.js';
import type { Explainer } from './schemas/explain.js';
import { docsChanges } from './schemas/explain-docs.js';
import type { Breaks } from './types.js';

/** A part of a message, and what those who are judged do with it. */
export interface UsedUnit {
  readonly unit: Unit;
  readonly roles: Breaks;
}

export interface ChannelContext {
  readonly findings: Findings;
  readonly roles: readonly [Roles, Roles];
  readonly explainer: Explainer;
}

/** A channel and its successor, all but how it is worked. */
export function compareChannels(o: Channel, n: Channel, context: ChannelContext): readonly UsedUnit[] {
  const { findings, roles } = context;
  const path = `channels.${n.model.name}`;
  const about = { path, old: o.written.origin, new: n.written.origin };
  const role = either(roles[0].ofChannel(o.model.id), roles[1].ofChannel(n.model.id));
  const add = (finding: Finding) => findings.add(finding, role);
  if (o.model.name !== n.model.name) {
    add({
      ...about,
      kind: 'channel-renamed',
      area: 'code',
      message: `was called ${o.model.name}: code that names it has to be changed`,
      before: o.model.name,
      after: n.model.name,
      breaksCode: true,
    });
  }
  for (const finding of addressFindings(o, n, path)) add(finding);
  for (const finding of parameterFindings(o, n, path)) add(finding);
  for (const found of docsChanges(o.model.docs, n.model.docs, whereOf(about))) add(asFinding(about)(found));
  return compareMessages(o, n, path, context);
}

/** A channel that only one of the documents has. */
export function onlyOne({ written, model }: Channel, isNew: boolean): readonly Finding[] {
  const path = `channels.${model.name}`;
  if (isNew) {
    const message = 'is a new channel';
    return [
      { path, new: written.origin, kind: 'channel-added', area: 'wire', message, after: model.address },
    ];
  }
  const gone = { path, old: written.origin, kind: 'channel-removed' } as const;
  return [
    {
      ...gone,
      area: 'wire',
      message: 'is gone: one side still uses an address that the other has left',
      before: model.address,
      breaks: EVERYBODY,
    },
    { ...gone, area: 'code', message: 'is gone: code that names it has to be changed', breaksCode: true },
  ];
}

function addressFindings(o: Channel, n: Channel, path: string): readonly Finding[] {
  const findings: Finding[] = [];
  const at = (name: string) => ({
    old: below(o.written.origin, name),
    new: below(n.written.origin, name),
  });
  const [before, after] = [o.model.address, n.model.address];
  if ((before === null ? before : shapeOf(before)) !== (after === null ? after : shapeOf(after))) {
    findings.push({
      ...at(o.written.redis?.channel === undefined ? 'address' : 'bindings'),
      path: `${path}.address`,
      kind: 'address-changed',
      area: 'wire',
      message: 'is another address: one side writes where the other does not read',
      before: before ?? 'only known at run time',
      after: after ?? 'only known at run time',
      breaks: EVERYBODY,
    });
  }
  if (o.model.transport !== n.model.transport) {
    findings.push({
      ...at('bindings'),
      path: `${path}.transport`,
      kind: 'transport-changed',
      area: 'wire',
      message: 'is another kind of transport: one side writes where the other does not read',
      before: o.model.transport,
      after: n.model.transport,
      breaks: EVERYBODY,
    });
  }
  return findings;
}

function compareMessages(
  o: Channel,
  n: Channel,
  path: string,
  { findings, roles, explainer }: ChannelContext,
): readonly UsedUnit[] {
  const oldRole = ({ written }: Message) => roles[0].ofMessage(o.model.id, written.id);
  const newRole = ({ written }: Message) => roles[1].ofMessage(n.model.id, written.id);
  const { pairs, removed, added } = match(o.messages, n.messages, [
    ({ written }) => written.id,
    ({ written: { name } }) => name,
    ({ model: { payload } }) => (payload.kind === 'ref' ? payload.name : undefined),
    // The only one that is left of each.
    () => 'last',
  ]);
  const handled = o.messages.length > 1 || n.messages.length > 1;
  for (const message of removed) {
    findings.add(removedMessage(message, path, n.messages.length === 0), oldRole(message));
    if (!handled) continue;
    const finding = {
      path: `${path}.messages.${message.model.name}`,
      old: message.written.origin,
      kind: 'message-removed',
      area: 'code',
      message: 'is gone: code that names it has to be changed',
      breaksCode: true,
    } as const;
    findings.add(finding, NOBODY);
  }
  for (const message of added) {
    findings.add(addedMessage(message, path, o.messages.length === 0), newRole(message));
  }
  return pairs.flatMap(([old, now]): readonly UsedUnit[] => {
    const role = either(oldRole(old), newRole(now));
    if (old.model.name !== now.model.name) {
      findings.add(renamedMessage(old, now, path, handled), NOBODY);
    }
    const changes = messageChanges(old, now, `${path}.messages.${now.model.name}`, explainer);
    for (const finding of changes.findings) findings.add(finding, role);
    return changes.units.map((unit) => ({ unit, roles: role }));
  });
}
