// An AudioWorklet that writes down what it hears, as the numbers of the fake worker's ramp; 0 is silence.
class Recorder extends AudioWorkletProcessor {
  /** @param {Float32Array[][]} inputs */
  process(inputs) {
    const left = inputs[0][0];
    const numbers = left ? Array.from(left, (sample) => sample * 2 ** 20) : [];
    if (numbers.some((number) => number !== 0)) this.port.postMessage(numbers);
    return true;
  }
}
registerProcessor('recorder', Recorder);
