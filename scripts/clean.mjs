// Empties the package in the working directory of what was built, so that nothing stale is packed.
import { rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
