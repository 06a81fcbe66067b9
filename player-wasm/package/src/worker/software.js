// FFmpeg's decoders (player-wasm/decoders, software.wasm) behind the few methods that stream.js calls.
//
// They decode on this thread, one packet of a picture per task, so that sound, network and drawing get their turn between.
// Pictures stay in the module's memory until they are released.

/** @typedef {import('./stream.js').Track} Track @typedef {import('./stream.js').Output} Output */

/**
 * @typedef {object} SoftwarePicture
 * @property {number} time
 * @property {number} width
 * @property {number} height
 * @property {number} sarNum
 * @property {number} sarDen
 * @property {boolean} damaged
 * @property {() => {kind: 'planes', y: Uint8Array, u: Uint8Array, v: Uint8Array, strides: number[], width: number,
 *   height: number, matrix: number, fullRange: boolean}} planes valid until the module runs again
 * @property {() => void} release
 *
 * @typedef {object} SoftwareSound
 * @property {number | null} time null: it follows what came before
 * @property {number} sampleRate
 * @property {number} channels
 * @property {number} frames
 * @property {Float32Array} samples planes one behind the other, valid during the call
 */

/** The engine has far fewer packets under way; each is a copy. */
const maxQueued = 1024;
const recordBytes = 64;
/** Sound is cheap: so much of it is decoded in one task. */
const soundBudgetMs = 4;

/**
 * @param {() => Promise<any>} load the namespace of software.mjs
 * @param {(text: string) => void} log
 */
export function createSoftware(load, log) {
  /** @type {Promise<Software> | null} */
  let loading = null;
  return {
    /** @param {'video' | 'audio'} kind */
    candidate: (kind) => ({
      /** @param {Track} track @param {Output} output */
      open: async (track, output) => {
        loading ??= load().then((namespace) => namespace.default()).then((module) => new Software(module));
        try {
          return (await loading).open(kind, track, output);
        } catch (error) {
          loading = null; // the next stream tries again: the network may be back
          log(`the software decoders cannot be loaded: ${error}`);
          return null;
        }
      },
    }),
  };
}

class Software {
  #module;
  /** @type {SoftwareDecoder[]} */
  #busy = [];
  #channel = new MessageChannel();
  #scheduled = false;

  /** @param {any} module */
  constructor(module) {
    this.#module = module;
    this.#channel.port1.onmessage = () => this.#turn();
  }

  /** @param {'video' | 'audio'} kind @param {Track} track @param {Output} output */
  open(kind, track, output) {
    const module = this.#module;
    const name = [...track.codec, '\0'].map((letter) => letter.charCodeAt(0));
    const memory = module._malloc(name.length + (track.config?.length ?? 0));
    module.HEAPU8.set(name, memory);
    if (track.config) module.HEAPU8.set(track.config, memory + name.length);
    const [a, b] = kind === 'video' ? [track.width, track.height] : [track.sampleRate, track.channels];
    const decoder = module._sd_open(memory, memory + name.length, track.config?.length ?? 0, a, b);
    module._free(memory);
    if (decoder === 0) return null;
    return new SoftwareDecoder(module, decoder, kind === 'video', output, (one) => this.#wake(one));
  }

  /** @param {SoftwareDecoder} decoder */
  #wake(decoder) {
    if (!this.#busy.includes(decoder)) this.#busy.push(decoder);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#channel.port2.postMessage(null);
  }

  /** Sound first, then the decoders of pictures in turn. */
  #turn() {
    this.#scheduled = false;
    const at = this.#busy.findIndex((decoder) => !decoder.isVideo);
    const [decoder] = this.#busy.splice(Math.max(at, 0), 1);
    if (!decoder) return;
    const more = decoder.work();
    if (more) this.#wake(decoder);
    else if (this.#busy.length > 0) this.#wake(this.#busy[0]);
  }
}

/** @typedef {{bytes: Uint8Array<ArrayBuffer>, size: number, time: number, key: boolean}} Queued size -1: drain */

class SoftwareDecoder {
  name = 'software';
  #module;
  #decoder;
  #record;
  #output;
  #wake;
  /** @type {Queued[]} */
  #queue = [];
  /** @type {Queued[]} to be used again */
  #spare = [];

