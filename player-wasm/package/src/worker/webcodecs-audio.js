// An audio decoder of the browser (WebCodecs) behind the few methods that stream.js calls.
//
// Measured in Chromium 156 against FFmpeg, sample for sample (tests/browser/decoders/sound.test.js holds it to this):
// - AAC, MP3 and FLAC give one output per packet with all its samples, the first included; nothing is trimmed, neither at the
//   start nor after flush() or reset().
// - Opus with a description loses its pre-skip at the start and after every flush() and reset(), and its time stamps shift by
//   that much. Without a description, or with a pre-skip of zero, nothing is trimmed.
// - An output's time stamp is not its packet's: samples are counted on from the first packet's. Gaps and jumps are lost.
//   So the time stamps that were sent are kept, and each output takes the oldest.
// - A damaged packet closes an AAC or Opus decoder with an error; the MP3 decoder swallows it without a word. Then one time
//   stamp too many is kept, which is noticed as soon as the decoder has nothing left to do.

/** @typedef {import('./stream.js').Track} Track @typedef {import('./stream.js').Output} Output */

/** Half a minute of the shortest packets; beyond it the oldest time stamps are forgotten. */
const maxAwaited = 4096;
/** A decoder with an empty queue and no output for that long has swallowed what is still awaited. */
const idleMs = 100;

const codecNames = { aac: 'mp4a.40.2', mp3: 'mp3', ac3: 'ac-3', eac3: 'ec-3', opus: 'opus', flac: 'flac' };

/** "fLaC" and the metadata blocks, as a FLAC file begins. @param {Uint8Array} blocks */
function flacHeader(blocks) {
  const header = new Uint8Array(4 + blocks.length);
  header.set([0x66, 0x4c, 0x61, 0x43]);
  header.set(blocks, 4);
  return header;
}

/** The Ogg header (RFC 7845 5.1) of a dOps body, which is big endian; the pre-skip is left at zero. @param {Uint8Array} dops */
function opusHeader(dops) {
  const header = new Uint8Array(dops.length + 8);
  header.set([...'OpusHead'].map((letter) => letter.charCodeAt(0)));
  header.set([1, dops[1], 0, 0, dops[7], dops[6], dops[5], dops[4], dops[9], dops[8]], 8);
  header.set(dops.subarray(10), 18);
  return header;
}

/** @param {Track} track */
function descriptionOf(track) {
  if (!track.config) return undefined;
  if (track.codec === 'aac') return track.config;
  if (track.codec === 'flac') return flacHeader(track.config);
  if (track.codec === 'opus' && track.channels > 2 && track.config.length >= 11) return opusHeader(track.config);
  return undefined;
}

/** @param {Track} track @param {Output} output */
export async function openWebCodecsAudio(track, output) {
  if (typeof AudioDecoder !== 'function') return null;
  const description = descriptionOf(track);
  const config = {
    codec: track.codecString || codecNames[/** @type {keyof codecNames} */ (track.codec)],
    sampleRate: track.sampleRate,
    numberOfChannels: track.channels,
    ...(description && { description }),
  };
  try {
    return (await AudioDecoder.isConfigSupported(config)).supported ? new WebCodecsAudio(config, output) : null;
  } catch {
    return null; // some browsers throw at codec strings that they do not know
  }
}

export class WebCodecsAudio {
  name = 'webcodecs';
  #config;
  #output;
  /** @type {AudioDecoder | null} */
  #decoder = null;
  #awaited = new Float64Array(maxAwaited); // a ring
  #sent = 0; // ever; modulo the ring's size: the place of the next
  #taken = 0;
  #next = 0; // where sound without a packet goes: behind the sound before
  #activeAt = 0;
  #epoch = 0;
  #chunk = {
    type: /** @type {EncodedAudioChunkType} */ ('key'), timestamp: 0,
    data: /** @type {Uint8Array<ArrayBuffer>} */ (new Uint8Array(0)),
  };

  /** @param {AudioDecoderConfig} config @param {Output} output */
  constructor(config, output) {
    this.#config = config;
    this.#output = output;
    this.#create();
  }

  get queued() {
    return this.#decoder?.decodeQueueSize ?? 0;
  }

  #create() {
    this.#discard();
    const decoder = new AudioDecoder({
      output: (data) => {
        try {
          if (decoder === this.#decoder) this.#emit(data);
        } finally {
          data.close();
        }
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
    this.#taken = this.#sent;
    this.#epoch += 1;
    if (decoder && decoder.state !== 'closed') decoder.close();
  }

  /** @param {AudioData} data */
  #emit(data) {
    const time = this.#take();
    this.#activeAt = performance.now();
    this.#next = time + Math.round((data.numberOfFrames * 1e6) / data.sampleRate);
    this.#output.audioData(data, time);
  }

  #take() {
    if (this.#taken === this.#sent) return this.#next;
    const time = this.#awaited[this.#taken % maxAwaited];
    this.#taken += 1;
    return time;
  }

  /** @param {number} time */
  #await(time) {
    const now = performance.now();
    if (this.queued === 0 && now - this.#activeAt > idleMs) this.#taken = this.#sent;
    if (this.#sent - this.#taken === maxAwaited) this.#taken += 1;
    this.#awaited[this.#sent % maxAwaited] = time;
    this.#sent += 1;
    this.#activeAt = now;
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes valid during the call @param {number} time */
  send(bytes, time) {
    if (!this.#decoder) return;
    try {
      this.#chunk.timestamp = time;
      this.#chunk.data = bytes;
      const chunk = new EncodedAudioChunk(this.#chunk);
      this.#await(time);
      this.#decoder.decode(chunk);
    } catch (error) {
      this.#discard();
      this.#output.error(String(error));
    }
  }

  drain() {
    const epoch = this.#epoch;
    const sent = this.#sent;
    const done = () => {
      if (epoch !== this.#epoch) return;
      this.#taken = Math.max(this.#taken, sent);
      this.#output.drained();
    };
    if (this.#decoder) this.#decoder.flush().then(done, () => {}); // a failure is told by the error callback, reset by none
    else queueMicrotask(done);
  }

  /** Drops all that is held. What is under way could not be told from what comes next: it goes with its decoder. */
  reset() {
    if (this.#taken < this.#sent || this.#decoder?.state !== 'configured') {
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
