// One decoder as the engine sees it: chooses who decodes, keeps the packets that come meanwhile, and guards generations.
//
// Candidates are asked in turn; the first that can decode the stream becomes the backend. After an error everything is
// ignored until the engine resets; a backend that fails twice before it gave anything makes place for the next candidate.

/**
 * @typedef {object} Track
 * @property {string} codec "h264", "aac", …
 * @property {string} codecString for WebCodecs, "avc1.64001f"
 * @property {Uint8Array<ArrayBuffer> | null} config
 * @property {number} width
 * @property {number} height
 * @property {number} sampleRate
 * @property {number} channels
 *
 * @typedef {object} Output what a backend gives; never called while it is being called
 * @property {(frame: VideoFrame, queued: number) => void} videoFrame the receiver closes it
 * @property {(picture: SoftwarePicture, queued: number) => void} softwarePicture
 * @property {(data: AudioData, time: number) => void} audioData the giver closes it
 * @property {(sound: SoftwareSound) => void} softwareSound
 * @property {() => void} drained
 * @property {(queued: number) => void} queue
 * @property {(message: string) => void} error this data cannot be decoded
 *
 * @typedef {import('./software.js').SoftwarePicture} SoftwarePicture
 * @typedef {import('./software.js').SoftwareSound} SoftwareSound
 *
 * @typedef {object} Backend
 * @property {string} name
 * @property {(bytes: Uint8Array<ArrayBuffer>, time: number, key: boolean) => void} send bytes are valid during the call
 * @property {() => void} drain
 * @property {() => void} reset
 * @property {() => void} close
 *
 * @typedef {object} Candidate
 * @property {boolean} [needsKey] it cannot be asked before there is a key packet
 * @property {(track: Track, output: Output, key: Uint8Array) => Promise<Backend | null>} open
 *
 * @typedef {object} Sink what the engine is told; `generation` as the engine counts
 * @property {(generation: number, frame: VideoFrame, queued: number) => void} videoFrame
 * @property {(generation: number, picture: SoftwarePicture, queued: number) => void} softwarePicture
 * @property {(generation: number, data: AudioData, time: number) => void} audioData
 * @property {(generation: number, sound: SoftwareSound) => void} softwareSound
 * @property {(generation: number) => void} drained
 * @property {(generation: number, queued: number) => void} queue
 * @property {(generation: number, fatal: boolean, message: string) => void} error
 * @property {(text: string) => void} log
 */

/** Loading a decoder takes seconds at worst: ten seconds of pictures and sound wait at most. */
const maxWaiting = 600;
const maxWaitingBytes = 32 << 20;
const failuresBeforeNext = 2;

export class Stream {
  #track;
  #candidates;
  #sink;
  #next = 0; // candidate
  /** @type {Backend | null} */
  #backend = null;
  #choosing = false;
  #generation = 0;
  #failed = false;
  #closed = false;
  #given = false; // the backend gave something, ever
  #failures = 0;
  /** @type {{bytes: Uint8Array<ArrayBuffer> | null, time: number, key: boolean}[]} no bytes: drain */
  #waiting = [];
  #waitingBytes = 0;
  /** @type {Output} */
  #output;

  /** @param {Track} track @param {Candidate[]} candidates @param {Sink} sink */
  constructor(track, candidates, sink) {
    this.#track = track;
    this.#candidates = candidates;
    this.#sink = sink;
    this.#output = this.#makeOutput();
    this.#choose();
  }

  /** Who decodes; empty while that is open. */
  get backend() {
    return this.#backend?.name ?? '';
  }

