// UnderstudyPlayer: one player, without a user interface. It owns the worker with the engine and the sound, draws to a canvas
// and looks like an HTMLMediaElement (media-state.js has the rules). `<understudy-player>` is a face for one of these.
//
//   idle ── load() with autoplay, or play() ──▶ worker and AudioContext ── close(), or a fatal error ──▶ idle
//
// Nothing is fetched before play() unless `autoplay` is set, as with preload="none".
import { assetUrls } from './assets.js';
import { AudioOutput } from './audio.js';
import { DOM_NAMES } from './engine-events.js';
import { PlaybackError } from './errors.js';
import { EventQueue } from './event-queue.js';
import { FrameCallbacks } from './frame-callbacks.js';
import { MediaState, NETWORK } from './media-state.js';
import { PageCanvas } from './page-canvas.js';
import { PlayPromises } from './play-promises.js';
import { sessionConfig } from './session-config.js';
import { Traces } from './traces.js';
import { WorkerLink } from './worker-link.js';

/** Events kept in `log`; the oldest go first. */
const LOG_CAPACITY = 1000;
const NO_CARD = Object.freeze({ kind: 'none', announcement: '', detail: '' });

/** What is no URL stays as it is, and is an error when it is to be played. @param {string} url */
const absolute = (url) => (URL.canParse(url, document.baseURI) ? new URL(url, document.baseURI).href : url);
/** @param {string} url */
const isLoadable = (url) => URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);

export class UnderstudyPlayer extends EventTarget {
  #media = new MediaState();
  #events = new EventQueue(this);
  #promises = new PlayPromises();
  #frames = new FrameCallbacks((on) => this.#link?.send({ type: 'frames', on }));
  #traces = new Traces((message) => this.#link?.send(message));
  /** @type {WorkerLink | null} */
  #link = null;
  /** @type {AudioOutput | null} */
  #audio = null;
  /** @type {PageCanvas | null} */
  #page = null;
  /** @type {HTMLCanvasElement} */
  #canvas;
  #canvasUsed = false;
  #src = '';
  #loadQueued = false;
  /** @type {any[]} */
  #log = [];
  /** @type {any} */
  #stats = null;
  /** @type {any[]} */
  #sources = [];
  #onAir = '';
  /** @type {import('../../types/index.js').PlayerState} */
  #state = 'idle';
  /** @type {any} */
  #card = NO_CARD;
  /** @type {'auto' | 'always'} */
  #visible = 'auto';
  #onVisibility = () => this.#sendVisibility();

  /** @param {import('../../types/index.js').PlayerOptions} options */
  constructor({ canvas, src = '', ...options }) {
    super();
    this.#canvas = canvas;
    /**
     * Used when the worker starts.
     * @type {import('../../types/index.js').AssetOptions & {wasm?: ArrayBuffer | WebAssembly.Module}}
     */
    this.assets = { ...options };
    /** @type {'auto' | 'webcodecs' | 'software'} used when the worker starts */
    this.decoder = options.decoder ?? 'auto';
    this.prefer2d = options.prefer2d ?? false;
    // The next ones are read at each load.
    /** @type {string[]} */
    this.fallback = options.fallback ?? [];
    /** @type {object | undefined} */
    this.policy = options.policy;
    /** @type {number | undefined} */
    this.seed = options.seed;
    /** @type {string | undefined} */
    this.defaultAnnouncement = options.defaultAnnouncement;
    /** @type {string | undefined} */
    this.lastKnownDocument = options.lastKnownDocument;
    /** @type {number | undefined} */
    this.maxBandwidth = options.maxBandwidth;
    this.autoplay = options.autoplay ?? false;
    this.trace = options.trace ?? false;
    this.#visible = options.visible ?? 'auto';
    this.#media.setVolume(options.volume ?? 1, options.muted ?? false);
    if (src) this.src = src;
  }

  // ---- HTMLMediaElement ----

