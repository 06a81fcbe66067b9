// The judge is judged: pictures with known gaps, losses and repeats.
import assert from 'node:assert/strict';
import test from 'node:test';
import { ticksOf } from '../viewer/ticks.js';
import { judge } from './judge.js';

/** One picture each 40 ms from 1000 ms on. @param {number[]} frames */
const shown = (frames, channel = 1) => frames.map((frame, i) => ({ at: 1000 + 40 * i, channel, frame }));

test('a clean run has nothing to complain of', () => {
  assert.deepEqual(judge(shown([5, 6, 7, 8]), { to: 1160 }),
    { pictures: 4, lost: 0, repeated: 0, longestGapMs: 0, unreadable: 0, channels: [1] });
});

test('what was skipped is lost, what came again is repeated, once each', () => {
  const { lost, repeated } = judge(shown([5, 6, 9, 7, 10, 11]));
  assert.deepEqual({ lost, repeated }, { lost: 2, repeated: 1 });
});

test('a standing picture is a gap, also at the end and at the beginning', () => {
  const pictures = [{ at: 0, channel: 1, frame: 1 }, { at: 540, channel: 1, frame: 2 }];
  assert.equal(judge(pictures).longestGapMs, 500);
  assert.equal(judge(pictures, { from: 200 }).longestGapMs, 300);
  assert.equal(judge(pictures, { to: 2000 }).longestGapMs, 1420);
});

test('a card is no picture, and the source of each is told', () => {
  const all = [...shown([1, 2], 3), { at: 1080, channel: -1, frame: 0 }, { at: 3080, channel: 2, frame: 60 }];
  const verdict = judge(all);
  assert.deepEqual(verdict.channels, [3, 2]);
  assert.equal(verdict.unreadable, 1);
  assert.equal(verdict.longestGapMs, 2000);
});

test('ticks fall into the middle of each picture, whatever the animation frame did to its time', () => {
  const frames = [...Array(200).keys()];
  const wobbly = frames.map((frame) => ({ at: 1000 + Math.ceil(frame * 40 / 16.667) * 16.667, channel: 1, frame }));
  const ticks = ticksOf(wobbly, 1000 + 200 * 40, 25);
  assert.deepEqual(ticks.map(({ frame }) => frame), frames);
  const late = wobbly.map((picture) => ({ ...picture, at: picture.at + (picture.frame >= 100 ? 400 : 0) }));
  const standing = ticksOf(late, 1000 + 200 * 40 + 400, 25).filter(({ frame }) => frame === 99);
  assert.equal(standing.length, 11);
});
