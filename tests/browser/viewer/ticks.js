// What was on the screen, tick by tick, as the desktop player's --vo y4m records it: one tick per picture of the content,
// in the middle of a picture's time, following the phase of the pictures slowly. So one judge reads both.

const PHASE_GAIN = 16; // a sixteenth of the error is corrected at each picture …
const MAX_PHASE_STEP = 100; // … but at most a hundredth of a period

/**
 * @param {import('../support/screen.js').Shown[]} shown
 * @param {number} endMs
 * @param {number} fps
 * @returns {import('../support/screen.js').Shown[]}
 */
export function ticksOf(shown, endMs, fps) {
  const period = 1000 / fps;
  const first = shown.findIndex(({ channel }) => channel >= 0);
  if (first < 0) return [];
  /** @type {import('../support/screen.js').Shown[]} */ const ticks = [];
  let next = shown[first].at + period / 2;
  let current = shown[first];
  const tick = (/** @type {number} */ until) => {
    for (; next <= until; next += period) ticks.push({ ...current, at: next });
  };
  for (const change of shown.slice(first + 1)) {
    tick(change.at);
    current = change;
    if (change.channel < 0) continue;
    const error = change.at - (next - period / 2);
    next += Math.max(-period / MAX_PHASE_STEP, Math.min(period / MAX_PHASE_STEP, error / PHASE_GAIN));
  }
  tick(endMs);
  return ticks;
}