  get src() { return this.#src; }
  set src(url) {
    this.#src = url ? absolute(url) : '';
    this.#queueLoad();
  }

  get currentSrc() { return this.#src; }
  get paused() { return this.#media.paused; }
  get ended() { return this.#media.ended; }
  get seeking() { return this.#media.seeking; }
  get error() { return this.#media.error; }
  get readyState() { return this.#media.readyState; }
  get networkState() { return this.#media.networkState; }
  get duration() { return this.#media.duration; }
  get videoWidth() { return this.#media.videoWidth; }
  get videoHeight() { return this.#media.videoHeight; }
  get buffered() { return this.#media.buffered(performance.now()); }
  get seekable() { return this.#media.seekable(performance.now()); }
  get streamType() { return this.#media.streamType; }
  get targetLiveWindow() { return this.#media.targetLiveWindow; }
  get liveEdgeStart() { return this.#media.liveEdgeStart(performance.now()); }

  get currentTime() { return this.#media.currentTime(performance.now()); }
  /** A live stream has one place to seek to, its edge; whoever is there already stays. */
  set currentTime(seconds) {
    const edge = this.liveEdgeStart;
    if (!this.#link || this.#media.seeking || !(seconds >= edge) || this.currentTime >= edge) return;
    this.#emit(this.#media.rejoin());
    this.#sendLoad();
  }

  /** The engine nudges the rate itself where a splice needs it. */
  get playbackRate() { return 1; }

  get volume() { return this.#media.volume; }
  set volume(volume) {
    if (!(volume >= 0 && volume <= 1)) throw new DOMException(`volume ${volume} is not between 0 and 1`, 'IndexSizeError');
    this.#setVolume(volume, this.muted);
  }

  get muted() { return this.#media.muted; }
  set muted(muted) { this.#setVolume(this.volume, Boolean(muted)); }

  /** @returns {Promise<void>} kept when it plays, which may be long after: a channel may not have started yet */
  play() {
    if (this.#loadQueued) this.load();
    if (this.error && this.networkState === NETWORK.NO_SOURCE && !this.#link) this.load(); // the viewer tries once more
    if (!this.paused && this.readyState > 2) return Promise.resolve();
    const kept = this.#promises.add();
    this.#emit(this.#media.play());
    if (this.#src && !this.#link) this.#begin();
    this.#link?.send({ type: 'pause', paused: false });
    return kept;
  }

  pause() {
    if (this.#loadQueued) this.load();
    this.#emit(this.#media.pause());
    this.#link?.send({ type: 'pause', paused: true });
  }

  /** Begins anew with the present `src`. */
  load() {
    this.#loadQueued = false;
    this.#log = [];
    this.#show('idle', NO_CARD);
    if (!this.#src) {
      this.#emit(this.#media.unload());
      this.#release();
      return;
    }
    this.#emit(this.#media.load(this.autoplay));
    if (this.autoplay) this.#begin();
    else this.#release();
  }

  /**
   * Loads worker and engine before there is a `src`, so that the first picture comes sooner. Without effect where they are there;
   * a failure is told when something is to be played.
   */
  prepare() {
    if (!this.#link) this.#start();
  }

  /** @param {import('./frame-callbacks.js').FrameCallback} callback */
  requestVideoFrameCallback(callback) { return this.#frames.request(callback); }
  /** @param {number} handle */
  cancelVideoFrameCallback(handle) { this.#frames.cancel(handle); }

  // ---- our own ----

  /** The canvas in use: each worker needs a fresh one, which then takes the place of the old. */
  get canvas() { return this.#canvas; }
  /** The engine's state, or `idle`: nothing was asked to play yet. */
  get state() { return this.#state; }
  get card() { return this.#card; }
  /** The name of the source on air, or ''. */
  get source() { return this.#onAir; }
  /** Each member of the failover group: {id, name, state, lagMs?, skewMs?}. */
  get sources() { return this.#sources; }
  get stats() { return this.#stats; }
  /** The engine's events, oldest first. */
  get log() { return this.#log; }
  /** Where an app may connect an analyser. Null where there is no sound, or before something plays. */
  get audioNode() { return this.#audio?.gain ?? null; }
  get audioState() { return this.#audio?.state ?? 'none'; }

  get visible() { return this.#visible; }
  set visible(visible) {
    this.#visible = visible;
    this.#sendVisibility();
  }

  /** Puts another source on air; without a name the next able one. @param {string | null} [name] @returns {boolean} known? */
  switchTo(name = null) {
    const member = name === null ? null : this.#sources.find((source) => source.name === name);
    if (member === undefined || !this.#link) return false;
    this.#link.send({ type: 'switchTo', id: member === null ? null : member.id });
    return true;
  }

  /** Ends the session for this viewer, as a stop of the channel does for all. */
  stop() { this.#link?.send({ type: 'stop' }); }

  /** What went into the engine and came out of it, for understudy-replay; `trace` must be set before `src`. */
  takeTrace() {
    if (!this.#link) return Promise.reject(new DOMException('nothing was played', 'InvalidStateError'));
    return this.#traces.take();
  }

  /** Ends everything: worker, AudioContext, listeners. load() or play() begin again. */
  close() {
    this.#loadQueued = false;
    this.#emit(this.#media.unload());
    this.#release();
    this.#show('idle', NO_CARD);
  }

  // ---- inside ----

  #queueLoad() {
    if (this.#loadQueued) return;
    this.#loadQueued = true;
    queueMicrotask(() => { // src, fallback and policy are often set one after the other
      if (this.#loadQueued) this.load();
    });
  }

  #begin() {
    if (!isLoadable(this.#src)) {
      this.#fatal({ code: 2010, name: 'bad_url', detail: 'src is no http or https URL' });
      return;
    }
    this.#show('joining', { ...NO_CARD, kind: 'joining' });
    if (!this.#link) this.#start();
    this.#sendLoad();
  }

  #start() {
    const urls = assetUrls(this.assets);
    try {
      this.#link = new WorkerLink(urls.worker, (message) => this.#receive(message));
    } catch (error) {
      this.#fatal({ code: 1000, name: 'worker_failed', detail: error instanceof Error ? error.message : String(error) });
      return;
    }
    this.#audio = new AudioOutput({
      workletUrl: urls.worklet,
      preferWorkletUrl: Boolean(this.assets.workletUrl),
      onState: (state, latency) => this.#link?.send({ type: 'audio', state, latency }),
      onBlocked: () => this.#events.dispatch(new Event('autoplayblocked')),
    });
    const canvas = this.#takeCanvas();
    const engine = this.assets.wasm ? { engineModule: this.assets.wasm } : { engineUrl: urls.engine };
    this.#link.send({
      type: 'init', ...engine, softwareUrl: urls.software, softwareWasmUrl: urls.softwareWasm, decoder: this.decoder,
      prefer2d: this.prefer2d, sampleRate: this.#audio.sampleRate, audioPort: this.#audio.port,
      hidden: this.#hidden(), ...(canvas ? { canvas } : {}), ...(this.#audio.buffer ? { audioBuffer: this.#audio.buffer } : {}),
    }, [this.#audio.port, ...(canvas ? [canvas] : [])]);
    this.#audio.setVolume(this.volume, this.muted);
    this.#audio.refresh();
    if (this.trace) this.#link.send({ type: 'trace', on: true });
    this.#frames.restart();
    document.addEventListener('visibilitychange', this.#onVisibility);
  }

  /** A canvas can be handed over once. @returns {OffscreenCanvas | undefined} */
  #takeCanvas() {
    if (this.#canvasUsed) {
      const fresh = /** @type {HTMLCanvasElement} */ (this.#canvas.cloneNode());
      this.#canvas.replaceWith(fresh);
      this.#canvas = fresh;
    }
    this.#canvasUsed = true;
    if (typeof this.#canvas.transferControlToOffscreen === 'function') return this.#canvas.transferControlToOffscreen();
    this.#page = new PageCanvas(this.#canvas);
    return undefined;
  }

  #release() {
    document.removeEventListener('visibilitychange', this.#onVisibility);
    this.#link?.close();
    this.#audio?.close();
    this.#link = this.#audio = this.#page = this.#stats = null;
    this.#sources = [];
    this.#onAir = '';
    this.#traces.abandon();
  }

  #sendLoad() {
    if (!this.#link) return;
    const { fallback, policy, seed, defaultAnnouncement, lastKnownDocument, maxBandwidth } = this;
    const wish = { src: this.#src, fallback, policy, seed, defaultAnnouncement, lastKnownDocument, maxBandwidth };
    this.#link.send({ type: 'load', config: sessionConfig(wish) });
    if (this.paused) this.#link.send({ type: 'pause', paused: true });
  }

  #hidden() { return this.#visible === 'auto' && document.hidden; }
  #sendVisibility() { this.#link?.send({ type: 'visibility', hidden: this.#hidden() }); }

  /** @param {number} volume @param {boolean} muted */
  #setVolume(volume, muted) {
    this.#audio?.setVolume(volume, muted); // first: in a gesture, so that it may start the sound
    this.#emit(this.#media.setVolume(volume, muted));
  }

  /** @param {any} message from the worker */
  #receive(message) {
    switch (message.type) {
      case 'event': return this.#engineEvent(message.event);
      case 'state': return this.#engineState(message.state, message.card);
      case 'stats': return this.#engineStats(message.stats);
      case 'size': return this.#emit(this.#media.size(message.width, message.height));
      case 'frame': return this.#frame(message.frame);
      case 'picture': return this.#page ? this.#page.draw(message.frame) : message.frame.close();
      case 'trace': return this.#traces.resolve(message.id, message.text);
      case 'fatal': return this.#fatal(message.error);
      default: return undefined; // ready
    }
  }

  /** @param {any} event */
  #engineEvent(event) {
    this.#log.push(event);
    if (this.#log.length > LOG_CAPACITY) this.#log.shift();
    if (Array.isArray(event.sources)) this.#sources = event.sources.map(fromSnakeCase);
    if (event.type === 'started') this.#show('playing', NO_CARD); // its own message of it comes after the event
    if (event.type === 'started' || event.type === 'switched') this.#onAir = event.source ?? this.#onAir;
    if (event.type === 'stopped') this.#onAir = '';
    const media = event.type === 'started' ? this.#media.started() : [];
    const name = Object.hasOwn(DOM_NAMES, event.type) ? DOM_NAMES[event.type] : '';
    const names = ['engineevent', ...(name ? [name] : [])];
    this.#events.dispatch(...names.map((type) => new CustomEvent(type, { detail: event })));
    this.#emit(media);
  }

  /** @param {import('../../types/index.js').PlayerState} state @param {any} card */
  #engineState(state, card) {
    const refused = state === 'failed' || card?.kind === 'error';
    if (!refused) this.#media.recover();
    this.#show(state, card ?? NO_CARD);
    this.#emit(this.#media.engineState(state));
    if (refused && !this.error) this.#emit(this.#media.fail(this.#refusal(card)));
  }

  /** Why the engine gave up: its last error event has the code. @param {any} card */
  #refusal(card) {
    const last = this.#log.findLast((event) => event.error)?.error;
    const detail = card?.detail || last?.detail || '';
    return new PlaybackError({ code: last?.number ?? 1000, name: last?.code ?? 'internal', detail });
  }

  /** @param {any} stats */
  #engineStats(stats) {
    this.#stats = stats;
    if (Array.isArray(stats.sources)) this.#sources = stats.sources;
    this.#onAir = this.#sources.find((source) => source.id === stats.onAir)?.name ?? this.#onAir;
    this.#audio?.refresh();
    this.#events.dispatch(new Event('statschange'));
    this.#emit(this.#media.stats(stats, performance.now()));
  }

  /** @param {any} frame */
  #frame({ at, due, mediaTime, ...rest }) {
    const sinceEpoch = performance.timeOrigin;
    this.#frames.deliver({
      ...rest,
      presentationTime: at - sinceEpoch,
      expectedDisplayTime: due - sinceEpoch,
      mediaTime: this.#media.fromEngine(mediaTime),
    }, performance.now());
  }

  /** @param {{code?: number, name?: string, detail?: string}} error */
  #fatal(error) {
    const playback = new PlaybackError(error ?? {});
    this.#release();
    if (!this.#src) return; // while preparing: nobody asked for anything yet
    this.#show('failed', { kind: 'error', announcement: '', detail: playback.detail });
    this.#emit(this.#media.fail(playback));
  }

  /** @param {import('../../types/index.js').PlayerState} state @param {any} card */
  #show(state, card) {
    this.#state = state;
    this.#card = card;
    this.#events.dispatch(new Event('statechange'));
  }

  /** @param {string[]} names */
  #emit(names) {
    for (const name of names) this.#promises.see(name);
    this.#events.dispatch(...names.map((name) => new Event(name)));
  }
}

/**
 * Events carry the sources as the log prints them.
 * @param {{id: number, name: string, state: string, lag_ms?: number, skew_ms?: number}} source
 */
function fromSnakeCase({ id, name, state, lag_ms: lagMs, skew_ms: skewMs }) {
  return { id, name, state, ...(lagMs === undefined ? {} : { lagMs }), ...(skewMs === undefined ? {} : { skewMs }) };
}
