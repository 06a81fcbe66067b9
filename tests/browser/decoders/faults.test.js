// What goes wrong: resets, damaged packets, browsers that refuse, decoders that die or fall silent, files that do not load.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openLab } from './lab.js';
import { ffmpeg, packetsOf } from './media.js';

/** @type {Awaited<ReturnType<typeof openLab>>} */
let lab;
/** @type {import('playwright-core').Worker} */
let worker;

before(async () => {
  lab = await openLab();
  const file = join(lab.folder, 'a.ts');
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30:duration=4', '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'veryfast',
    '-g', '30', '-bf', '2', file);
  lab.media.set('a', packetsOf(file, 'v'));
  const open = join(lab.folder, 'open.ts');
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30:duration=4', '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'veryfast',
    '-g', '30', '-bf', '2', '-x264-params', 'open-gop=1:keyint=30:min-keyint=30', open);
  lab.media.set('open', packetsOf(open, 'v'));
  const deep = join(lab.folder, 'deep.mp4');
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30:duration=0.5', '-pix_fmt', 'yuv422p10le', '-c:v', 'libx264', deep);
  lab.media.set('deep', packetsOf(deep, 'v'));
  worker = await lab.worker();
});
after(() => lab?.close());

for (const mode of /** @type {const} */ (['webcodecs', 'software'])) {
  describe(mode, () => {
    test('a reset drops what is held, and what comes after it is of the new generation', async () => {
      const { after, before, open, errors, expected } = await worker.evaluate(async (mode) => {
        const media = await lab.load('a');
        const session = lab.create(mode);
        session.openVideo(1, media);
        for (const packet of media.packets.slice(0, 20)) session.sendVideo(1, 1, packet);
        await session.until(() => session.told.pictures.length >= 3);
        session.videoReset(1, 2);
        const before = session.told.pictures.length;
        const old = session.told.pictures.map(({ picture }) => picture);
        const after = await session.decodeAll(1, 2, media.packets.slice(60), () => 0);
        old.forEach(session.pictureRelease);
        return { before, after, open: session.decoders.openPictures, errors: session.told.errors,
          expected: media.packets.slice(60).map(({ time }) => time).sort((a, b) => a - b) };
      }, mode);
      assert.deepEqual(after.map(({ time }) => time), expected);
      assert.ok(after.every(({ generation }) => generation === 2));
      assert.ok(before >= 3);
      assert.equal(open, 0);
      assert.deepEqual(errors, []);
    });

    test('many resets in a row, in the middle of everything, leave no picture behind', async () => {
      const { open, generations, errors } = await worker.evaluate(async (mode) => {
        const media = await lab.load('a');
        const session = lab.create(mode);
        session.openVideo(1, media);
        for (let generation = 1; generation <= 40; generation += 1) {
          const start = 30 * (generation % 4);
          for (const packet of media.packets.slice(start, start + 1 + (generation % 7))) session.sendVideo(1, generation, packet);
          if (generation % 3 === 0) {
            const count = session.told.pictures.length;
            session.videoDrain(1, generation);
            await session.until(() => session.told.pictures.length > count);
          }
          session.videoReset(1, generation + 1);
        }
        await session.decodeAll(1, 41, media.packets.slice(90), () => 0);
        for (const { picture } of session.told.pictures) session.pictureRelease(picture);
        session.videoClose(1);
        return { open: session.decoders.openPictures, errors: session.told.errors, generations: session.told.pictures.map(({ generation }) => generation) };
      }, mode);
      assert.deepEqual(errors, []);
      assert.deepEqual(generations, [...generations].sort((a, b) => a - b));
      assert.equal(open, 0);
    });

    test('rubbish is an error, once, or concealed and said so; after the reset decoding goes on at the next key picture', async () => {
      const { errors, after, open, damaged } = await worker.evaluate(async (mode) => {
        const media = await lab.load('a');
        const session = lab.create(mode);
        session.openVideo(1, media);
        for (const packet of media.packets.slice(0, 10)) session.sendVideo(1, 1, packet);
        // A NAL unit type that asks for a picture, and nothing that could be one.
        const rubbish = Uint8Array.from({ length: 600 }, (_, i) => (i < 5 ? [0, 0, 0, 1, 0x65][i] : (i * 7919) % 251));
        for (let i = 10; i < 25; i += 1) session.sendVideo(1, 1, { data: rubbish, time: media.packets[i].time, key: false });
        const damage = () => session.told.pictures.filter(({ flags }) => flags === 1);
        await session.until(() => session.told.errors.length > 0 || damage().length > 0, 'an error');
        const damaged = damage().map(({ time }) => time >= media.packets[8].time);
        for (const packet of media.packets.slice(25, 30)) session.sendVideo(1, 1, packet);
        const errors = session.told.errors.splice(0);
        session.videoReset(1, 2);
        const after = await session.decodeAll(1, 2, media.packets.slice(30, 60), () => 0);
        for (const { picture } of session.told.pictures) session.pictureRelease(picture);
        return { errors, damaged, after: after.map(({ flags }) => flags), open: session.decoders.openPictures };
      }, mode);
      if (mode === 'webcodecs') {
        assert.deepEqual(errors.map(({ fatal, generation }) => [fatal, generation]), [[0, 1]]);
      } else { // as on the desktop
        assert.deepEqual(errors, []);
        assert.ok(damaged.length > 0 && damaged.every(Boolean));
      }
      assert.deepEqual(after, Array(30).fill(0));
      assert.equal(open, 0);
    });

    test('drained twice, with a new beginning between', async () => {
      const counts = await worker.evaluate(async (mode) => {
        const media = await lab.load('a');
        const session = lab.create(mode);
        session.openVideo(1, media);
        const first = await session.decodeAll(1, 1, media.packets.slice(0, 30), () => 0);
        const second = await session.decodeAll(1, 1, media.packets.slice(60, 90), () => 0);
        return [first.length, second.length, session.told.drained.length];
      }, mode);
      assert.deepEqual(counts, [30, 30, 2]);
    });

    test('closing while packets are under way frees everything', async () => {
      const open = await worker.evaluate(async (mode) => {
        const media = await lab.load('a');
        const session = lab.create(mode);
        session.openVideo(1, media);
        session.openVideo(2, media);
        for (const packet of media.packets.slice(0, 30)) {
          session.sendVideo(1, 1, packet);
          session.sendVideo(2, 1, packet);
        }
        await session.until(() => session.told.pictures.length >= 4);
        session.videoClose(1);
        session.decoders.close();
        const pictures = session.told.pictures.length;
        // Another decoder's work shows that the closed ones had their chance to say something.
        const other = lab.create(mode);
        other.openVideo(1, media);
        await other.decodeAll(1, 1, media.packets.slice(0, 30), () => 0);
        return [session.decoders.openPictures, session.told.pictures.length - pictures, session.told.errors.length];
      }, mode);
      assert.deepEqual(open, [0, 0, 0]);
    });
  });
}

