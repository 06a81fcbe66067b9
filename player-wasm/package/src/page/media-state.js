// What of the player behaves like an HTMLMediaElement: a pure state machine. Each input changes the state and answers with
// the names of the events that are then due, in order. So state always precedes its events, and whoever calls play() or
// pause() from within one finds the machine at rest.
//
//        load          started + size            holding, offline
//   EMPTY ──▶ NOTHING ────────────────▶ ENOUGH ◀──────────────────▶ CURRENT     readyState
//                ▲                        │   playing                  │
//                └──── load ──────────────┴───────── stopped: ended ───┘        a restart of the channel takes `ended` back
import { Ranges } from './time-ranges.js';
import { LIVE_TOLERANCE_S, Timeline } from './timeline.js';

export const NETWORK = Object.freeze({ EMPTY: 0, IDLE: 1, LOADING: 2, NO_SOURCE: 3 });
export const READY = Object.freeze({ NOTHING: 0, METADATA: 1, CURRENT_DATA: 2, FUTURE_DATA: 3, ENOUGH_DATA: 4 });

export class MediaState {
  paused = true;
  ended = false;
  seeking = false;
  /** @type {import('./errors.js').PlaybackError | null} */
  error = null;
  /** @type {number} */
  readyState = READY.NOTHING;
  /** @type {number} */
  networkState = NETWORK.EMPTY;
  duration = NaN;
  videoWidth = 0;
  videoHeight = 0;
  volume = 1;
  muted = false;
  /** @type {'unknown' | 'live'} */
  streamType = 'unknown';
  targetLiveWindow = NaN;

  #timeline = new Timeline();
  #started = false; // the first picture of this load was shown
  #sized = false;
  /** @type {'' | 'playing' | 'waiting'} what the listeners were told last */
  #told = '';
  #resumes = false; // was playing when the channel was stopped: a restart plays on
  #bytes = 0;

  /** A source was set. @param {boolean} autoplay */
  load(autoplay) {
    const events = this.unload();
    this.networkState = autoplay ? NETWORK.LOADING : NETWORK.IDLE;
    events.push('loadstart');
    if (this.streamType !== 'live') {
      this.streamType = 'live';
      this.targetLiveWindow = 0;
      events.push('streamtypechange', 'targetlivewindowchange');
    }
    return autoplay ? events.concat(this.play()) : events;
  }

  /** There is no source any more. */
  unload() {
    const events = this.networkState === NETWORK.EMPTY ? [] : ['abort', 'emptied'];
    const hadDuration = !Number.isNaN(this.duration);
    this.paused = true;
    this.ended = this.seeking = this.#started = this.#sized = this.#resumes = false;
    this.error = null;
    this.readyState = READY.NOTHING;
    this.networkState = NETWORK.EMPTY;
    this.duration = NaN;
    this.videoWidth = this.videoHeight = this.#bytes = 0;
    this.#told = '';
    this.#timeline.reset();
    return hadDuration ? [...events, 'durationchange'] : events;
  }

