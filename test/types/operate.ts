/**
 * `fs-gen dead` loads `@fs-gen/runtime/operate` from the user's project, and describes it in its own words. The compiler
 * sees here that both mean the same.
 */
import * as operate from '@fs-gen/runtime/operate';
import type { Operate } from '../../generator/src/cli/dead/runtime.js';

export const sameShape: Operate = operate;