test('open GOPs: decoding begins at a recovery point and goes on', async () => {
  for (const mode of /** @type {const} */ (['auto', 'software'])) {
    const { first, seen, backend } = await worker.evaluate(async (mode) => {
      const media = await lab.load('open');
      const start = media.packets.findIndex(({ key }, i) => key && i > 0);
      const session = lab.create(mode);
      session.openVideo(1, media);
      const seen = await session.decodeAll(1, 1, media.packets.slice(start), () => 0);
      return { first: media.packets[start].time, seen: seen.map(({ time }) => time), backend: session.decoders.backend };
    }, mode);
    assert.equal(backend, mode === 'auto' ? 'webcodecs' : 'software');
    assert.ok(seen.filter((time) => time >= first).length >= 89, `${mode}: ${seen.length}`);
  }
});

test('where Annex B is refused, the same packets are decoded with an avcC record', async () => {
  const { seen, expected, asked, backend, loaded } = await worker.evaluate(async () => {
    const media = await lab.load('a');
    const original = VideoDecoder.isConfigSupported;
    const asked = [];
    VideoDecoder.isConfigSupported = async (config) => {
      asked.push(config.description ? 'avcC' : 'Annex B');
      if (!config.description) throw new TypeError('no such codec');
      return original.call(VideoDecoder, config);
    };
    try {
      const session = lab.create('auto');
      asked.length = 0; // the warm-up's question, which is about no stream
      session.openVideo(1, media);
      const seen = await session.decodeAll(1, 1, media.packets, lab.lumaDigest);
      const plain = lab.create('software');
      plain.openVideo(1, media);
      const expected = await plain.decodeAll(1, 1, media.packets, lab.lumaDigest);
      const pick = ({ time, look }) => ({ time, look });
      return { seen: seen.map(pick), expected: expected.map(pick), asked, backend: session.decoders.backend, loaded: session.told.loaded };
    } finally {
      VideoDecoder.isConfigSupported = original;
    }
  });
  assert.deepEqual(asked, ['Annex B', 'avcC']);
  assert.equal(backend, 'webcodecs');
  assert.equal(loaded, 0);
  assert.deepEqual(seen, expected);
});

