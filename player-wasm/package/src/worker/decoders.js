// The engine's decoders: pictures and sound of every stream, by the browser (WebCodecs) or by FFmpeg's decoders, and the table
// of the pictures that the engine holds. The engine calls the methods below with addresses in its heap; what comes of it is
// told later, never during such a call, through the exports in `engine`. `wake` is called after each.

import { videoFrameOf } from './canvas-planes.js';
import { createSoftware } from './software.js';
import { Stream } from './stream.js';
import { openWebCodecsAudio } from './webcodecs-audio.js';
import { openWebCodecsAvcc, openWebCodecsVideo, warmUp } from './webcodecs-video.js';

/**
 * @typedef {object} EngineExports
 * @property {() => Uint8Array<ArrayBuffer>} heapU8
 * @property {() => Float32Array<ArrayBuffer>} heapF32
 * @property {(size: number) => number} alloc
 * @property {(address: number) => void} free
 * @property {(decoder: number, generation: number, picture: number, time: number, width: number, height: number,
 *   sarNum: number, sarDen: number, flags: number, queued: number) => void} onPicture
 * @property {(decoder: number, generation: number, time: number, sampleRate: number, channels: number, frames: number,
 *   planar: number) => void} onSound
 * @property {(decoder: number, generation: number) => void} onDrained
 * @property {(decoder: number, generation: number, queued: number) => void} onQueue
 * @property {(decoder: number, generation: number, fatal: number, message: string) => void} onDecoderError
 */

const flagDamaged = 1;

/** @param {number} a @param {number} b @returns {number} */
const gcd = (a, b) => (b === 0 ? a : gcd(b, a % b));

/**
 * @param {object} options
 * @param {EngineExports} options.engine
 * @param {'auto' | 'webcodecs' | 'software'} options.mode
 * @param {() => Promise<any>} options.loadSoftware the namespace of software.mjs
 * @param {() => void} options.wake
 * @param {(text: string) => void} options.log
 */
