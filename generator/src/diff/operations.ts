import { below } from '../model/report.js';
import { EVERYBODY, type Finding, NOBODY } from './findings.js';
import { asFinding, whereOf } from './messages.js';
import type { Operation, Parties } from './parties.js';
import { docsChanges } from './schemas/explain-docs.js';
import type { Breaks } from './types.js';

/** An operation that only one of the documents has. */
export function onlyOneOperation(operation: Operation, isNew: boolean): readonly Finding[] {
  const { model } = operation;
  const path = `operations.${model.name}`;
  const receives = model.action === 'receive';
  const at = originOf(operation);
  if (isNew) {
    const message = receives
      ? 'is new: the application has to handle it, and the compiler says where'
      : 'is new: more is sent than was';
    return [{ path, new: at, kind: 'operation-added', area: 'wire', message, after: model.action }];
  }
  const gone = { path, old: at, kind: 'operation-removed', before: model.action } as const;
  return [
    {
      ...gone,
      area: 'wire',
      message: receives
        ? 'is gone: nobody works what is still sent'
        : 'is gone: who waits for what it sent waits in vain',
      breaks: { sending: !receives, receiving: receives },
    },
    { ...gone, area: 'code', message: 'is gone: code that names it has to be changed', breaksCode: true },
  ];
}

/** An operation and its successor, all but how it is worked. */
export function operationFindings(o: Operation, n: Operation, parties: Parties): readonly Finding[] {
  const path = `operations.${n.model.name}`;
  const about = { path, old: originOf(o), new: originOf(n) };
  const findings: Finding[] = [];
  if (o.model.name !== n.model.name) {
    findings.push({
      ...about,
      kind: 'operation-renamed',
      area: 'code',
      message: `was called ${o.model.name}: code that names it has to be changed`,
      before: o.model.name,
      after: n.model.name,
      breaksCode: true,
    });
  }
  const field = (name: string) => ({
    path: `${path}.${name}`,
    old: about.old && below(about.old, name),
    new: about.new && below(about.new, name),
  });
  if (o.model.action !== n.model.action) {
    findings.push({
      ...field('action'),
      kind: 'direction-changed',
      area: 'wire',
      message: 'goes the other way now: who sent receives, and who received sends',
      before: o.model.action,
      after: n.model.action,
      breaks: EVERYBODY,
    });
  }
  const [from, to] = [o.channel?.model.id ?? '', n.channel?.model.id ?? ''];
  if (from !== parties.formerId(to)) {
    findings.push({
      ...field('channel'),
      kind: 'address-changed',
      area: 'wire',
      message: 'uses another channel: one side writes where the other does not read',
      before: o.model.channel,
      after: n.model.channel,
      breaks: EVERYBODY,
    });
  } else findings.push(...listFindings(o, n, field('messages')));
  findings.push(...replyFindings(o, n, parties, field('reply')));
  findings.push(...docsChanges(o.model.docs, n.model.docs, whereOf(about)).map(asFinding(about)));
  return findings;
}

type About = Pick<Finding, 'path' | 'old' | 'new'>;

function originOf({ written, channel }: Operation) {
  return written?.origin ?? channel?.written.origin;
}

/** Messages that the channel has in both documents, and the operation in one. */
function listFindings(o: Operation, n: Operation, about: About): readonly Finding[] {
  const inChannel = ({ channel }: Operation, name: string) =>
    channel?.model.messages.some((message) => message.name === name) ?? false;
  const missing = (from: Operation, than: Operation) =>
    from.model.messages.filter((name) => !than.model.messages.includes(name) && inChannel(than, name));
  return [
    ...missing(n, o).map(
      (name): Finding => ({
        ...about,
        kind: 'message-added',
        area: 'wire',
        message: `has ${name} too, which it did not`,
        after: name,
        breaks: { sending: true, receiving: false },
      }),
    ),
    ...missing(o, n).map(
      (name): Finding => ({
        ...about,
        kind: 'message-removed',
        area: 'wire',
        message: `does not have ${name} any more`,
        before: name,
        breaks: { sending: false, receiving: true },
      }),
    ),
  ];
}

function replyFindings(o: Operation, n: Operation, { formerId }: Parties, about: About): readonly Finding[] {
  const [before, after] = [o.written?.reply, n.written?.reply];
  if (before === undefined && after === undefined) return [];
  const say = (message: string, breaks: Breaks): readonly Finding[] => [
    {
      ...about,
      kind: 'reply-changed',
      area: 'wire',
      message,
      before: before?.channelId,
      after: after?.channelId,
      breaks,
    },
  ];
  if (before === undefined) return say('is answered now, which it was not', NOBODY);
  if (after === undefined) return say('is not answered any more: who asks waits in vain', EVERYBODY);
  if (before.channelId !== (after.channelId === undefined ? undefined : formerId(after.channelId))) {
    return say('is answered on another channel: one side writes where the other does not read', EVERYBODY);
  }
  const added = after.messageIds.some((id) => !before.messageIds.includes(id));
  const removed = before.messageIds.some((id) => !after.messageIds.includes(id));
  if (!added && !removed) return [];
  return say('is answered with other messages', { sending: added, receiving: removed });
}