test('where the browser has no decoder, FFmpeg is loaded, once for all streams', async () => {
  const { backends, loaded, seen } = await worker.evaluate(async () => {
    const media = await lab.load('a');
    const original = VideoDecoder.isConfigSupported;
    VideoDecoder.isConfigSupported = async (config) => ({ supported: false, config });
    try {
      const session = lab.create('auto');
      session.openVideo(1, media);
      session.openVideo(2, media);
      const seen = await session.decodeAll(1, 1, media.packets, () => 0);
      const other = await session.decodeAll(2, 1, media.packets, () => 0);
      return { backends: session.decoders.backend, loaded: session.told.loaded, seen: [seen.length, other.length] };
    } finally {
      VideoDecoder.isConfigSupported = original;
    }
  });
  assert.deepEqual({ backends, loaded, seen }, { backends: 'software', loaded: 1, seen: [120, 120] });
});

test('a decoder of the browser that only ever fails makes place for FFmpeg', async () => {
  const { backend, errors, seen } = await worker.evaluate(async () => {
    const media = await lab.load('a');
    const original = VideoDecoder.prototype.decode;
    VideoDecoder.prototype.decode = () => { throw new DOMException('no', 'EncodingError'); };
    try {
      const session = lab.create('auto');
      session.openVideo(1, media);
      let generation = 1;
      while (session.decoders.backend !== 'software' && generation < 10) {
        session.sendVideo(1, generation, media.packets[0]);
        await session.until(() => session.told.errors.length === generation, 'an error');
        generation += 1;
        session.videoReset(1, generation);
        // The next candidate answers in its own time.
        if (generation > 4) await session.until(() => session.decoders.backend === 'software', 'software');
      }
      const errors = session.told.errors.splice(0);
      const seen = await session.decodeAll(1, generation, media.packets, () => 0);
      return { backend: session.decoders.backend, errors: errors.map(({ fatal }) => fatal), seen: seen.length };
    } finally {
      VideoDecoder.prototype.decode = original;
    }
  });
  assert.equal(backend, 'software');
  assert.equal(seen, 120);
  assert.ok(errors.length >= 2 && errors.every((fatal) => fatal === 0));
});