  /**
   * @param {any} module @param {number} decoder @param {boolean} isVideo @param {Output} output
   * @param {(one: SoftwareDecoder) => void} wake
   */
  constructor(module, decoder, isVideo, output, wake) {
    this.#module = module;
    this.#decoder = decoder;
    this.isVideo = isVideo;
    this.#output = output;
    this.#wake = wake;
    this.#record = module._malloc(recordBytes);
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes valid during the call @param {number} time @param {boolean} key */
  send(bytes, time, key) {
    const queued = this.#push(bytes.length);
    if (!queued) return;
    if (queued.bytes.length < bytes.length) queued.bytes = new Uint8Array(2 * bytes.length);
    queued.bytes.set(bytes);
    queued.time = time;
    queued.key = key;
  }

  drain() {
    this.#push(-1);
  }

  /** @param {number} size */
  #push(size) {
    if (this.#queue.length >= maxQueued) {
      this.#output.error('too many packets wait for the decoder');
      return null;
    }
    const queued = this.#spare.pop() ?? { bytes: new Uint8Array(0), size, time: 0, key: false };
    queued.size = size;
    this.#queue.push(queued);
    this.#wake(this);
    return queued;
  }

  reset() {
    this.#spare.push(...this.#queue.splice(0));
    this.#module._sd_reset(this.#decoder);
  }

  close() {
    if (this.#decoder === 0) return;
    this.#module._sd_close(this.#decoder);
    this.#module._free(this.#record);
    this.#decoder = 0;
    this.#queue.length = 0;
    this.#spare.length = 0;
  }

  /** Decodes a picture, or some sound; whether there is more to do. */
  work() {
    const until = this.isVideo ? 0 : performance.now() + soundBudgetMs;
    do {
      const queued = this.#queue.shift();
      if (!queued || this.#decoder === 0) return false;
      this.#decode(queued);
      if (this.#decoder !== 0) this.#spare.push(queued);
    } while (!this.isVideo && performance.now() < until);
    return this.#queue.length > 0;
  }

  /** @param {Queued} queued */
  #decode({ bytes, size, time, key }) {
    const module = this.#module;
    let status = 0;
    if (size < 0) {
      module._sd_drain(this.#decoder);
    } else {
      const input = module._sd_input(this.#decoder, size);
      if (input === 0) return this.#output.error('no memory for a packet');
      module.HEAPU8.set(bytes.subarray(0, size), input);
      status = module._sd_send(this.#decoder, size, time, key ? 1 : 0);
    }
    status = Math.min(status, this.isVideo ? this.#pictures() : this.#sounds());
    if (this.#decoder === 0) return undefined; // closed by who got them
    if (size < 0) {
      module._sd_reset(this.#decoder);
      return this.#output.drained();
    }
    if (status < 0) return this.#output.error(`the decoder says ${status}`);
    return this.#output.queue(this.#queue.length);
  }

  #pictures() {
    for (;;) {
      const number = this.#module._sd_picture(this.#decoder, this.#record);
      if (number <= 0) return number;
      this.#output.softwarePicture(this.#describe(number), this.#queue.length);
      if (this.#decoder === 0) return 0;
    }
  }

  /** @param {number} number @returns {SoftwarePicture} */
  #describe(number) {
    const module = this.#module;
    const time = module.HEAPF64[this.#record >> 3];
    // PictureRecord of picture.h
    const [y, u, v, yStride, uStride, vStride, width, height, sarNum, sarDen, matrix, fullRange, damaged] =
      module.HEAP32.subarray((this.#record + 8) >> 2, (this.#record + recordBytes) >> 2);
    const plane = (/** @type {number} */ at, /** @type {number} */ stride, /** @type {number} */ rows) =>
      module.HEAPU8.subarray(at, at + stride * rows); // the memory may have grown since
    const chromaRows = (height + 1) >> 1;
    return {
      time, width, height, sarNum, sarDen, damaged: damaged !== 0,
      planes: () => ({ kind: 'planes', y: plane(y, yStride, height), u: plane(u, uStride, chromaRows),
        v: plane(v, vStride, chromaRows), strides: [yStride, uStride, vStride], width, height, matrix,
        fullRange: fullRange !== 0 }),
      release: () => module._sd_release(number),
    };
  }

  #sounds() {
    for (;;) {
      const frames = this.#module._sd_sound(this.#decoder, this.#record);
      if (frames <= 0) return frames;
      const time = this.#module.HEAPF64[this.#record >> 3];
      // SoundRecord of sound.h
      const [address, sampleRate, channels, hasTime] =
        this.#module.HEAP32.subarray((this.#record + 8) >> 2, (this.#record + 24) >> 2);
      const samples = this.#module.HEAPF32.subarray(address >> 2, (address >> 2) + channels * frames);
      this.#output.softwareSound({ time: hasTime ? time : null, sampleRate, channels, frames, samples });
      if (this.#decoder === 0) return 0;
    }
  }
}
