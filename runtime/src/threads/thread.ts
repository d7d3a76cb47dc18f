/** What a thread of the pool runs. */
// Awaited on purpose: the pool's library tries `require` first, and would get a second copy of every module where a
// loader makes that possible. A module that awaits at its top can only be imported.
const { runCall } = await import('./run.js');

export default runCall;
