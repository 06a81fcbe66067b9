// What a viewer got, from the changes that Screen saw. The C++ judge (tests/support/rig/judge.h) reads recordings of ticks; this
// one reads the changes themselves, where there is no recording.

/** @typedef {import('./screen.js').Shown} Shown */

/**
 * @param {Shown[]} shown
 * @param {{fps?: number, from?: number, to?: number}} [options] page times; what was on screen at `from` counts
 */
export function judge(shown, { fps = 25, from = -Infinity, to = Infinity } = {}) {
  const verdict = { pictures: 0, lost: 0, repeated: 0, longestGapMs: 0, unreadable: 0, channels: /** @type {number[]} */ ([]) };
  /** @type {Shown | undefined} */ let last;
  let highest = 0;
  const gap = (/** @type {number} */ until) => {
    if (last) verdict.longestGapMs = Math.max(verdict.longestGapMs, until - Math.max(last.at, from) - 1000 / fps);
  };
  const begin = Math.max(0, shown.findLastIndex(({ at }) => at <= from));
  for (const picture of shown.slice(begin)) {
    if (picture.at > to) break;
    if (picture.channel < 0) {
      verdict.unreadable += 1;
      continue;
    }
    if (verdict.channels.at(-1) !== picture.channel) verdict.channels.push(picture.channel);
    if (last?.frame === picture.frame) continue;
    gap(picture.at);
    if (last) {
      verdict.lost += Math.max(0, picture.frame - highest - 1);
      verdict.repeated += picture.frame <= highest ? 1 : 0;
    }
    highest = last ? Math.max(highest, picture.frame) : picture.frame;
    last = picture;
    verdict.pictures += 1;
  }
  if (Number.isFinite(to)) gap(to);
  return verdict;
}
