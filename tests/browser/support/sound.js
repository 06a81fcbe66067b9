// What a viewer hears, in the page: records the samples of an audio node, and when the first of them was played.

const PROCESSOR = `
registerProcessor('understudy-test-recorder', class extends AudioWorkletProcessor {
  constructor() { super(); this.block = new Int16Array(4096); this.filled = 0; this.first = -1; }
  process([input]) {
    const samples = input[0];
    if (this.first < 0) this.first = currentFrame;
    for (let i = 0; i < 128; i += 1) {
      const sample = samples ? samples[i] : 0;
      this.block[this.filled++] = Math.round(Math.max(-1, Math.min(1, sample)) * 32767);
    }
    if (this.filled === this.block.length) {
      this.port.postMessage({ first: this.first, samples: this.block });
      this.block = new Int16Array(4096);
      this.filled = 0;
    }
    return true;
  }
});`;

const KEEP = 5000; // blocks: seven minutes at 48 kHz

/** The first channel, as it goes to the device. */
export class Recorder {
  /** @type {Int16Array[]} */ blocks = [];
  #first = 0;
  #context;
  /** performance.now() of the context's time zero, as often as it was asked. @type {number[]} */ #zeros = [];

  /** @param {AudioNode} node */
  static async start(node) {
    const context = /** @type {AudioContext} */ (node.context);
    const url = URL.createObjectURL(new Blob([PROCESSOR], { type: 'text/javascript' }));
    await context.audioWorklet.addModule(url);
    URL.revokeObjectURL(url);
    return new Recorder(context, node);
  }

  /** @param {AudioContext} context @param {AudioNode} node */
  constructor(context, node) {
    this.#context = context;
    const recorder = new AudioWorkletNode(context, 'understudy-test-recorder', { numberOfOutputs: 0, channelCount: 1 });
    recorder.port.onmessage = ({ data }) => {
      this.#first = data.first;
      if (this.blocks.length < KEEP) this.blocks.push(data.samples);
      const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp();
      if (contextTime > 0) this.#zeros.push(performanceTime - contextTime * 1000);
    };
    node.connect(recorder);
  }

  /** Samples, their rate, and performance.now() of the first one; null: nothing was recorded. */
  get recording() {
    if (this.blocks.length === 0 || this.#zeros.length === 0) return null;
    const rate = this.#context.sampleRate;
    const zero = [...this.#zeros].sort((a, b) => a - b)[this.#zeros.length >> 1];
    const samples = new Int16Array(this.blocks.length * 4096);
    this.blocks.forEach((block, i) => samples.set(block, i * 4096));
    return { rate, startMs: zero + this.#first * 1000 / rate, samples };
  }
}
