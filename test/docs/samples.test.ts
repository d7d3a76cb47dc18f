import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Sample {
  readonly doc: string;
  /** Where the reader is told to put it; its imports are relative to that place. */
  readonly file: string;
  readonly code: string;
}

/** TypeScript blocks, each under a comment that says as which file it is compiled. */
function samples(): Sample[] {
  const docs = [
    'README.md',
    ...readdirSync(join(ROOT, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ];
  return docs.flatMap((doc) => {
    const text = readFileSync(join(ROOT, doc), 'utf8');
    const blocks = [...text.matchAll(/(?:<!-- compiled: (\S+) -->\n)?```ts\n([\s\S]*?)```/g)];
    return blocks.map(([, file, code]) => {
      if (file === undefined || code === undefined)
        throw new Error(`${doc} has a TypeScript block that is not compiled`);
      return { doc, file, code };
    });
  });
}

describe('code in the documentation', () => {
  const written = samples();
  // In a folder beside the files that the samples import, so that their imports are as the reader writes them.
  const place = ({ file }: Sample) => join(ROOT, file);
  afterAll(() => {
    for (const sample of written) rmSync(place(sample), { force: true });
  });

  it('compiles', () => {
    expect(written.length).toBeGreaterThan(6);
    for (const sample of written) {
      mkdirSync(dirname(place(sample)), { recursive: true });
      writeFileSync(place(sample), sample.code);
    }
    const project = join(ROOT, 'examples/chat/.samples.tsconfig.json');
    writeFileSync(
      project,
      JSON.stringify({ extends: '../../tsconfig.json', files: written.map(place), include: [] }),
    );
    try {
      const tsc = spawnSync(
        process.execPath,
        [join(ROOT, 'node_modules/typescript7/bin/tsc'), '-p', project],
        { encoding: 'utf8' },
      );
      expect(tsc.stdout).toBe('');
      expect(tsc.status).toBe(0);
    } finally {
      rmSync(project, { force: true });
    }
  });
});
