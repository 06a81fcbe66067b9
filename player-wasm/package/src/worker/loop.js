// Calls the engine when something arrived (wake) or when its deadline has come. At most one call per task, so that what arrives
// meanwhile is not kept waiting.

/** Milliseconds since the Unix epoch on a clock that never goes back; the same for all threads of a page. */
export const monotonicNow = () => performance.timeOrigin + performance.now();

/** @param {() => number} iterate returns when it wants to be called again; negative: never */
export function createLoop(iterate) {
  let timer = 0;
  let awake = false;
  let stopped = false;
  // A task of its own at once; setTimeout would wait for 4 ms after a few in a row.
  const channel = new MessageChannel();
  channel.port1.onmessage = turn;

  function turn() {
    awake = false;
    clearTimeout(timer);
    if (stopped) return;
    const next = iterate();
    if (next < 0 || stopped) return;
    const wait = next - monotonicNow();
    if (wait <= 0) wake();
    else timer = setTimeout(turn, wait);
  }

  function wake() {
    if (awake || stopped) return;
    awake = true;
    channel.port2.postMessage(null);
  }

  return {
    wake,
    stop() {
      stopped = true;
      clearTimeout(timer);
      channel.port1.close();
    },
  };
}