  play() {
    if (!this.paused) return [];
    this.paused = false;
    this.#resumes = false;
    this.ended = false;
    if (this.networkState === NETWORK.EMPTY) return ['play'];
    this.networkState = NETWORK.LOADING;
    return ['play', ...(this.readyState > READY.CURRENT_DATA ? this.#tell('playing') : this.#tell('waiting'))];
  }

  pause() {
    this.#resumes = false;
    if (this.paused) return [];
    this.paused = true;
    this.#told = '';
    return this.readyState > READY.NOTHING ? ['timeupdate', 'pause'] : ['pause'];
  }

  /** The viewer asks for the live edge: the session begins anew. */
  rejoin() {
    this.seeking = true;
    this.#timeline.start();
    this.readyState = Math.min(this.readyState, READY.METADATA);
    return ['seeking', ...this.#tell('waiting')];
  }

  /** @param {number} volume 0 to 1 @param {boolean} muted */
  setVolume(volume, muted) {
    if (volume === this.volume && muted === this.muted) return [];
    this.volume = volume;
    this.muted = muted;
    return ['volumechange'];
  }

  /** The engine's `started`: the first picture of a viewing is on the canvas. */
  started() {
    if (this.#started) this.#timeline.start();
    this.#started = true;
    return this.readyState === READY.NOTHING ? this.#metadata(this.#sized) : this.#goes();
  }

  /** @param {number} width @param {number} height */
  size(width, height) {
    const changed = width !== this.videoWidth || height !== this.videoHeight;
    this.videoWidth = width;
    this.videoHeight = height;
    this.#sized = true;
    if (this.readyState === READY.NOTHING) return this.#metadata(true);
    return changed ? ['resize'] : [];
  }

  /** The engine's state, by its name. @param {string} state */
  engineState(state) {
    switch (state) {
      case 'playing': return this.readyState > READY.NOTHING ? [...this.#returns(), ...this.#goes()] : this.#returns();
      case 'holding':
      case 'offline': return this.#waits();
      case 'joining':
      case 'pre_live': return [...this.#returns(), ...this.#waits()];
      case 'stopped': return this.#ends();
      default: return [];
    }
  }

  /**
   * @param {{playheadMs: number, bufferMs: number, bytesTotal: number, state: string}} stats
   * @param {number} nowMs
   */
  stats({ playheadMs, bufferMs, bytesTotal, state }, nowMs) {
    if (!this.#started) return [];
    const before = this.#timeline.currentTime(nowMs);
    this.#timeline.update({ playheadMs, bufferMs, moving: state === 'playing' && !this.paused }, nowMs);
    const events = this.readyState === READY.NOTHING ? this.#metadata(true) : []; // sound only: there is no size to wait for
    if (bytesTotal !== this.#bytes) events.push('progress');
    if (this.#timeline.currentTime(nowMs) > before || (state === 'playing' && !this.paused)) events.push('timeupdate');
    this.#bytes = bytesTotal;
    return events;
  }

  /** @param {import('./errors.js').PlaybackError} error */
  fail(error) {
    this.error = error;
    if (this.readyState === READY.NOTHING) this.networkState = NETWORK.NO_SOURCE;
    this.#told = '';
    return ['error'];
  }

  /** What failed works after all. */
  recover() {
    if (this.error && this.networkState === NETWORK.NO_SOURCE) this.networkState = NETWORK.LOADING;
    this.error = null;
  }

  /** @param {number} nowMs */
  currentTime(nowMs) {
    return this.#timeline.currentTime(nowMs);
  }

  /** @param {number} engineS */
  fromEngine(engineS) {
    return this.#timeline.fromEngine(engineS);
  }

  /** @param {number} nowMs */
  buffered(nowMs) {
    const range = this.#timeline.buffered(nowMs);
    return new Ranges(range ? [range] : []);
  }

  /** A live stream is seekable to one place: its edge. @param {number} nowMs */
  seekable(nowMs) {
    const edge = this.#timeline.liveEdge(nowMs);
    return new Ranges(Number.isNaN(edge) ? [] : [[edge, edge]]);
  }

  /** @param {number} nowMs */
  liveEdgeStart(nowMs) {
    return this.#timeline.liveEdge(nowMs) - LIVE_TOLERANCE_S;
  }

  /** @param {boolean} ready */
  #metadata(ready) {
    if (!this.#started || !ready) return [];
    this.duration = Infinity;
    const events = ['durationchange', ...(this.videoWidth > 0 ? ['resize'] : []), 'loadedmetadata', 'loadeddata'];
    return events.concat(this.#goes());
  }

  #goes() {
    /** @type {string[]} */
    const events = [];
    if (this.seeking) {
      this.seeking = false;
      events.push('seeked');
    }
    if (this.readyState < READY.ENOUGH_DATA) {
      this.readyState = READY.ENOUGH_DATA;
      events.push('canplay', 'canplaythrough');
    }
    return events.concat(this.#tell('playing'));
  }

  #waits() {
    this.readyState = Math.min(this.readyState, READY.CURRENT_DATA);
    return this.#tell('waiting');
  }

  #ends() {
    if (this.ended || this.readyState === READY.NOTHING) return [];
    this.#resumes = !this.paused;
    this.ended = this.paused = true;
    this.readyState = READY.CURRENT_DATA;
    this.networkState = NETWORK.IDLE;
    this.#told = '';
    return ['timeupdate', ...(this.#resumes ? ['pause'] : []), 'ended'];
  }

  #returns() {
    if (!this.ended) return [];
    this.ended = false;
    return this.#resumes ? this.play() : [];
  }

  /** @param {'playing' | 'waiting'} name */
  #tell(name) {
    if (this.paused || this.#told === name) return [];
    this.#told = name;
    return [name];
  }
}
