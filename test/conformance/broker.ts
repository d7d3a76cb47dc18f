/** What every broker must do: the sentences of `Broker`, `Consumer` and `Coordination` in types.ts, one by one. */
import { afterAll, beforeAll, beforeEach, describe, vi } from 'vitest';
import { watchResources } from '../support/leaks.js';
import { appendingCases } from './appending.js';
import { backlogCases } from './backlog.js';
import { Bench, type Subject, TEST_LIMIT } from './bench.js';
import { coordinationCases } from './coordination.js';
import { deletedCases } from './deleted.js';
import { givingUpCases } from './giving-up.js';
import { groupCases } from './group.js';
import { lifecycleCases } from './lifecycle.js';
import { ownerCases } from './owners.js';
import { permitCases } from './permits.js';
import { readingCases } from './reading.js';
import { settlingCases } from './settling.js';
import { spreadingCases } from './spreading.js';
import { strandedCases } from './stranded.js';
import { takeOverCases } from './take-over.js';
import { takingCases } from './taking.js';
import { tidyingCases } from './tidying.js';

export function brokerConformance(name: string, makeSubject: () => Promise<Subject> | Subject): void {
  vi.setConfig({ testTimeout: TEST_LIMIT });
  describe(`broker conformance: ${name}`, () => {
    let subject: Subject | undefined;
    let bench: Bench | undefined;
    let noLeaks: (() => Promise<void>) | undefined;
    beforeAll(async () => {
      noLeaks = watchResources();
      subject = await makeSubject();
      await subject.broker.start();
    });
    afterAll(async () => {
      await subject?.close();
      await noLeaks?.();
    });
    beforeEach(() => {
      if (subject !== undefined) bench = new Bench(subject);
    });
    const current = (): Bench => {
      if (bench === undefined) throw new Error('there is a bench only while a test runs');
      return bench;
    };
    appendingCases(current);
    groupCases(current);
    readingCases(current);
    strandedCases(current);
    settlingCases(current);
    givingUpCases(current);
    takeOverCases(current);
    tidyingCases(current);
    backlogCases(current);
    deletedCases(current);
    takingCases(current);
    ownerCases(current);
    coordinationCases(current);
    permitCases(current);
    spreadingCases(current);
    lifecycleCases(current);
  });
}
