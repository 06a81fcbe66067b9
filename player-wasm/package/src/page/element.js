// <understudy-player>: a face for an UnderstudyPlayer. Attributes become its settings, its events become the element's, and
// where there is no picture there is a card. Importing this file defines the element.
//
// The element owns its player from the first connection to the last disconnection; being moved within a page (removed and
// added again at once) does not interrupt it.
import { DECODERS, readBoolean, readChoice, readPolicy, readSeed, readUrl, VISIBILITIES, warner } from './attributes.js';
import { make } from './dom.js';
import { DOM_NAMES, MEDIA_EVENTS, PLAYER_EVENTS } from './engine-events.js';
import { Face } from './face.js';
import { mediaMembers } from './media-members.js';
import { UnderstudyPlayer } from './player.js';
import { adoptStyles } from './styles.js';

/** Attributes that mean a new session. */
const SESSION = ['src', 'fallback', 'policy', 'seed'];
/** Attributes that are read when the worker starts: with the next load. */
const START = ['decoder', 'asset-base', 'wasm-url', 'worker-url', 'worklet-url', 'decoders-url'];
const LIVE = ['autoplay', 'muted', 'controls', 'poster', 'visible', 'stats'];
const BOOLEANS = ['autoplay', 'controls']; // not stats: that property is the figures, the panel is the attribute's and a key's
const TEXTS = ['src', 'fallback', 'poster', 'decoder', 'visible'];
/** Set on the element before it was defined, these are taken over. */
const UPGRADED = [...BOOLEANS, ...TEXTS, 'muted', 'volume', 'policy', 'seed', 'trace', 'assetBase', 'wasmUrl', 'workerUrl',
  'workletUrl', 'decodersUrl', 'wasm'];

export class UnderstudyPlayerElement extends mediaMembers(HTMLElement) {
  static observedAttributes = [...SESSION, ...START, ...LIVE];

  #warn = warner();
  #player = new UnderstudyPlayer({ canvas: make('canvas', { part: 'canvas', 'aria-hidden': 'true' }) });
  #face;
  #connected = false;
  #loadQueued = false;
  /** @type {object | undefined} */
  #policy;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open', delegatesFocus: false });
    adoptStyles(root);
    this.#face = new Face(this, this.#player);
    root.append(this.#face.root);
    for (const name of new Set([...MEDIA_EVENTS, ...PLAYER_EVENTS, ...Object.values(DOM_NAMES)])) {
      this.#player.addEventListener(name, (event) => this.#pass(event));
    }
  }

  /** The player behind the element, as media-members.js wants it. */
  get player() { return this.#player; }

  connectedCallback() {
    if (!this.hasAttribute('tabindex')) this.tabIndex = 0;
    for (const name of UPGRADED) this.#upgrade(name);
    if (this.#connected) return; // moved
    this.#connected = true;
    this.#face.connect();
    this.#queueLoad();
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected || !this.#connected) return;
      this.#connected = false;
      this.#face.disconnect();
      this.#player.close();
    });
  }

  /** @param {string} name @param {string | null} before @param {string | null} value */
  attributeChangedCallback(name, before, value) {
    if (before === value && name !== 'src') return; // setting src to the same means loading again, as with <video>
    if (SESSION.includes(name) || START.includes(name)) this.#queueLoad();
    switch (name) {
      case 'muted': this.#player.muted = readBoolean(value); break;
      case 'autoplay': this.#player.autoplay = readBoolean(value); break;
      case 'visible': this.#player.visible = readChoice(name, value, VISIBILITIES, this.#warn); break;
      default: this.#face.update();
    }
  }

