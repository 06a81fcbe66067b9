// A video decoder of the browser (WebCodecs) behind the few methods that stream.js calls.
//
// What is sent is remembered by its time stamp until its picture comes: a picture that nobody waits for belongs to what was
// dropped by reset(), and is closed. A decoder that failed is closed by the browser; the next reset() makes another.

import { avccOf, codecStringOf, LengthPrefixer, spsOf, spsOfRecord } from './avcc.js';
import { missingColourOf } from './h264-colour.js';

/** @typedef {import('./stream.js').Track} Track @typedef {import('./stream.js').Output} Output */

/** More than any decoder holds back; the oldest are forgotten beyond it. */
const maxAwaited = 256;

/** @param {VideoDecoderConfig} config */
async function supports(config) {
  if (typeof VideoDecoder !== 'function') return false;
  try {
    return (await VideoDecoder.isConfigSupported(config)).supported === true;
  } catch {
    return false; // some browsers throw at codec strings that they do not know
  }
}

/** A browser's first question about decoders takes tens of milliseconds; asked while the network is waited for it costs nothing. */
export function warmUp() {
  void supports({ codec: 'avc1.64001f', optimizeForLatency: true });
}

/** @param {Track} track @returns {VideoDecoderConfig} */
function configOf(track) {
  return {
    codec: track.codecString,
    ...(track.config && { description: track.config }),
    ...(track.width > 0 && track.height > 0 && { codedWidth: track.width, codedHeight: track.height }),
    hardwareAcceleration: 'no-preference',
    optimizeForLatency: true, // without it some platforms wait for the deepest reordering that the level allows
  };
}

/** As the container has it: Annex B, or with its configuration record. @param {Track} track @param {Output} output */
export async function openWebCodecsVideo(track, output) {
  const config = configOf(track);
  const form = track.codec === 'h264' && !track.config ? 'annexb' : 'record';
  return (await supports(config)) ? new WebCodecsVideo(config, output, form) : null;
}

/**
 * For browsers that refuse Annex B: the record is built from the first key picture, start codes become lengths.
 * @param {Track} track @param {Output} output @param {Uint8Array} key
 */
export async function openWebCodecsAvcc(track, output, key) {
  const record = avccOf(key);
  if (!record) return null;
  const config = { ...configOf(track), codec: codecStringOf(record), description: record };
  return (await supports(config)) ? new WebCodecsVideo(config, output, 'convert') : null;
}

const descriptionOf = (/** @type {VideoDecoderConfig} */ config) => /** @type {Uint8Array} */ (config.description);
const same = (/** @type {Uint8Array} */ a, /** @type {Uint8Array | null} */ b) =>
  a.length === b?.length && a.every((byte, i) => byte === b[i]);

