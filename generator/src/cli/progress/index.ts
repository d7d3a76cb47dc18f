import type { Console } from '../console.js';

/** Milliseconds after which somebody who waits wants to know for what. */
const PATIENCE = 1_000;

/** On a screen, one line that says what is going on, once it takes long; it is gone when the work has ended. */
export async function showProgress(what: string, work: Promise<unknown>, terminal: Console): Promise<void> {
  const { screen } = terminal;
  if (screen === undefined) return;
  const started = performance.now();
  let clear = () => {};
  const show = async () => {
    const { createLogUpdate } = await import('log-update');
    const line = createLogUpdate(screen as NodeJS.WriteStream);
    const tell = () => line(`${what} … ${Math.floor((performance.now() - started) / 1_000)} s`);
    tell();
    const ticks = setInterval(tell, 1_000);
    clear = () => {
      clearInterval(ticks);
      line.clear();
      line.done();
    };
  };
  let shown: Promise<void> | undefined;
  const patience = setTimeout(() => {
    shown = show();
  }, PATIENCE);
  await work.catch(() => undefined);
  clearTimeout(patience);
  await shown;
  clear();
}
