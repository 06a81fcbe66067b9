// The files that the failover bench reads, written from what a page saw and heard: the same kinds as the desktop player's.
import { open } from 'node:fs/promises';
import { paintStrip } from '../support/strip.js';
import { toNs } from './clock.js';

const SMALL = { width: 64, height: 48 };

/**
 * A y4m of small pictures with nothing in them but the strip that was read.
 * @param {string} path
 * @param {import('../support/screen.js').Shown[]} ticks
 * @param {number} fps
 * @param {{zeroNs: bigint}} clock
 */
export async function writeY4m(path, ticks, fps, clock) {
  const file = await open(path, 'w');
  await file.write(`YUV4MPEG2 W${SMALL.width} H${SMALL.height} F${fps}:1 Ip A1:1 C420jpeg\n`);
  const picture = new Uint8Array(SMALL.width * SMALL.height * 3 / 2);
  for (const tick of ticks) {
    picture.fill(128);
    if (tick.channel >= 0) paintStrip(picture, SMALL, tick);
    await file.write(`FRAME XT${toNs(clock, tick.at)} X${tick.channel >= 0 ? 'F' : 'C'}\n`);
    await file.write(picture);
  }
  await file.close();
}

/**
 * @param {string} path
 * @param {{rate: number, startMs: number, samples: string}} sound 16 bit samples of one channel in base64
 * @param {{zeroNs: bigint}} clock
 */
export async function writeWav(path, { rate, startMs, samples }, clock) {
  const data = Buffer.from(samples, 'base64');
  const comment = Buffer.alloc(48);
  comment.write(`start_monotonic_ns=${toNs(clock, startMs)}`);
  const header = Buffer.alloc(36 + 20 + comment.length + 8);
  let at = 0;
  const text = (/** @type {string} */ value) => { at += header.write(value, at, 'latin1'); };
  const u32 = (/** @type {number} */ value) => { at = header.writeUInt32LE(value, at); };
  const u16 = (/** @type {number} */ value) => { at = header.writeUInt16LE(value, at); };
  text('RIFF'); u32(header.length - 8 + data.length); text('WAVEfmt '); u32(16);
  u16(1); u16(1); u32(rate); u32(rate * 2); u16(2); u16(16);
  text('LIST'); u32(12 + comment.length); text('INFOICMT'); u32(comment.length);
  at += comment.copy(header, at);
  text('data'); u32(data.length);
  const file = await open(path, 'w');
  await file.write(header);
  await file.write(data);
  await file.close();
}

/**
 * @param {string} path
 * @param {number[]} presented page times
 * @param {{zeroNs: bigint}} clock
 */
export async function writeFrames(path, presented, clock) {
  const file = await open(path, 'w');
  await file.write(`monotonic_ns\n${presented.map((at) => `${toNs(clock, at)}\n`).join('')}`);
  await file.close();
}
