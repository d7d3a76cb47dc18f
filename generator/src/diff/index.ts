import { sameJson } from '../model/schemas/keywords.js';
import { compareChannels, onlyOne, type UsedUnit } from './channels.js';
import { EVERYBODY, Findings, NOBODY } from './findings.js';
import { onlyOneOperation, operationFindings } from './operations.js';
import { partiesOf } from './parties.js';
import { channelPolicyFindings, operationPolicyFindings } from './policies.js';
import { type Judged, Roles, roleOf, swapped } from './roles.js';
import { either } from './schemas/difference.js';
import { Explainer, type SchemaSet } from './schemas/explain.js';
import type { Breaks, Change, Contract } from './types.js';
import { typeFindings } from './types-of-code.js';

/**
 * What has changed from one contract to the next, and whom it breaks.
 *
 * @param judged whose move to the new document decides how bad a change is, the others staying with the old one
 */
export function diffContracts(before: Contract, after: Contract, judged: Judged): readonly Change[] {
  const findings = new Findings(before, after);
  const roles = [new Roles(before.document, judged), new Roles(after.document, judged)] as const;
  const explainer = new Explainer(schemasOf(before), schemasOf(after));
  const parties = partiesOf(before, after);
  const { channels, operations } = parties;
  const contracts = [before, after] as const;

  compareInfo(before, after, findings);
  const used: UsedUnit[] = [];
  for (const [old, now] of channels.pairs) {
    const role = either(roles[0].ofChannel(old.model.id), roles[1].ofChannel(now.model.id));
    used.push(...compareChannels(old, now, { findings, roles, explainer }));
    for (const finding of channelPolicyFindings(old, now, contracts)) findings.add(finding, role);
  }
  for (const channel of channels.removed) {
    for (const finding of onlyOne(channel, false))
      findings.add(finding, roles[0].ofChannel(channel.model.id));
  }
  for (const channel of channels.added) {
    for (const finding of onlyOne(channel, true)) findings.add(finding, NOBODY);
  }
  const roleIn = (action: 'send' | 'receive') => (judged === 'both' ? EVERYBODY : roleOf(action));
  for (const [old, now] of operations.pairs) {
    const role = either(roleIn(old.model.action), roleIn(now.model.action));
    for (const finding of operationFindings(old, now, parties)) {
      // A reply goes the other way.
      findings.add(finding, finding.kind === 'reply-changed' ? swapped(role) : role);
    }
    for (const finding of operationPolicyFindings(old, now, contracts)) findings.add(finding, role);
  }
  for (const operation of operations.removed) {
    for (const finding of onlyOneOperation(operation, false)) {
      findings.add(finding, roleIn(operation.model.action));
    }
  }
  for (const operation of operations.added) {
    for (const finding of onlyOneOperation(operation, true)) findings.add(finding, NOBODY);
  }
  addSchemas(used, explainer, findings);
  for (const finding of typeFindings(before, after, explainer.successions)) findings.add(finding, NOBODY);
  return findings.list();
}

function schemasOf({ built }: Contract): SchemaSet {
  return { named: built.model.schemas, written: built.places.schemas };
}

/** Named schemas are explained once; those who are judged use them wherever a message leads to them. */
function addSchemas(used: readonly UsedUnit[], explainer: Explainer, findings: Findings): void {
  const known = new Map<string, Breaks>();
  const open = used.map(({ unit, roles }) => ({ unit, roles }));
  for (const { unit, roles } of open) {
    for (const difference of unit.differences) findings.addDifference(difference, roles);
    for (const key of unit.uses) {
      const next = explainer.units.get(key);
      const so = known.get(key);
      const now = either(so ?? NOBODY, roles);
      if (next === undefined || (so !== undefined && sameJson(so, now))) continue;
      known.set(key, now);
      open.push({ unit: next, roles: now });
    }
  }
}

function compareInfo(before: Contract, after: Contract, findings: Findings): void {
  for (const field of ['title', 'version', 'description'] as const) {
    const [one, other] = [before.document[field], after.document[field]];
    if (one === other) continue;
    findings.add(
      {
        path: `info.${field}`,
        kind: 'info-changed',
        area: 'documentation',
        message: 'has changed',
        before: one,
        after: other,
        old: { file: before.document.file, pointer: `/info/${field}` },
        new: { file: after.document.file, pointer: `/info/${field}` },
      },
      NOBODY,
    );
  }
}
