// The public types of understudy-player, written by hand; `npm run check` compares them with the sources.

/** What a player is given. URLs are relative to the page. */
export interface PlayerOptions extends AssetOptions {
  /** Drawn to. A worker takes it over; where the player needs another, a clone takes its place in the page (see `canvas`). */
  canvas: HTMLCanvasElement;
  /** A status URL (`https://status.example/playout/channel`), or a URL whose path ends in .m3u8, played without a service. */
  src?: string;
  /** Further .m3u8 URLs, by priority. */
  fallback?: string[];
  /** Begin without play(). */
  autoplay?: boolean;
  muted?: boolean;
  /** 0 to 1. */
  volume?: number;
  /** `auto`: WebCodecs where the browser can, else the software decoders, which are loaded only then. */
  decoder?: 'auto' | 'webcodecs' | 'software';
  /** Replaces the channel's failover policy as a whole. */
  policy?: Partial<Policy>;
  /** `always`: pictures are decoded in a hidden page too. */
  visible?: 'auto' | 'always';
  /** Of all randomness; by default each player draws its own. */
  seed?: number;
  /** Shown before the start where the channel has no announcement. */
  defaultAnnouncement?: string;
  /** A status document of an earlier session, to start while the service is unreachable. */
  lastKnownDocument?: string;
  /** Upper bound of a variant stream's BANDWIDTH in bit/s. */
  maxBandwidth?: number;
  /** Record a trace from the start, for takeTrace(). */
  trace?: boolean;
  /** Draw with a 2D context even where there is WebGL 2. */
  prefer2d?: boolean;
  /** The engine itself instead of a URL. */
  wasm?: ArrayBuffer | WebAssembly.Module;
}

/** Where the package's files are, if not beside the script. The more exact one wins. */
export interface AssetOptions {
  /** A folder with the contents of the package's `dist`. */
  assetBase?: string;
  wasmUrl?: string;
  workerUrl?: string;
  workletUrl?: string;
  /** A folder with software.js and software.wasm. */
  decodersUrl?: string;
}

/** The failover policy; ranges and meaning are in sdk/include/understudy/config.h. */
export interface Policy {
  pollMs: number;
  startupTimeoutMs: number;
  startupHedgeMs: number;
  startOnFallback: boolean;
  targetLiveOffsetMs: number;
  maxLiveOffsetMs: number;
  lossThresholdMs: number;
  hedgeBudgetPercent: number;
  penaltyMs: number;
  maxHoldMs: number;
  probeMinMs: number;
  probeMaxMs: number;
  recovery: 'current_preferred' | 'primary_preferred';
  clearMs: number;
  maxClearMs: number;
  voluntarySwitches: number;
  failbackSpreadMs: number;
  autoRestart: boolean;
  keepFallbackOnTimeout: boolean;
  standby: 'cold' | 'warm' | 'hot';
  hotMembers: number;
  mode: 'prioritized' | 'flat';
}

export type PlayerState =
  | 'idle' | 'joining' | 'pre_live' | 'playing' | 'paused' | 'holding' | 'offline' | 'stopped' | 'failed';

export interface Card {
  readonly kind: 'none' | 'joining' | 'pre_live' | 'stopped' | 'offline' | 'error';
  readonly announcement: string;
  readonly detail: string;
  /** Encoded image. */
  readonly poster?: ArrayBuffer;
}

export interface SourceInfo {
  readonly id: number;
  readonly name: string;
  readonly state: 'active' | 'hot' | 'warm' | 'cold' | 'unhealthy' | 'disabled';
  /** How much later than the source on air it publishes the same content. */
  readonly lagMs?: number;
  /** How far its dates are wrong. */
  readonly skewMs?: number;
}

export type EngineEventType =
  | 'status_changed' | 'pre_live' | 'started' | 'source_ready' | 'health_changed' | 'intent_to_fallback' | 'hedge_started'
  | 'hedge_cancelled' | 'committed' | 'switched' | 'recovered' | 'stalled' | 'resumed' | 'offline' | 'stopped' | 'error';

