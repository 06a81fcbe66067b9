// What the canvas shows: known colours in every matrix and range, from VideoFrames and from planes, with WebGL2, with 2D, and by hand.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openLab } from './lab.js';
import { ffmpeg, packetsOf } from './media.js';

/** Four columns; a coder, a decoder and 4:2:0 are between what is asked for and what is read back. */
const colours = [[255, 255, 255], [200, 30, 40], [20, 180, 60], [40, 50, 210]];
/** Chromium's own conversion without a GPU is up to 9 off for BT.709. A wrong matrix is 22 off, a wrong range 12 and more in all. */
const toleranceOf = (/** @type {boolean} */ ours) => (ours ? 4 : 10);
const kinds = [
  { name: 'bt601, limited', matrix: 'smpte170m', number: 601, range: 'tv', size: '640x360' },
  { name: 'bt709, limited', matrix: 'bt709', number: 709, range: 'tv', size: '640x360' },
  { name: 'bt709, full', matrix: 'bt709', number: 709, range: 'pc', size: '640x360' },
  { name: 'bt601, full', matrix: 'smpte170m', number: 601, range: 'pc', size: '640x360' },
  { name: 'bt601 in HD', matrix: 'smpte170m', number: 601, range: 'tv', size: '1280x720' },
];
const unsaid = [
  { name: 'nothing said, small', number: 601, size: '640x360' },
  { name: 'nothing said, 720 lines', number: 709, size: '1280x720' },
  { name: 'only the matrix said', number: 709, matrixOnly: 'bt709', size: '640x360' },
  { name: 'only the range said', number: 601, range: 'pc', rangeOnly: true, size: '640x360' },
];

/** @type {Awaited<ReturnType<typeof openLab>>} */
let lab;
/** @type {import('playwright-core').Worker} */
let worker;

/** @param {{name: string, number: number, size: string, matrix?: string, range?: string,
 *   matrixOnly?: string, rangeOnly?: boolean}} kind */
function make({ name, number, size, matrix, range = 'tv', matrixOnly, rangeOnly }) {
  const [width, height] = size.split('x').map(Number);
  const bars = colours.map(([r, g, b], i) => `drawbox=x=${(i * width) / 4}:y=0:w=${width / 4}:h=${height}:t=fill:color=0x${[r, g, b]
    .map((value) => value.toString(16).padStart(2, '0')).join('')}`).join(',');
  const out = number === 601 ? 'bt601' : 'bt709';
  const file = join(lab.folder, `${name}.ts`);
  const part = matrixOnly ? [`colormatrix=${matrixOnly}`] : rangeOnly ? [`fullrange=${range === 'pc' ? 'on' : 'off'}`] : [];
  const said = matrix ? [`colorprim=bt709:transfer=bt709:colormatrix=${matrix}:fullrange=${range === 'pc' ? 'on' : 'off'}`] : part;
  const raw = ffmpeg('-f', 'lavfi', '-i', `color=c=black:size=${size}:rate=10:duration=0.3,format=gbrp,${bars},`
    + `scale=out_color_matrix=${out}:out_range=${range},format=yuv420p`, '-f', 'rawvideo', '-');
  // Through raw pictures, so that nothing but `said` tells the decoder what the numbers mean.
  return { file, raw, size, said, name };
}

before(async () => {
  lab = await openLab({ args: ['--enable-unsafe-swiftshader'] });
  const { execFileSync } = await import('node:child_process');
  for (const kind of [...kinds, ...unsaid]) {
    const { file, raw, size, said, name } = make(kind);
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', size, '-r', '10', '-i', '-', '-c:v', 'libx264',
      '-qp', '8', ...(said.length > 0 ? ['-x264-params', said[0]] : []), file], { input: raw });
    lab.media.set(name.replaceAll(/[ ,]/g, ''), packetsOf(file, 'v'));
  }
  worker = await lab.worker();
});
after(() => lab?.close());

/** @param {number[][]} seen @param {string} what @param {number} tolerance */
function assertColours(seen, what, tolerance) {
  assert.equal(seen.length, colours.length);
  seen.forEach((pixel, i) => pixel.forEach((value, channel) =>
    assert.ok(Math.abs(value - colours[i][channel]) <= tolerance, `${what}: ${JSON.stringify(seen)}, wanted ${JSON.stringify(colours)}`)));
}

