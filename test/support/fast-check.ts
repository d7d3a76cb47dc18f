/**
 * Run before every test file. A check that decides whether a change goes in has to decide the same each time, so there
 * the seed is fixed; everywhere else it is drawn anew, and what is found is printed with its seed.
 */
import fc from 'fast-check';

if (process.env.CI !== undefined) fc.configureGlobal({ seed: 20_251_117 });
