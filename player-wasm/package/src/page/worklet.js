// The far end of the sound: a ring that an AudioWorklet plays from. It never blocks and never waits: where there is nothing
// to play it plays silence, and it reports how much of each it has played, which is the clock of everything else.
//
// From the worker, on a port of its own: {samples} interleaved stereo, {flush: n, at?} drop what is queued, {paused}.
// With a shared ring the samples come through that; `at` is then the count of frames written when the flush was decided.
// To the worker, about every 20 ms and after each flush: {taken, silent, flushed, dropped}, in sample frames since the start.

const SHARED_HEADER_BYTES = 64;
const SHARED_FRAMES = 32768;
const COUNT_MASK = 0x7fffffff;

/** One second; what comes beyond it is dropped and counted: the worker does not keep to its own bound. */
class MessageRing {
  #capacity;
  #samples;
  #read = 0;
  #fill = 0;
  dropped = 0;

  /** @param {number} capacity in frames */
  constructor(capacity) {
    this.#capacity = capacity;
    this.#samples = new Float32Array(capacity * 2);
  }

  /** @param {Float32Array} samples */
  write(samples) {
    const frames = Math.min(samples.length >> 1, this.#capacity - this.#fill);
    const at = (this.#read + this.#fill) % this.#capacity;
    const first = Math.min(frames, this.#capacity - at);
    this.#samples.set(samples.subarray(0, first * 2), at * 2);
    this.#samples.set(samples.subarray(first * 2, frames * 2), 0);
    this.#fill += frames;
    this.dropped += (samples.length >> 1) - frames;
  }

  /** @param {Float32Array} left @param {Float32Array} right @returns {number} frames that there were */
  read(left, right) {
    const frames = Math.min(left.length, this.#fill);
    for (let i = 0; i < frames; ++i) {
      const at = ((this.#read + i) % this.#capacity) * 2;
      left[i] = this.#samples[at];
      right[i] = this.#samples[at + 1];
    }
    this.#read = (this.#read + frames) % this.#capacity;
    this.#fill -= frames;
    return frames;
  }

  flush() {
    this.#fill = 0;
  }
}

/** The same over shared memory: the worker writes, this reads; each moves only its own counter. */
class SharedRing {
  #counts;
  #samples;
  dropped = 0;

  /** @param {SharedArrayBuffer} buffer */
  constructor(buffer) {
    this.#counts = new Int32Array(buffer, 0, 2);
    this.#samples = new Float32Array(buffer, SHARED_HEADER_BYTES, SHARED_FRAMES * 2);
  }

  /** @param {Float32Array} left @param {Float32Array} right */
  read(left, right) {
    const read = Atomics.load(this.#counts, 1);
    const frames = Math.min(left.length, (Atomics.load(this.#counts, 0) - read) & COUNT_MASK);
    for (let i = 0; i < frames; ++i) {
      const at = ((read + i) % SHARED_FRAMES) * 2;
      left[i] = this.#samples[at];
      right[i] = this.#samples[at + 1];
    }
    Atomics.store(this.#counts, 1, (read + frames) & COUNT_MASK);
    return frames;
  }

  /** @param {number} [at] what was written after this stays */
  flush(at) {
    const written = Atomics.load(this.#counts, 0);
    const read = Atomics.load(this.#counts, 1);
    const to = at === undefined ? written : at & COUNT_MASK;
    // A flush that comes late must not turn the clock back to what was played meanwhile.
    if (((to - read) & COUNT_MASK) <= ((written - read) & COUNT_MASK)) Atomics.store(this.#counts, 1, to);
  }
}

class UnderstudyOutput extends AudioWorkletProcessor {
  #shared;
  #ring;
  /** @type {MessagePort | null} */
  #worker = null;
  #taken = 0;
  #silent = 0;
  #flushed = 0;
  #paused = false;
  #open = true;
  #sinceReport = 0;

  /** @param {{processorOptions?: {buffer?: SharedArrayBuffer}}} options */
  constructor(options) {
    super();
    const buffer = options?.processorOptions?.buffer;
    this.#shared = buffer ? new SharedRing(buffer) : null;
    this.#ring = new MessageRing(sampleRate);
    this.port.onmessage = (event) => {
      if (event.data.port) this.#listen(event.data.port);
      if (event.data.close) this.#close();
    };
  }

  /** @param {Float32Array[][]} _inputs @param {Float32Array[][]} outputs */
  process(_inputs, outputs) {
    const [left, right] = outputs[0];
    const frames = this.#paused ? 0 : (this.#shared ?? this.#ring).read(left, right ?? left);
    // The rest of the block is zero already: the browser hands out cleared buffers.
    this.#taken += frames;
    this.#silent += left.length - frames;
    this.#sinceReport += left.length;
    if (this.#sinceReport * 50 >= sampleRate) this.#report();
    return this.#open;
  }

  /** @param {MessagePort} port */
  #listen(port) {
    this.#worker = port;
    port.onmessage = ({ data }) => {
      if (data.samples) this.#ring.write(data.samples);
      if (typeof data.paused === 'boolean') this.#paused = data.paused;
      if (typeof data.flush === 'number') {
        if (this.#shared) this.#shared.flush(data.at);
        else this.#ring.flush();
        this.#flushed = data.flush;
        this.#report();
      }
    };
  }

  #report() {
    this.#sinceReport = 0;
    const { dropped } = this.#ring;
    this.#worker?.postMessage({ taken: this.#taken, silent: this.#silent, flushed: this.#flushed, dropped });
  }

  #close() {
    this.#open = false;
    this.#worker?.close();
    this.#worker = null;
  }
}

registerProcessor('understudy-output', UnderstudyOutput);