for (const mode of /** @type {const} */ (['webcodecs', 'software'])) {
  for (const renderer of ['webgl2', '2d', 'by hand']) {
    if (mode === 'webcodecs' && renderer === 'by hand') continue; // where there is no VideoFrame there is no decoder of the browser
    describe(`${mode}, ${renderer}`, () => {
      for (const { name } of [...kinds, ...unsaid]) {
        test(name, async () => {
          const { seen, kind, corner } = await worker.evaluate(async ({ mode, renderer, name }) => {
            const media = await lab.load(name);
            const session = lab.create(mode);
            session.openVideo(1, media);
            const canvas = new OffscreenCanvas(16, 16);
            const screen = lab.createRenderer(canvas, { prefer2d: renderer !== 'webgl2' });
            screen.resize(media.width, media.height);
            const { VideoFrame } = self;
            if (renderer === 'by hand') delete self.VideoFrame;
            /** @type {number[][][]} */
            let rows = [];
            try {
              await session.decodeAll(1, 1, media.packets, async (picture, about) => {
                await screen.draw(picture, about);
                const copy = new OffscreenCanvas(media.width, media.height);
                const context = copy.getContext('2d');
                context.drawImage(canvas, 0, 0);
                rows = [0.5, 0.02].map((y) => [0, 1, 2, 3].map((i) =>
                  [...context.getImageData(((i + 0.5) * media.width) / 4, Math.floor(y * media.height), 1, 1).data.slice(0, 3)]));
              });
            } finally {
              self.VideoFrame = VideoFrame;
            }
            const { kind } = screen;
            screen.close();
            return { seen: rows[0], corner: rows[1], kind };
          }, { mode, renderer, name: name.replaceAll(/[ ,]/g, '') });
          assert.equal(kind, renderer === 'webgl2' ? 'webgl2' : '2d');
          const tolerance = toleranceOf(renderer !== '2d');
          assertColours(seen, 'middle', tolerance);
          assertColours(corner, 'top', tolerance);
        });
      }
    });
  }
}

test('up is up', async () => {
  const seen = await worker.evaluate(() => {
    const plane = (rows) => Uint8Array.from({ length: 64 * rows }, (_, i) => (i < 32 * rows ? 235 : 16));
    const picture = { kind: 'planes', y: plane(64), u: new Uint8Array(64 * 32).fill(128), v: new Uint8Array(64 * 32).fill(128),
      strides: [64, 64, 64], width: 60, height: 64, matrix: 709, fullRange: false };
    const results = [];
    for (const prefer2d of [false, true]) {
      const canvas = new OffscreenCanvas(60, 64);
      const screen = lab.createRenderer(canvas, { prefer2d });
      screen.draw(picture);
      const copy = new OffscreenCanvas(60, 64).getContext('2d');
      copy.drawImage(canvas, 0, 0);
      results.push([copy.getImageData(58, 5, 1, 1).data[0], copy.getImageData(58, 60, 1, 1).data[0]]);
      screen.clear();
      copy.drawImage(canvas, 0, 0);
      results.push([...copy.getImageData(30, 5, 1, 1).data]);
      screen.close();
    }
    return results;
  });
  assert.deepEqual(seen, [[255, 0], [0, 0, 0, 255], [255, 0], [0, 0, 0, 255]]);
});

test('a lost WebGL context comes back and draws again', { timeout: 60_000 }, async () => {
  const seen = await worker.evaluate(async () => {
    const canvas = new OffscreenCanvas(64, 64);
    const screen = lab.createRenderer(canvas);
    const grey = (level) => ({ kind: 'planes', y: new Uint8Array(64 * 64).fill(level), u: new Uint8Array(32 * 32).fill(128),
      v: new Uint8Array(32 * 32).fill(128), strides: [64, 32, 32], width: 64, height: 64, matrix: 709, fullRange: true });
    const read = () => {
      const copy = new OffscreenCanvas(64, 64).getContext('2d');
      copy.drawImage(canvas, 0, 0);
      return copy.getImageData(9, 9, 1, 1).data[0];
    };
    screen.draw(grey(90));
    const first = read();
    const context = canvas.getContext('webgl2').getExtension('WEBGL_lose_context');
    const happened = (name) => new Promise((resolve) => { canvas.addEventListener(name, () => resolve(0), { once: true }); });
    const lost = happened('webglcontextlost');
    context.loseContext();
    screen.draw(grey(1)); // between the loss and its event
    await lost;
    await new Promise((resolve) => { setTimeout(resolve, 0); }); // the event is over only after all who listen
    screen.draw(grey(2));
    screen.clear();
    const restored = happened('webglcontextrestored');
    context.restoreContext();
    await restored;
    screen.draw(grey(150));
    return [first, read()];
  });
  assert.deepEqual(seen, [90, 150]);
});
