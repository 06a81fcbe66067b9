// The engine's sound on its way to the audio worklet: through a shared ring where the page is cross-origin isolated, else as
// messages.

const ringFrames = 32768;
const ringOffset = 64; // bytes; before it: frames written, frames read
const channels = 2;

/**
 * @param {MessagePort | undefined} port to the worklet
 * @param {SharedArrayBuffer | undefined} buffer
 * @param {(sound: number, silence: number, flushes: number) => void} onReport
 */
export function createAudioPort(port, buffer, onReport) {
  const counters = buffer ? new Int32Array(buffer, 0, 2) : null;
  const ring = buffer ? new Float32Array(buffer, ringOffset, ringFrames * channels) : null;
  if (port) {
    port.onmessage = ({ data }) => onReport(data.taken, data.silent, data.flushed);
  }

  /** @param {Float32Array} samples a view that is valid during the call */
  function writeShared(samples) {
    const frames = samples.length / channels;
    const written = Atomics.load(counters, 0);
    const at = (written % ringFrames) * channels;
    const first = Math.min(samples.length, ring.length - at);
    ring.set(samples.subarray(0, first), at);
    ring.set(samples.subarray(first), 0);
    Atomics.store(counters, 0, (written + frames) & 0x7fffffff);
  }

  return {
    /** @param {Float32Array} samples */
    write(samples) {
      if (ring) {
        writeShared(samples);
      } else if (port) {
        const copy = samples.slice();
        port.postMessage({ samples: copy }, [copy.buffer]);
      }
    },
    /** @param {number} number */
    flush(number) {
      // The shared ring overtakes messages: what was written after this moment must stay.
      port?.postMessage({ flush: number, at: counters ? Atomics.load(counters, 0) : 0 });
    },
    /** @param {boolean} paused */
    pause(paused) {
      port?.postMessage({ paused });
    },
    close() {
      port?.close();
    },
  };
}
