// Sound through both decoders, sample for sample against ffmpeg: nothing trimmed, each packet's sound at its packet's time stamp,
// whatever the browser makes of priming and of gaps.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openLab } from './lab.js';
import { ffmpeg, packetsOf, soundOf, withoutAdts } from './media.js';

const streams = {
  aac: { file: 'a.aac', options: ['-c:a', 'aac', '-b:a', '128k'], codec: 'aac', codecString: 'mp4a.40.2', config: [0x11, 0x90], rate: 48000 },
  'aac at 44.1 kHz': { file: 'b.aac', options: ['-c:a', 'aac', '-ar', '44100'], codec: 'aac', codecString: 'mp4a.40.2', config: [0x12, 0x10], rate: 44100 },
  'aac of mp4': { file: 'a.mp4', options: ['-c:a', 'aac'], codec: 'aac', codecString: 'mp4a.40.2', config: undefined, rate: 48000 },
  mp3: { file: 'a.mp3', options: ['-c:a', 'libmp3lame', '-write_xing', '0'], codec: 'mp3', codecString: 'mp3', config: [], rate: 48000 },
  opus: { file: 'o.mp4', options: ['-c:a', 'libopus'], codec: 'opus', codecString: 'opus', config: [], rate: 48000 },
};
/** The differences are those of float arithmetic in another order; for Opus the browser has a decoder of its own. */
const toleranceOf = (/** @type {string} */ codec) => (codec === 'opus' ? 1e-3 : 1e-5);

/** @type {Awaited<ReturnType<typeof openLab>>} */
let lab;
/** @type {import('playwright-core').Worker} */
let worker;
/** @type {Map<string, Float32Array>} */
const judged = new Map();

before(async () => {
  lab = await openLab();
  for (const { file, options } of Object.values(streams)) {
    const path = join(lab.folder, file);
    ffmpeg('-f', 'lavfi', '-i', "aevalsrc='0.3*sin(2*PI*440*t)+0.2*sin(2*PI*(300+200*t)*t)|0.3*sin(2*PI*660*t)':s=48000:d=2", ...options, path);
    const media = packetsOf(path, 'a');
    if (file.endsWith('.aac')) media.packets.forEach((packet) => { packet.data = withoutAdts(packet.data); });
    // No real stream begins at zero, and in Opus the first packets are before it.
    media.packets.forEach((packet) => { packet.time += 1_000_000; });
    lab.media.set(file, media);
    judged.set(file, soundOf(path));
  }
  worker = await lab.worker();
});
after(() => lab?.close());

/**
 * What ffmpeg has for the packets from `first` on, one plane behind the other as the engine gets it.
 * @param {Float32Array} all interleaved @param {number} at frames @param {number} frames @param {number} channels
 */
function expectedOf(all, at, frames, channels) {
  const planes = new Float32Array(channels * frames);
  for (let channel = 0; channel < channels; channel += 1)
    for (let i = 0; i < frames; i += 1) planes[channel * frames + i] = all[(at + i) * channels + channel];
  return planes;
}

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
const distance = (a, b) => Array.prototype.reduce.call(a, (most, value, i) => Math.max(/** @type {number} */ (most), Math.abs(Number(value) - b[i])), 0);

