// The sound's way to the speakers: AudioContext → worklet → gain (volume, mute) → destination. A page may have no sound at
// all (state `none`), or not before the viewer's first gesture (`suspended`): the picture goes on without it.
import workletText from './worklet.js?text';

const SHARED_BYTES = 64 + 32768 * 2 * 4;
const FALLBACK_RATE = 48000;
/** An allowed context runs within some tens of milliseconds; one that does not by now waits for a gesture. */
const BLOCKED_AFTER_MS = 400;
/** Keys, the mouse and, when it is lifted, the finger count as a gesture. */
const GESTURES = ['pointerdown', 'pointerup', 'keydown', 'touchend'];
/** A change of the device's delay that a viewer could notice as lips out of step. */
const LATENCY_STEP_S = 0.005;

/** @typedef {'running' | 'suspended' | 'interrupted' | 'closed' | 'none'} AudioState */

export class AudioOutput {
  /** @type {AudioContext | null} */
  #context = null;
  /** @type {AudioWorkletNode | null} */
  #worklet = null;
  /** @type {MessagePort | null} */
  #workletPort = null;
  #onState;
  #onBlocked;
  #audible = false;
  #told = { state: '', latency: -1 };
  #failed = false;
  #closed = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #blockedTimer;
  #onGesture = () => this.#resume();
  #onStateChange = () => this.#changed();

  /** @type {GainNode | null} */
  gain = null;
  sampleRate = FALLBACK_RATE;
  /** The worker's end of the port. @type {MessagePort} */
  port;
  /** @type {SharedArrayBuffer | undefined} */
  buffer;

  /**
   * @param {{workletUrl: string, preferWorkletUrl: boolean, onState: (state: AudioState, latency: number) => void,
   *   onBlocked: () => void}} options
   */
  constructor({ workletUrl, preferWorkletUrl, onState, onBlocked }) {
    this.#onState = onState;
    this.#onBlocked = onBlocked;
    const channel = new MessageChannel();
    this.port = channel.port1;
    this.#workletPort = channel.port2;
    if (globalThis.crossOriginIsolated) this.buffer = new SharedArrayBuffer(SHARED_BYTES);
    try {
      this.#context = new AudioContext({ latencyHint: 'playback' });
      this.sampleRate = this.#context.sampleRate;
      this.gain = this.#context.createGain();
      this.gain.connect(this.#context.destination);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#context.addEventListener('statechange', this.#onStateChange);
    this.#start(this.#context, workletUrl, preferWorkletUrl).catch((error) => this.#fail(error));
  }

  /** @returns {AudioState} */
  get state() {
    if (this.#failed || !this.#context) return 'none';
    if (!this.#worklet && this.#context.state !== 'closed') return 'suspended';
    return /** @type {AudioState} */ (this.#context.state); // WebKit's `interrupted` is not in every lib.dom
  }

  /** From the moment a sample is taken until it is heard. */
  get latency() {
    return this.#context?.outputLatency || this.#context?.baseLatency || 0;
  }

  /** @param {number} volume @param {boolean} muted */
  setVolume(volume, muted) {
    this.#audible = !muted && volume > 0;
    if (this.gain && this.#context) this.gain.gain.setTargetAtTime(muted ? 0 : volume, this.#context.currentTime, 0.01);
    if (this.#audible) this.#watchBlocked();
  }

  /** Called now and then: says again what has changed, e.g. a wireless headset's delay. */
  refresh() {
    const { state, latency } = this;
    if (state === this.#told.state && Math.abs(latency - this.#told.latency) < LATENCY_STEP_S) return;
    this.#told = { state, latency };
    this.#onState(state, latency);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#blockedTimer);
    this.#listenForGesture(false);
    this.#worklet?.port.postMessage({ close: true });
    this.#worklet?.disconnect();
    this.gain?.disconnect();
    this.#workletPort?.close();
    this.#context?.removeEventListener('statechange', this.#onStateChange);
    if (this.#context?.state !== 'closed') this.#context?.close().catch(() => {}); // closed by the browser: as wished
    this.#context = this.#worklet = this.#workletPort = this.gain = null;
  }

  /** @param {AudioContext} context @param {string} url @param {boolean} preferUrl */
  async #start(context, url, preferUrl) {
    this.#resume();
    const blob = URL.createObjectURL(new Blob([workletText], { type: 'text/javascript' }));
    try {
      await context.audioWorklet.addModule(preferUrl ? url : blob);
    } catch (error) {
      if (preferUrl) throw error;
      await context.audioWorklet.addModule(url); // the page's policy forbids blob: scripts
    } finally {
      URL.revokeObjectURL(blob);
    }
    if (this.#closed || !this.gain || !this.#workletPort) return;
    this.#worklet = new AudioWorkletNode(context, 'understudy-output', {
      numberOfInputs: 0, outputChannelCount: [2], processorOptions: { buffer: this.buffer },
    });
    this.#worklet.port.postMessage({ port: this.#workletPort }, [this.#workletPort]);
    this.#workletPort = null;
    this.#worklet.connect(this.gain);
    this.#changed();
  }

  /** @param {unknown} error */
  #fail(error) {
    if (this.#failed || this.#closed) return;
    this.#failed = true;
    console.warn(`understudy-player: no sound: ${error instanceof Error ? error.message : error}`);
    this.#listenForGesture(false);
    clearTimeout(this.#blockedTimer);
    this.refresh();
  }

  #changed() {
    const running = this.#context?.state === 'running';
    this.#listenForGesture(!running && this.#context?.state !== 'closed');
    if (running) clearTimeout(this.#blockedTimer);
    else if (this.#audible) this.#watchBlocked();
    this.refresh();
  }

  /** Browsers that allow sound start a context by themselves; asking without a gesture only fills the console with warnings. */
  #resume() {
    if (navigator.userActivation?.hasBeenActive ?? true) this.#context?.resume().catch(() => {}); // the next gesture asks again
    this.#listenForGesture(this.#context?.state !== 'running');
  }

  #watchBlocked() {
    clearTimeout(this.#blockedTimer);
    if (this.#failed || !this.#context || this.#context.state === 'running') return;
    this.#resume();
    this.#blockedTimer = setTimeout(() => {
      if (this.#context && this.#context.state !== 'running' && this.#audible) this.#onBlocked();
    }, BLOCKED_AFTER_MS);
  }

  /** @param {boolean} listen */
  #listenForGesture(listen) {
    for (const name of GESTURES) {
      if (listen) document.addEventListener(name, this.#onGesture, { capture: true, passive: true });
      else document.removeEventListener(name, this.#onGesture, { capture: true });
    }
  }
}
