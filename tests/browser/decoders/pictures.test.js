// Every picture of real streams, through the browser's decoder and through FFmpeg's: in order, with its own time stamp, and equal
// to what ffmpeg decodes natively.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openLab } from './lab.js';
import { ffmpeg, lumaOf, packetsOf } from './media.js';

/** @type {Awaited<ReturnType<typeof openLab>>} */
let lab;
/** What ffmpeg sees, by name. @type {Map<string, string[]>} */
const judged = new Map();

const source = (/** @type {string} */ size, /** @type {number} */ seconds) =>
  ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=30:duration=${seconds},noise=alls=12:allf=t`, '-pix_fmt', 'yuv420p'];
const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '30', '-b:v', '900k'];

/** @param {string} name @param {string[]} options */
function make(name, ...options) {
  const file = join(lab.folder, name);
  ffmpeg(...options, file);
  const media = packetsOf(file, 'v');
  lab.media.set(name, media);
  const luma = lumaOf(file);
  const size = media.width * media.height;
  judged.set(name, Array.from({ length: luma.length / size }, (_, i) =>
    createHash('sha1').update(luma.subarray(i * size, (i + 1) * size)).digest('hex')));
}

before(async () => {
  lab = await openLab();
  make('b.ts', ...source('640x360', 3), ...h264, '-bf', '3');
  make('plain.ts', ...source('640x360', 2), ...h264, '-bf', '0');
  make('b.mp4', '-i', join(lab.folder, 'b.ts'), '-c', 'copy');
  make('odd.ts', ...source('426x242', 1), ...h264, '-vf', 'setsar=4/3');
});
after(() => lab?.close());

/** @param {string} name */
const timesInOrder = (name) => (lab.media.get(name)?.packets ?? []).map(({ time }) => time).sort((a, b) => a - b);

for (const mode of ['webcodecs', 'software']) {
  describe(mode, () => {
    for (const name of ['b.ts', 'plain.ts', 'b.mp4', 'odd.ts']) {
      test(`${name}: every picture, in order, with its time stamp, bit for bit`, async () => {
        const worker = await lab.worker();
        const result = await worker.evaluate(async ({ name, mode }) => {
          const media = await lab.load(name);
          const session = lab.create(mode);
          session.openVideo(1, media);
          const seen = await session.decodeAll(1, 1, media.packets, lab.lumaDigest);
          const { backend, openPictures } = session.decoders;
          session.videoClose(1);
          session.decoders.close();
          return { seen, backend, openPictures, told: session.told };
        }, { name, mode });
        assert.deepEqual(result.seen.map(({ time }) => time), timesInOrder(name));
        assert.deepEqual(result.seen.map(({ look }) => look), judged.get(name));
        assert.equal(result.backend, mode);
        assert.equal(result.openPictures, 0);
        assert.ok(result.seen.every(({ generation, flags, decoder }) => generation === 1 && flags === 0 && decoder === 1));
        const { sarNum, sarDen } = result.seen[0];
        assert.equal(`${sarNum}:${sarDen}`, name === 'odd.ts' ? '4:3' : '1:1');
        await worker.evaluate(() => self.close());
      });
    }
  });
}