for (const mode of /** @type {const} */ (['webcodecs', 'software'])) {
  describe(mode, () => {
    for (const [name, stream] of Object.entries(streams)) {
      if (mode === 'software' && stream.codec === 'opus') continue; // not among the decoders that are built by default
      test(`${name}: all samples at their packets' time stamps, also across a gap`, async () => {
        const { sounds, errors, times } = await worker.evaluate(async ({ mode, stream }) => {
          const media = await lab.load(stream.file);
          media.packets.forEach((packet, i) => { packet.time += i >= 30 ? 700_000 : 0; }); // as where a segment is missing
          const session = lab.create(mode);
          session.openAudio(1, media, stream.codec, stream.codecString, stream.config);
          for (const packet of media.packets) session.sendAudio(1, 1, packet);
          session.audioDrain(1, 1);
          await session.until(() => session.told.drained.length + session.told.errors.length > 0, 'the end');
          session.audioClose(1);
          return { errors: session.told.errors, times: media.packets.map(({ time }) => time),
            sounds: session.told.sounds.map((sound) => ({ ...sound, samples: [...sound.samples] })) };
        }, { mode, stream });
        assert.deepEqual(errors, []);
        assert.deepEqual(sounds.map(({ time }) => time), times);
        const all = /** @type {Float32Array} */ (judged.get(stream.file));
        let at = 0;
        for (const { frames, channels, sampleRate, samples } of sounds) {
          assert.equal(sampleRate, stream.rate);
          assert.equal(channels, 2);
          const off = distance(samples, expectedOf(all, at, frames, channels));
          assert.ok(off < toleranceOf(stream.codec), `${off} at ${at}`);
          at += frames;
        }
        assert.ok(at >= 2 * stream.rate, `${at} samples`);
      });

      test(`${name}: after a drain and after a reset, packet for packet`, async () => {
        const { sounds, expected, frames } = await worker.evaluate(async ({ mode, stream }) => {
          const media = await lab.load(stream.file);
          const session = lab.create(mode);
          session.openAudio(1, media, stream.codec, stream.codecString, stream.config);
          const send = (generation, from, to) => media.packets.slice(from, to).forEach((packet) => session.sendAudio(1, generation, packet));
          send(1, 0, 10);
          session.audioDrain(1, 1);
          send(1, 20, 30);
          await session.until(() => session.told.sounds.length === 20, 'sound after the drain');
          session.audioReset(1, 2);
          send(2, 0, 8);
          session.audioReset(1, 3); // in the middle
          send(3, 40, 50);
          await session.until(() => session.told.sounds.filter(({ generation }) => generation === 3).length === 10, 'sound after the reset');
          const packets = [...media.packets.slice(0, 10), ...media.packets.slice(20, 30), ...media.packets.slice(40, 50)];
          const kept = session.told.sounds.filter(({ generation }) => generation !== 2);
          return { sounds: kept.map(({ time, generation }) => [generation, time]), frames: new Set(kept.map(({ frames }) => frames)).size,
            expected: packets.map(({ time }, i) => [i < 20 ? 1 : 3, time]) };
        }, { mode, stream });
        assert.deepEqual(sounds, expected);
        assert.equal(frames, 1, 'a beginning is as long as all others');
      });
    }

    test('a damaged packet is an error; sound goes on after the reset', async () => {
      const { errors, after, expected } = await worker.evaluate(async (mode) => {
        const media = await lab.load('a.aac');
        const session = lab.create(mode);
        session.openAudio(1, media, 'aac', 'mp4a.40.2', [0x11, 0x90]);
        const damaged = { data: Uint8Array.from({ length: 300 }, (_, i) => (i * 7919 + 13) % 251), time: media.packets[5].time };
        for (let i = 0; i < 10; i += 1) session.sendAudio(1, 1, i === 5 ? damaged : media.packets[i]);
        await session.until(() => session.told.errors.length > 0, 'an error');
        session.audioReset(1, 2);
        for (const packet of media.packets.slice(10, 20)) session.sendAudio(1, 2, packet);
        const after = () => session.told.sounds.filter(({ generation }) => generation === 2).map(({ time }) => time);
        await session.until(() => after().length === 10, 'sound');
        return { errors: session.told.errors.map(({ fatal, generation }) => [fatal, generation]), after: after(),
          expected: media.packets.slice(10, 20).map(({ time }) => time) };
      }, mode);
      assert.deepEqual(errors, [[0, 1]]);
      assert.deepEqual(after, expected);
    });

    test('packets that a decoder swallows do not put later sound into the wrong place for long', async () => {
      const { errors, times, expected } = await worker.evaluate(async (mode) => {
        const media = await lab.load('a.mp3');
        const session = lab.create(mode);
        session.openAudio(1, media, 'mp3', 'mp3', []);
        const rubbish = Uint8Array.from({ length: 300 }, (_, i) => (i * 7919 + 13) % 251);
        for (let i = 0; i < 10; i += 1) session.sendAudio(1, 1, i === 5 ? { data: rubbish, time: media.packets[5].time } : media.packets[i]);
        await session.until(() => session.told.sounds.length === 9 || session.told.errors.length > 0, 'sound');
        let generation = 1;
        if (session.told.errors.length > 0) session.audioReset(1, ++generation);
        session.told.sounds.length = 0;
        const now = performance.now.bind(performance);
        performance.now = () => now() + 1000; // the pause before the next segment, which the decoder goes by
        for (const packet of media.packets.slice(10, 20)) session.sendAudio(1, generation, packet);
        await session.until(() => session.told.sounds.length === 10, 'sound');
        performance.now = now;
        return { errors: session.told.errors.filter(({ fatal }) => fatal === 1), times: session.told.sounds.map(({ time }) => time),
          expected: media.packets.slice(10, 20).map(({ time }) => time) };
      }, mode);
      assert.deepEqual(errors, []);
      assert.deepEqual(times, expected);
    });
  });
}

test('sound that neither the browser nor the build has is fatal', async () => {
  const errors = await worker.evaluate(async () => {
    const media = await lab.load('a.aac');
    const session = lab.create('auto');
    session.openAudio(1, media, 'ac3', 'ac-3', []);
    await session.until(() => session.told.errors.length > 0, 'an error');
    return session.told.errors.map(({ decoder, fatal }) => [decoder, fatal]);
  });
  assert.deepEqual(errors, [[1, 1]]);
});
