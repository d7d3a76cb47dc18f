// The templates live at the top of the repository; npm packs only what is inside a package.
import { cpSync, rmSync } from 'node:fs';

const from = new URL('../templates/', import.meta.url);
const to = new URL('../generator/dist/templates/', import.meta.url);
rmSync(to, { recursive: true, force: true });
cpSync(from, to, { recursive: true });
