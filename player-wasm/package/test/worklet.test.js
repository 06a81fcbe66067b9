// The ring that the worklet plays from, driven block by block as an audio thread would, without one.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const SAMPLE_RATE = 48000;
/** @type {any} */
let Processor;
globalThis.sampleRate = SAMPLE_RATE;
globalThis.AudioWorkletProcessor = class { port = {}; };
globalThis.registerProcessor = (_name, processor) => { Processor = processor; };
await import('../src/page/worklet.js');

/** A processor, and the worker's end of its port. */
function make(buffer) {
  const processor = new Processor({ processorOptions: { buffer } });
  const reports = [];
  const port = { postMessage: (report) => reports.push(report), close() { this.closed = true; } };
  processor.port.onmessage({ data: { port } });
  return {
    reports, port, processor,
    send: (data) => port.onmessage({ data }),
    /** @returns {number[]} the left channel of so many blocks */
    run(blocks) {
      const heard = [];
      for (let i = 0; i < blocks; ++i) {
        const outputs = [[new Float32Array(128), new Float32Array(128)]];
        processor.process([], outputs);
        assert.deepEqual(outputs[0][0], outputs[0][1]);
        heard.push(...outputs[0][0]);
      }
      return heard;
    },
  };
}
const ramp = (from, frames) => Float32Array.from({ length: frames * 2 }, (_, i) => from + (i >> 1));
const numbers = (from, count) => Array.from({ length: count }, (_, i) => from + i);

test('what was sent is played in order, across any block, and then there is silence', () => {
  const it = make();
  it.send({ samples: ramp(1, 100) });
  it.send({ samples: ramp(101, 200) });
  const heard = it.run(4);
  assert.deepEqual(heard.slice(0, 300), numbers(1, 300));
  assert.ok(heard.slice(300).every((sample) => sample === 0));
});

test('it reports every 20 ms what was sound and what was silence', () => {
  const it = make();
  it.send({ samples: ramp(1, 1000) });
  it.run(375); // a second
  assert.ok(it.reports.length >= 45 && it.reports.length <= 50);
  const last = it.reports.at(-1);
  assert.equal(last.taken, 1000);
  assert.ok(last.silent > 45000);
});

test('a second is the bound; the rest is dropped and counted', () => {
  const it = make();
  it.send({ samples: ramp(1, SAMPLE_RATE - 10) });
  it.send({ samples: ramp(SAMPLE_RATE - 9, 50) });
  const heard = it.run(380).filter((sample) => sample !== 0);
  assert.deepEqual([heard.length, heard.at(-1)], [SAMPLE_RATE, SAMPLE_RATE]);
  assert.equal(it.reports.at(-1).dropped, 40);
});

test('a flush drops what is queued, and says so at once', () => {
  const it = make();
  it.send({ samples: ramp(1, 500) });
  it.run(1);
  it.send({ flush: 1, at: 0 });
  assert.equal(it.reports.at(-1).flushed, 1);
  it.send({ samples: ramp(1000, 10) });
  assert.deepEqual(it.run(1).slice(0, 11), [...numbers(1000, 10), 0]);
  assert.equal(it.processor.process([], [[new Float32Array(128), new Float32Array(128)]]), true);
});

test('paused it takes nothing and counts the silence', () => {
  const it = make();
  it.send({ samples: ramp(1, 128) });
  it.send({ paused: true });
  assert.ok(it.run(50).every((sample) => sample === 0));
  assert.equal(it.reports.at(-1).taken, 0);
  it.send({ paused: false });
  assert.deepEqual(it.run(1), numbers(1, 128));
});

/** A shared ring and the worker's way of writing to it. */
function shared(start = 0) {
  const buffer = new SharedArrayBuffer(64 + 32768 * 8);
  const counts = new Int32Array(buffer, 0, 2);
  const ring = new Float32Array(buffer, 64, 65536);
  counts.fill(start);
  return {
    buffer, counts,
    write(samples) {
      const written = Atomics.load(counts, 0);
      samples.forEach((sample, i) => { ring[(written * 2 + i) % 65536] = sample; });
      Atomics.store(counts, 0, (written + samples.length / 2) & 0x7fffffff);
    },
  };
}

test('a shared ring goes on where its counters begin anew', () => {
  const { buffer, counts, write } = shared(0x7fffffff - 200);
  const it = make(buffer);
  write(ramp(1, 640));
  assert.deepEqual(it.run(5), numbers(1, 640));
  assert.equal(counts[0], counts[1]);
  assert.ok(counts[1] < 640);
});

test('a flush of a shared ring keeps what was written after it was decided', () => {
  const { buffer, counts, write } = shared(0x7fffffff - 200);
  const it = make(buffer);
  write(ramp(1, 500));
  const at = counts[0];
  write(ramp(1000, 128)); // before the worklet hears of the flush
  it.send({ flush: 1, at });
  assert.deepEqual(it.run(1), numbers(1000, 128));
});

test('a flush that comes late does not take back what was played', () => {
  const { buffer, counts, write } = shared();
  const it = make(buffer);
  write(ramp(1, 128));
  const at = counts[0];
  write(ramp(1000, 256));
  it.run(2); // has played past the place
  it.send({ flush: 1, at });
  assert.deepEqual(it.run(1), numbers(1128, 128));
});

test('closed it ends, and its port with it', () => {
  const it = make();
  it.processor.port.onmessage({ data: { close: true } });
  assert.equal(it.processor.process([], [[new Float32Array(128), new Float32Array(128)]]), false);
  assert.equal(it.port.closed, true);
});