/** One line of the engine's log, the same as `understudy-player --log-format json` prints on the desktop. */
export interface EngineEvent {
  readonly sequence: number;
  readonly type: EngineEventType;
  readonly at_ms: number;
  readonly monotonic_ns: number;
  readonly wall: string;
  readonly reason?: string;
  /** Whom it is about; of a switch: the new one. */
  readonly source?: string;
  readonly from?: string;
  readonly switch?: SwitchFacts;
  readonly error?: { readonly code: string; readonly number: number; readonly detail: string; readonly http_status?: number };
  readonly detail?: string;
  readonly sources: readonly { id: number; name: string; state: SourceInfo['state']; lag_ms?: number; skew_ms?: number }[];
}

/** What a switch cost, as the viewer got it. */
export interface SwitchFacts {
  readonly content_time_ms: number;
  readonly detect_ms: number;
  readonly prepare_ms: number;
  readonly commit_ms: number;
  readonly buffer_at_commit_ms: number;
  readonly gap_ms: number;
  readonly frames_lost: number;
  readonly frames_repeated: number;
  readonly alignment: 'none' | 'program_date_time' | 'audio' | 'live_edge';
  readonly error_bound_ms: number;
}

/** Counters and gauges, renewed four times a second. */
export interface PlayerStats {
  readonly state: PlayerState;
  readonly onAir: number | null;
  readonly sources: readonly SourceInfo[];
  readonly playheadMs: number;
  readonly bufferMs: number;
  readonly liveOffsetMs: number;
  readonly firstFrameMs: number;
  readonly framesPresented: number;
  readonly framesLost: number;
  readonly framesRepeated: number;
  readonly framesDroppedLate: number;
  readonly longestGapMs: number;
  readonly stalls: number;
  readonly audioUnderrunFrames: number;
  readonly bytesTotal: number;
  readonly bytesHedged: number;
  /** Of members that waited warm or hot. */
  readonly bytesStandby: number;
  readonly ratePpm: number;
  readonly width: number;
  readonly height: number;
  readonly videoCodec: string;
  readonly audioCodec: string;
  readonly decoder: string;
  readonly renderer: string;
  readonly openPictures: number;
  readonly heapBytes: number;
  readonly audio: 'running' | 'wallclock';
}

/** Of one drawn picture; times as in requestVideoFrameCallback of <video>. */
export interface FrameMetadata {
  readonly presentationTime: number;
  readonly expectedDisplayTime: number;
  /** Seconds on the time line of `currentTime`. */
  readonly mediaTime: number;
  /** Program date time in milliseconds since 1970, where the source has dates. */
  readonly pdt: number | null;
  readonly source: string;
  readonly width: number;
  readonly height: number;
  readonly lostBefore: number;
  readonly repeatedBefore: number;
  readonly presentedFrames: number;
}

/** Shaped like a MediaError. */
export class PlaybackError {
  constructor(error: { code?: number; name?: string; detail?: string });
  /** MediaError's: 2 network, 3 decoding, 4 not playable. */
  readonly code: number;
  readonly message: string;
  /** The engine's name, e.g. `unknown_id`. */
  readonly name: string;
  /** The engine's number. */
  readonly number: number;
  readonly detail: string;
}

/** Events of HTMLMediaElement, and for each engine event one without underscores. */
export interface PlayerEventMap {
  abort: Event; canplay: Event; canplaythrough: Event; durationchange: Event; emptied: Event; ended: Event; error: Event;
  loadeddata: Event; loadedmetadata: Event; loadstart: Event; pause: Event; play: Event; playing: Event; progress: Event;
  resize: Event; seeked: Event; seeking: Event; timeupdate: Event; volumechange: Event; waiting: Event;
  streamtypechange: Event; targetlivewindowchange: Event;
  /** Not muted, but the browser wants a gesture before there is sound; the picture plays. */
  autoplayblocked: Event;
  /** `state` or `card` changed. */
  statechange: Event;
  /** `stats` was renewed. */
  statschange: Event;
  /** Each engine event. */
  engineevent: CustomEvent<EngineEvent>;
  statuschanged: CustomEvent<EngineEvent>; prelive: CustomEvent<EngineEvent>; started: CustomEvent<EngineEvent>;
  sourceready: CustomEvent<EngineEvent>; healthchanged: CustomEvent<EngineEvent>; intenttofallback: CustomEvent<EngineEvent>;
  hedgestarted: CustomEvent<EngineEvent>; hedgecancelled: CustomEvent<EngineEvent>; committed: CustomEvent<EngineEvent>;
  switched: CustomEvent<EngineEvent>; recovered: CustomEvent<EngineEvent>; stalled: CustomEvent<EngineEvent>;
  resumed: CustomEvent<EngineEvent>; offline: CustomEvent<EngineEvent>; stopped: CustomEvent<EngineEvent>;
  /** About one source; whether nothing plays at all is `error`'s matter. */
  engineerror: CustomEvent<EngineEvent>;
}

