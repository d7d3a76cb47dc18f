/** `--chart x.png` loads this library from the user's project, and describes it in its own words. */
import * as resvg from '@resvg/resvg-js';
import type { Resvg } from '../../generator/src/cli/plan/png.js';

export const sameShape: Resvg = resvg;
