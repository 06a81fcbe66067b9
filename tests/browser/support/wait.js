// Waiting for conditions, never for time: a deadline is where a test gives up, and is generous.

/**
 * @template T
 * @param {string} what for the message when it was in vain
 * @param {number} deadlineMs
 * @param {() => T | Promise<T>} condition polled until it gives something true
 * @returns {Promise<T>}
 */
export async function waitFor(what, deadlineMs, condition) {
  const until = performance.now() + deadlineMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > until) throw new Error(`waited ${deadlineMs} ms in vain for ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 25); });
  }
}