  /** @returns {object | undefined} */
  get policy() { return this.#policy ?? readPolicy('policy', this.getAttribute('policy'), this.#warn); }
  /** An object, or JSON as in the attribute. */
  set policy(/** @type {any} */ policy) {
    this.#policy = typeof policy === 'object' && policy !== null ? policy : undefined;
    if (typeof policy === 'string') this.setAttribute('policy', policy);
    else this.#queueLoad();
  }

  get seed() { return readSeed('seed', this.getAttribute('seed'), this.#warn); }
  set seed(seed) { reflect(this, 'seed', seed); }

  get wasm() { return this.#player.assets.wasm; }
  /** The engine itself, for pages that have it already. @param {ArrayBuffer | WebAssembly.Module | undefined} wasm */
  set wasm(wasm) {
    this.#player.assets.wasm = wasm;
  }

  /** The page's poster; a channel's own replaces it. */
  get posterUrl() { return readUrl('poster', this.getAttribute('poster'), this.#warn); }

  load() {
    this.#loadQueued = false;
    if (!this.#connected) return;
    const player = this.#player;
    const given = (this.getAttribute('src') ?? '').trim();
    const src = readUrl('src', given, this.#warn) || given; // a bad one is an error of the player
    const fallback = (this.getAttribute('fallback') ?? '').split(/\s+/).filter(Boolean);
    player.fallback = fallback.map((url) => readUrl('fallback', url, this.#warn)).filter(Boolean);
    player.policy = this.policy;
    player.seed = this.seed;
    player.autoplay = readBoolean(this.getAttribute('autoplay'));
    this.#readStart();
    player.src = src;
    player.load();
    if (!src && player.autoplay) player.prepare(); // whoever says autoplay is about to say what
  }

  play() {
    if (this.#loadQueued) this.load();
    return this.#player.play();
  }

  pause() {
    if (this.#loadQueued) this.load();
    this.#player.pause();
  }

  #readStart() {
    const player = this.#player;
    const assets = { ...player.assets };
    for (const [attribute, name] of /** @type {const} */ ([['asset-base', 'assetBase'], ['wasm-url', 'wasmUrl'],
      ['worker-url', 'workerUrl'], ['worklet-url', 'workletUrl'], ['decoders-url', 'decodersUrl']])) {
      assets[name] = readUrl(attribute, this.getAttribute(attribute), this.#warn) || undefined;
    }
    const decoder = readChoice('decoder', this.getAttribute('decoder'), DECODERS, this.#warn);
    if (decoder !== player.decoder || JSON.stringify(assets) !== JSON.stringify(player.assets)) player.close();
    player.assets = assets;
    player.decoder = decoder;
  }

  #queueLoad() {
    if (this.#loadQueued) return;
    this.#loadQueued = true;
    queueMicrotask(() => {
      if (this.#loadQueued) this.load();
    });
  }

  /** @param {Event} event */
  #pass(event) {
    this.#face.update(event.type);
    const { type } = event;
    this.dispatchEvent(event instanceof CustomEvent ? new CustomEvent(type, { detail: event.detail }) : new Event(type));
  }

  /** @param {string} name */
  #upgrade(name) {
    if (!Object.hasOwn(this, name)) return;
    const self = /** @type {any} */ (this);
    const value = self[name];
    delete self[name];
    self[name] = value;
  }
}

/** @param {Element} element @param {string} name @param {unknown} value */
function reflect(element, name, value) {
  if (value === null || value === undefined || value === '') element.removeAttribute(name);
  else element.setAttribute(name, String(value));
}

const REFLECTED = [...TEXTS.map((name) => [name, name]), ['assetBase', 'asset-base'], ['wasmUrl', 'wasm-url'],
  ['workerUrl', 'worker-url'], ['workletUrl', 'worklet-url'], ['decodersUrl', 'decoders-url']];
for (const [property, attribute] of REFLECTED) {
  Object.defineProperty(UnderstudyPlayerElement.prototype, property, {
    configurable: true,
    enumerable: true,
    /** @this {HTMLElement} */
    get() { return this.getAttribute(attribute) ?? ''; },
    /** @this {HTMLElement} @param {string} value */
    set(value) { reflect(this, attribute, value); },
  });
}
for (const name of BOOLEANS) {
  Object.defineProperty(UnderstudyPlayerElement.prototype, name, {
    configurable: true,
    enumerable: true,
    /** @this {HTMLElement} */
    get() { return readBoolean(this.getAttribute(name)); },
    /** @this {HTMLElement} @param {boolean} value */
    set(value) { this.toggleAttribute(name, Boolean(value)); },
  });
}

if (!customElements.get('understudy-player')) customElements.define('understudy-player', UnderstudyPlayerElement);
