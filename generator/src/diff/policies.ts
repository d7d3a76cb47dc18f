import type { LoadedDocument, Origin } from '../document/types.js';
import { below } from '../model/report.js';
import { sameJson } from '../model/schemas/keywords.js';
import type { Finding } from './findings.js';
import type { Channel, Operation } from './parties.js';
import { type PolicyChange, policyChanges } from './policy/index.js';
import type { Contract } from './types.js';

type Contracts = readonly [Contract, Contract];

/** What publishers go by. */
export function channelPolicyFindings(o: Channel, n: Channel, contracts: Contracts): readonly Finding[] {
  return policyChanges(o.model.policy, n.model.policy).map((change) =>
    findingOf(change, `channels.${n.model.name}`, [
      placeOf(change, contracts[0].document, [o.written]),
      placeOf(change, contracts[1].document, [n.written]),
    ]),
  );
}

/** What workers go by; what was said of the channel already is not said again. */
export function operationPolicyFindings(
  o: Operation,
  n: Operation,
  contracts: Contracts,
): readonly Finding[] {
  if (o.model.action !== 'receive' || n.model.action !== 'receive') return [];
  const known = policyChanges(o.channel?.model.policy ?? {}, n.channel?.model.policy ?? {});
  const changes = policyChanges(o.model.policy, n.model.policy).filter(
    (change) => !known.some((each) => isSame(each, change)),
  );
  return changes.map((change) =>
    findingOf(change, `operations.${n.model.name}`, [
      placeOf(change, contracts[0].document, [o.written, o.channel?.written]),
      placeOf(change, contracts[1].document, [n.written, n.channel?.written]),
    ]),
  );
}

function isSame(one: PolicyChange, other: PolicyChange): boolean {
  return sameJson([one.field, one.before, one.after], [other.field, other.before, other.after]);
}

function findingOf(
  { field, before, after, breaks, reason }: PolicyChange,
  path: string,
  [old, now]: readonly [Origin, Origin],
): Finding {
  return {
    path: `${path}.${field.join('.')}`,
    kind: 'policy-changed',
    area: 'policy',
    message: `${changed(before, after)}: ${reason}`,
    before,
    after,
    breaks,
    old,
    new: now,
  };
}

function changed(before: unknown, after: unknown): string {
  const words = (value: unknown) => (value === undefined ? 'nothing' : wordsOf(value));
  return `goes from ${words(before)} to ${words(after)}`;
}

function wordsOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

type Carrier = Pick<Channel['written'], 'extensions' | 'origin'>;

/** Where the field is declared, the nearest place first; where it is not, whatever is nearest. */
function placeOf(
  { field }: PolicyChange,
  document: LoadedDocument,
  carriers: readonly (Carrier | undefined)[],
): Origin {
  const [section, name] = field;
  const root: Carrier = { extensions: document.extensions, origin: { file: document.file, pointer: '' } };
  const all = [...carriers.filter((each) => each !== undefined), root];
  for (const { extensions, origin } of all) {
    const declared = extensions[`x-fs-${section}`];
    if (declared === undefined || (name !== undefined && declared[name] === undefined)) continue;
    const path = name === undefined ? [] : [name];
    return below(origin, `x-fs-${section}`, ...path);
  }
  return all[0]?.origin ?? root.origin;
}