/** What the player and the element have in common. */
export interface PlayerMedia {
  readonly currentSrc: string;
  readonly paused: boolean;
  readonly ended: boolean;
  readonly seeking: boolean;
  readonly error: PlaybackError | null;
  readonly readyState: number;
  readonly networkState: number;
  /** Infinity once something plays. */
  readonly duration: number;
  readonly videoWidth: number;
  readonly videoHeight: number;
  readonly buffered: TimeRanges;
  /** The live edge. */
  readonly seekable: TimeRanges;
  readonly playbackRate: number;
  /** Seconds since the first picture. Setting it to the live edge or beyond goes there; anything else is ignored. */
  currentTime: number;
  volume: number;
  muted: boolean;
  /** Before the source is set: record a trace. */
  trace: boolean;
  readonly streamType: 'unknown' | 'live';
  readonly targetLiveWindow: number;
  /** From this `currentTime` on a viewer is live. */
  readonly liveEdgeStart: number;
  readonly state: PlayerState;
  /** The name of the source on air, or ''. */
  readonly source: string;
  readonly sources: readonly SourceInfo[];
  readonly stats: PlayerStats | null;
  /** The engine's last 1000 events, oldest first. */
  readonly log: readonly EngineEvent[];
  /** The gain before the destination, to connect an analyser to. */
  readonly audioNode: GainNode | null;
  readonly audioState: 'running' | 'suspended' | 'interrupted' | 'closed' | 'none';
  readonly canvas: HTMLCanvasElement;
  /** Kept when it plays; broken by pause(), another load, or an error. */
  play(): Promise<void>;
  pause(): void;
  load(): void;
  /** Loads worker and engine before there is a `src`, so that the first picture comes sooner. */
  prepare(): void;
  /** Puts that source on air, or the next able one. False: there is none of that name. */
  switchTo(name?: string | null): boolean;
  /** Ends the session for this viewer. */
  stop(): void;
  takeTrace(): Promise<string>;
  requestVideoFrameCallback(callback: (now: number, metadata: FrameMetadata) => void): number;
  cancelVideoFrameCallback(handle: number): void;
}

/** A player without a user interface. */
export class UnderstudyPlayer extends EventTarget implements PlayerMedia {
  constructor(options: PlayerOptions);
  src: string;
  fallback: string[];
  autoplay: boolean;
  decoder: 'auto' | 'webcodecs' | 'software';
  policy: Partial<Policy> | undefined;
  seed: number | undefined;
  visible: 'auto' | 'always';
  defaultAnnouncement: string | undefined;
  lastKnownDocument: string | undefined;
  maxBandwidth: number | undefined;
  prefer2d: boolean;
  assets: AssetOptions & { wasm?: ArrayBuffer | WebAssembly.Module };
  readonly card: Card;
  /** Releases worker, AudioContext and listeners. play() or load() begin again. */
  close(): void;
  addEventListener<K extends keyof PlayerEventMap>(type: K, listener: (this: this, event: PlayerEventMap[K]) => unknown, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof PlayerEventMap>(type: K, listener: (this: this, event: PlayerEventMap[K]) => unknown, options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
}
export interface UnderstudyPlayer extends PlayerMedia {}