export function createDecoders({ engine, mode, loadSoftware, wake, log }) {
  /** @type {Map<number, Stream>} */
  const streams = new Map();
  /** @type {Map<number, {frame: VideoFrame} | {software: import('./software.js').SoftwarePicture}>} */
  const pictures = new Map();
  const software = createSoftware(loadSoftware, log);
  let lastPicture = 0;
  /** @type {Stream | null} the newest of pictures, for what is shown to people */
  let newestVideo = null;
  const pcm = createPcmBuffer(engine);
  if (mode !== 'software') warmUp();

  /** @param {number} decoder @returns {import('./stream.js').Sink} */
  function sinkOf(decoder) {
    let followsUs = 0; // where sound without a time of its own goes
    /** @param {number} generation @param {number} time @param {number} rate @param {number} channels @param {number} frames */
    const sound = (generation, time, rate, channels, frames) => {
      followsUs = time + Math.round((frames * 1e6) / rate);
      engine.onSound(decoder, generation, time, rate, channels, frames, pcm.address);
      wake();
    };
    return {
      videoFrame(generation, frame, queued) {
        const { width, height } = frame.visibleRect ?? { width: frame.codedWidth, height: frame.codedHeight };
        const num = frame.displayWidth * height;
        const den = frame.displayHeight * width;
        const divisor = gcd(num, den) || 1;
        const picture = ++lastPicture;
        pictures.set(picture, { frame });
        engine.onPicture(decoder, generation, picture, frame.timestamp, width, height, num / divisor, den / divisor, 0, queued);
        wake();
      },
      softwarePicture(generation, decoded, queued) {
        const picture = ++lastPicture;
        pictures.set(picture, { software: decoded });
        engine.onPicture(decoder, generation, picture, decoded.time, decoded.width, decoded.height, decoded.sarNum,
          decoded.sarDen, decoded.damaged ? flagDamaged : 0, queued);
        wake();
      },
      audioData(generation, data, time) {
        const { numberOfChannels: channels, numberOfFrames: frames, sampleRate } = data;
        const samples = pcm.take(channels * frames);
        for (let planeIndex = 0; planeIndex < channels; planeIndex += 1)
          data.copyTo(samples.subarray(planeIndex * frames, (planeIndex + 1) * frames), { planeIndex, format: 'f32-planar' });
        sound(generation, time, sampleRate, channels, frames);
      },
      softwareSound(generation, { time, sampleRate, channels, frames, samples }) {
        pcm.take(channels * frames).set(samples);
        sound(generation, time ?? followsUs, sampleRate, channels, frames);
      },
      drained(generation) {
        engine.onDrained(decoder, generation);
        wake();
      },
      queue(generation, queued) {
        engine.onQueue(decoder, generation, queued);
        wake();
      },
      error(generation, fatal, message) {
        engine.onDecoderError(decoder, generation, fatal ? 1 : 0, message);
        wake();
      },
      log,
    };
  }

  /**
   * @param {'video' | 'audio'} kind @param {import('./stream.js').Track} track
   * @returns {import('./stream.js').Candidate[]}
   */
  function candidatesFor(kind, track) {
    const own = [software.candidate(kind)];
    if (mode === 'software') return own;
    /** @type {import('./stream.js').Candidate[]} */
    const browser = [{ open: kind === 'video' ? openWebCodecsVideo : openWebCodecsAudio }];
    const annexb = track.codec === 'h264' && !track.config;
    if (annexb) browser.push({ needsKey: true, open: openWebCodecsAvcc });
    return mode === 'webcodecs' ? browser : [...browser, ...own];
  }

  /**
   * @param {number} decoder @param {'video' | 'audio'} kind @param {Partial<import('./stream.js').Track>} known
   * @param {number} config @param {number} size
   */
  function open(decoder, kind, known, config, size) {
    const track = { codec: '', codecString: '', width: 0, height: 0, sampleRate: 0, channels: 0, ...known,
      config: size > 0 ? engine.heapU8().slice(config, config + size) : null };
    const stream = new Stream(track, candidatesFor(kind, track), sinkOf(decoder));
    streams.set(decoder, stream);
    if (kind === 'video') newestVideo = stream;
  }

  /** @param {number} decoder */
  function close(decoder) {
    const stream = streams.get(decoder);
    stream?.close();
    streams.delete(decoder);
    if (stream && stream === newestVideo) newestVideo = null;
  }

  /** @param {number} picture */
  function release(picture) {
    const entry = pictures.get(picture);
    if (!entry) return;
    pictures.delete(picture);
    if ('frame' in entry) entry.frame.close();
    else entry.software.release();
  }

  const drain = (/** @type {number} */ decoder, /** @type {number} */ generation) => streams.get(decoder)?.drain(generation);
  const reset = (/** @type {number} */ decoder, /** @type {number} */ generation) => streams.get(decoder)?.reset(generation);
  const bytesAt = (/** @type {number} */ data, /** @type {number} */ size) => engine.heapU8().subarray(data, data + size);

  return {
    /**
     * @param {number} decoder @param {string} codec @param {string} codecString @param {number} config @param {number} size
     * @param {number} width @param {number} height
     */
    videoOpen: (decoder, codec, codecString, config, size, width, height) =>
      open(decoder, 'video', { codec, codecString, width, height }, config, size),
    /**
     * @param {number} decoder @param {number} generation @param {number} data @param {number} size @param {number} time
     * @param {number} key
     */
    videoSend: (decoder, generation, data, size, time, key) =>
      streams.get(decoder)?.send(generation, bytesAt(data, size), time, key !== 0),
    videoDrain: drain,
    videoReset: reset,
    videoClose: close,
    pictureRelease: release,
    /**
     * @param {number} decoder @param {string} codec @param {string} codecString @param {number} config @param {number} size
     * @param {number} sampleRate @param {number} channels
     */
    audioOpen: (decoder, codec, codecString, config, size, sampleRate, channels) =>
      open(decoder, 'audio', { codec, codecString, sampleRate, channels }, config, size),
    /** @param {number} decoder @param {number} generation @param {number} data @param {number} size @param {number} time */
    audioSend: (decoder, generation, data, size, time) =>
      streams.get(decoder)?.send(generation, bytesAt(data, size), time, true),
    audioDrain: drain,
    audioReset: reset,
    audioClose: close,

    /**
     * What the renderer draws; null after the release. Planes are valid until the next packet is decoded.
     * @param {number} picture
     */
    picture(picture) {
      const entry = pictures.get(picture);
      if (!entry) return null;
      return 'frame' in entry ? { kind: /** @type {const} */ ('videoframe'), frame: entry.frame } : entry.software.planes();
    },
    /** For where VideoFrames go elsewhere: one of planes, which the caller closes. */
    videoFrameOf,
    get openPictures() {
      return pictures.size;
    },
    /** Who decodes the picture, or the sound where there is none; empty while that is open. */
    get backend() {
      const [any] = streams.values();
      return (newestVideo ?? any)?.backend ?? '';
    },
    close() {
      for (const stream of streams.values()) stream.close();
      streams.clear();
      for (const picture of [...pictures.keys()]) release(picture);
      pcm.close();
    },
  };
}

/** One piece of the engine's memory through which all sound goes. @param {EngineExports} engine */
function createPcmBuffer(engine) {
  let address = 0;
  let capacity = 0; // floats
  return {
    get address() {
      return address;
    },
    /** @param {number} count @returns {Float32Array<ArrayBuffer>} valid until the engine runs */
    take(count) {
      if (count > capacity) {
        if (address !== 0) engine.free(address);
        capacity = count;
        address = engine.alloc(4 * count);
      }
      return engine.heapF32().subarray(address >> 2, (address >> 2) + count);
    },
    close() {
      if (address !== 0) engine.free(address);
      address = 0;
      capacity = 0;
    },
  };
}