export class WebCodecsVideo {
  name = 'webcodecs';
  #config;
  #output;
  #form;
  #prefixer = new LengthPrefixer();
  /** @type {Uint8Array | null} of the last key picture, where it is in band */
  #sps = null;
  /** @type {VideoDecoder | null} */
  #decoder = null;
  #awaited = new Float64Array(maxAwaited);
  #awaitedCount = 0;
  #sent = 0; // ever
  #epoch = 0; // counts what makes a running flush() void
  #chunk = {
    type: /** @type {EncodedVideoChunkType} */ ('key'), timestamp: 0,
    data: /** @type {Uint8Array<ArrayBuffer>} */ (new Uint8Array(0)),
  };

  /**
   * @param {VideoDecoderConfig} config @param {Output} output
   * @param {'annexb' | 'record' | 'convert'} form what comes: Annex B; as `config.description` says; Annex B, to be converted
   */
  constructor(config, output, form) {
    this.#config = config;
    this.#output = output;
    this.#form = form;
    if (form === 'record') this.#colourBy(config.codec.startsWith('avc1') ? spsOfRecord(descriptionOf(config)) : null);
    this.#create();
  }

  get queued() {
    return this.#decoder?.decodeQueueSize ?? 0;
  }

  #create() {
    this.#discard();
    const decoder = new VideoDecoder({
      output: (frame) => {
        if (decoder !== this.#decoder || !this.#take(frame.timestamp)) {
          frame.close();
          return;
        }
        this.#output.videoFrame(frame, this.queued);
      },
      error: (error) => {
        if (decoder !== this.#decoder) return;
        this.#discard();
        this.#output.error(error.message);
      },
    });
    decoder.ondequeue = () => {
      if (decoder === this.#decoder) this.#output.queue(this.queued);
    };
    this.#decoder = decoder;
    decoder.configure(this.#config);
  }

  #discard() {
    const decoder = this.#decoder;
    this.#decoder = null;
    this.#awaitedCount = 0;
    this.#epoch += 1;
    if (decoder && decoder.state !== 'closed') decoder.close();
  }

  /** @param {number} time */
  #await(time) {
    if (this.#awaitedCount === maxAwaited) this.#awaited.copyWithin(0, 1);
    else this.#awaitedCount += 1;
    this.#awaited[this.#awaitedCount - 1] = time;
    this.#sent += 1;
  }

  /** @param {number} time */
  #take(time) {
    const at = this.#awaited.subarray(0, this.#awaitedCount).indexOf(time);
    if (at < 0) return false;
    this.#awaited.copyWithin(at, at + 1, this.#awaitedCount);
    this.#awaitedCount -= 1;
    return true;
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes valid during the call @param {number} time @param {boolean} key */
  send(bytes, time, key) {
    const decoder = this.#decoder;
    if (!decoder) return;
    try {
      if (key && this.#form !== 'record') this.#follow(bytes);
      this.#chunk.type = key ? 'key' : 'delta';
      this.#chunk.timestamp = time;
      this.#chunk.data = this.#form === 'convert' ? this.#prefixer.convert(bytes) : bytes;
      decoder.decode(new EncodedVideoChunk(this.#chunk));
      this.#await(time);
    } catch (error) {
      this.#discard();
      this.#output.error(String(error));
    }
  }

  /** New parameter sets may be a new configuration. @param {Uint8Array} bytes a key picture in Annex B */
  #follow(bytes) {
    const sps = spsOf(bytes);
    const record = this.#form === 'convert' ? avccOf(bytes) : null;
    if (!sps || (same(sps, this.#sps) && (!record || same(record, descriptionOf(this.#config))))) return;
    this.#sps = sps.slice();
    const before = this.#config;
    if (record) this.#config = { ...this.#config, codec: codecStringOf(record), description: record };
    this.#colourBy(sps);
    if (this.#config !== before) this.#decoder?.configure(this.#config);
  }

  /** @param {Uint8Array | null} sps */
  #colourBy(sps) {
    const colorSpace = sps ? missingColourOf(sps) : undefined;
    if (JSON.stringify(colorSpace) !== JSON.stringify(this.#config.colorSpace)) this.#config = { ...this.#config, colorSpace };
  }

  drain() {
    const epoch = this.#epoch;
    const sent = this.#sent;
    const done = () => {
      if (epoch !== this.#epoch) return;
      const since = Math.min(this.#sent - sent, this.#awaitedCount); // what came after the flush is still awaited
      this.#awaited.copyWithin(0, this.#awaitedCount - since, this.#awaitedCount);
      this.#awaitedCount = since;
      this.#output.drained();
    };
    if (this.#decoder) this.#decoder.flush().then(done, () => {}); // a failure is told by the error callback, reset by none
    else queueMicrotask(done);
  }

  /**
   * Drops all that is held. A decoder that owes pictures is replaced, which costs little: on some platforms one that was taken
   * away says nothing, and this is how it comes back.
   */
  reset() {
    if (this.#awaitedCount > 0 || this.#decoder?.state !== 'configured') {
      this.#create();
    } else {
      this.#epoch += 1;
      this.#decoder.reset();
      this.#decoder.configure(this.#config);
    }
  }

  close() {
    this.#discard();
  }
}