test('a decoder that fell silent is replaced by the next reset', async () => {
  const seen = await worker.evaluate(async () => {
    const media = await lab.load('a');
    const session = lab.create('webcodecs');
    session.openVideo(1, media);
    await session.decodeAll(1, 1, media.packets.slice(0, 30), () => 0);
    const original = VideoDecoder.prototype.decode;
    const silent = [];
    VideoDecoder.prototype.decode = function decode(chunk) { // the one that is there takes packets and gives nothing, for good
      if (silent.length === 0) silent.push(this);
      if (!silent.includes(this)) original.call(this, chunk);
    };
    try {
      for (const packet of media.packets.slice(30, 60)) session.sendVideo(1, 1, packet);
      session.videoReset(1, 2);
      return (await session.decodeAll(1, 2, media.packets.slice(60), () => 0)).length;
    } finally {
      VideoDecoder.prototype.decode = original;
    }
  });
  assert.equal(seen, 60);
});

test('no decoder at all is fatal, and said once', async () => {
  const { errors, open } = await worker.evaluate(async () => {
    const media = await lab.load('a');
    const session = lab.create('software', { loadSoftware: () => Promise.reject(new Error('no network')) });
    session.openVideo(1, media);
    for (const packet of media.packets) session.sendVideo(1, 1, packet);
    await session.until(() => session.told.errors.length > 0, 'an error');
    session.videoReset(1, 2);
    for (const packet of media.packets) session.sendVideo(1, 2, packet);
    session.openVideo(2, media, { codec: 'hevc', codecString: 'hvc1.1.6.L93.B0' });
    await session.until(() => session.told.errors.length > 1, 'an error');
    return { errors: session.told.errors.map(({ decoder, fatal }) => [decoder, fatal]), open: session.decoders.openPictures };
  });
  assert.deepEqual(errors, [[1, 1], [2, 1]]);
  assert.equal(open, 0);
});

test('while a decoder is being loaded packets wait, but not without end', async () => {
  const { seen, errors } = await worker.evaluate(async () => {
    const media = await lab.load('a');
    /** @type {(value: unknown) => void} */
    let go = () => {};
    const gate = new Promise((resolve) => { go = resolve; });
    const session = lab.create('software', { loadSoftware: () => gate.then(() => import('/software/software.mjs')) });
    session.openVideo(1, media);
    for (let i = 0; i < 20; i += 1) for (const packet of media.packets) session.sendVideo(1, 1, packet);
    await session.until(() => session.told.errors.length > 0, 'an error');
    const errors = session.told.errors.splice(0).map(({ fatal, generation }) => [fatal, generation]);
    session.videoReset(1, 2);
    for (const packet of media.packets.slice(0, 30)) session.sendVideo(1, 2, packet);
    go(0);
    const seen = await session.decodeAll(1, 2, media.packets.slice(30, 60), () => 0);
    return { seen: seen.length, errors };
  });
  assert.deepEqual(errors, [[0, 1]]);
  assert.equal(seen, 60);
});

test('deep colour and 4:2:2 become eight bits and 4:2:0 in the software decoder', async () => {
  const { luma, chroma, size } = await worker.evaluate(async () => {
    const media = await lab.load('deep');
    const session = lab.create('software');
    session.openVideo(1, media);
    const seen = await session.decodeAll(1, 1, media.packets, async (picture, about) =>
      ({ luma: [...await lab.lumaOf(picture, about)], chroma: [...picture.u.subarray(0, about.width / 2)] }));
    return { ...seen[0].look, size: [seen[0].width, seen[0].height] };
  });
  const raw = ffmpeg('-i', join(lab.folder, 'deep.mp4'), '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'yuv422p10le', '-');
  const deep = new Uint16Array(raw.buffer, raw.byteOffset, raw.byteLength / 2);
  const eight = (/** @type {number} */ value) => Math.min(255, (value + 2) >> 2);
  assert.deepEqual(size, [320, 180]);
  assert.deepEqual(luma, [...deep.subarray(0, 320 * 180)].map(eight));
  const u = deep.subarray(320 * 180, 320 * 180 + 160 * 180);
  const expected = Array.from({ length: 160 }, (_, x) => (2 * eight(u[x]) + 2 * eight(u[160 + x]) + 2) >> 2);
  assert.deepEqual(chroma, expected);
});