  #makeOutput() {
    const sink = this.#sink;
    return {
      videoFrame: (/** @type {VideoFrame} */ frame, /** @type {number} */ queued) => {
        if (this.#deaf()) return frame.close();
        this.#given = true;
        return sink.videoFrame(this.#generation, frame, queued);
      },
      softwarePicture: (/** @type {SoftwarePicture} */ picture, /** @type {number} */ queued) => {
        if (this.#deaf()) return picture.release();
        this.#given = true;
        return sink.softwarePicture(this.#generation, picture, queued);
      },
      audioData: (/** @type {AudioData} */ data, /** @type {number} */ time) => {
        if (this.#deaf()) return;
        this.#given = true;
        sink.audioData(this.#generation, data, time);
      },
      softwareSound: (/** @type {SoftwareSound} */ sound) => {
        if (this.#deaf()) return;
        this.#given = true;
        sink.softwareSound(this.#generation, sound);
      },
      drained: () => {
        if (!this.#deaf()) sink.drained(this.#generation);
      },
      queue: (/** @type {number} */ queued) => {
        if (!this.#deaf()) sink.queue(this.#generation, queued);
      },
      // A backend may notice while it is being called, and nothing is told to the engine while the engine calls.
      error: (/** @type {string} */ message) => {
        const generation = this.#generation;
        queueMicrotask(() => {
          if (generation === this.#generation) this.#fail(message);
        });
      },
    };
  }

  #deaf() {
    return this.#closed || this.#failed;
  }

  async #choose() {
    if (this.#choosing) return;
    this.#choosing = true;
    while (!this.#closed && !this.#backend && this.#next < this.#candidates.length) {
      const candidate = this.#candidates[this.#next];
      const key = this.#waiting.find((packet) => packet.key)?.bytes;
      if (candidate.needsKey && !key) break; // send() comes back here
      const backend = await this.#open(candidate, key ?? new Uint8Array(0));
      if (backend) this.#begin(backend);
      else this.#next += 1;
    }
    this.#choosing = false;
    if (this.#backend || this.#closed || this.#next < this.#candidates.length) return;
    this.#failed = true;
    this.#forget();
    this.#sink.error(this.#generation, true, `no decoder for ${this.#track.codec} (${this.#track.codecString}) here`);
  }

  /** @param {Candidate} candidate @param {Uint8Array} key */
  async #open(candidate, key) {
    try {
      return await candidate.open(this.#track, this.#output, key);
    } catch (error) {
      this.#sink.log(`a decoder cannot be opened: ${error}`);
      return null;
    }
  }

  /** @param {Backend} backend */
  #begin(backend) {
    if (this.#closed) {
      backend.close();
      return;
    }
    this.#backend = backend;
    this.#given = false;
    this.#failures = 0;
    const waiting = this.#waiting;
    this.#forget();
    for (const { bytes, time, key } of waiting) {
      if (bytes) backend.send(bytes, time, key);
      else backend.drain();
    }
  }

  #forget() {
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** @param {string} message */
  #fail(message) {
    if (this.#deaf()) return;
    this.#failed = true;
    this.#forget();
    this.#failures += 1;
    const generation = this.#generation;
    const useless = !this.#given && this.#failures >= failuresBeforeNext && this.#next + 1 < this.#candidates.length;
    if (this.#backend && useless) {
      this.#sink.log(`${this.#backend.name} fails at ${this.#track.codecString || this.#track.codec}: ${message}`);
      this.#backend.close();
      this.#backend = null;
      this.#next += 1;
      this.#choose();
    }
    this.#sink.error(generation, false, message);
  }

  /**
   * @param {number} generation @param {Uint8Array<ArrayBuffer>} bytes valid during the call @param {number} time
   * @param {boolean} key
   */
  send(generation, bytes, time, key) {
    this.#generation = generation;
    if (this.#deaf()) return;
    if (this.#backend) {
      this.#backend.send(bytes, time, key);
    } else if (this.#waiting.length === maxWaiting || this.#waitingBytes + bytes.length > maxWaitingBytes) {
      this.#output.error('too many packets wait for the decoder');
    } else {
      this.#waiting.push({ bytes: bytes.slice(), time, key });
      this.#waitingBytes += bytes.length;
      if (key) this.#choose();
    }
  }

  /** @param {number} generation */
  drain(generation) {
    this.#generation = generation;
    if (this.#deaf()) return;
    if (this.#backend) this.#backend.drain();
    else this.#waiting.push({ bytes: null, time: 0, key: false });
  }

  /** @param {number} generation the new one */
  reset(generation) {
    this.#generation = generation;
    this.#forget();
    if (this.#closed || (this.#failed && !this.#backend && this.#next >= this.#candidates.length)) return;
    this.#failed = false;
    try {
      this.#backend?.reset();
    } catch (error) {
      this.#output.error(String(error));
    }
  }

  close() {
    this.#closed = true;
    this.#forget();
    this.#backend?.close();
    this.#backend = null;
  }
}
