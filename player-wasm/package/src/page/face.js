// What a viewer sees and touches: canvas, card, notice, controls, statistics, keys. It reads the player and the element's
// attributes and keeps nothing of its own but who hovers.
import { readBoolean } from './attributes.js';
import { Card } from './card.js';
import { Controls } from './controls.js';
import { icon, ICONS, make } from './dom.js';
import { actionOf } from './keys.js';
import { StatsPanel } from './stats.js';

/** Controls of a playing stream disappear after this without a movement. */
const IDLE_AFTER_MS = 3000;
const VOLUME_STEP = 0.05;
const IDLE_CARD = Object.freeze({ kind: 'idle' });

export class Face {
  #element;
  #player;
  #card = new Card(() => this.#togglePause());
  #stats = new StatsPanel();
  #unmute = make('button', { class: 'notice', part: 'notice', hidden: '' }, icon(ICONS.mute), 'Tap for sound');
  #offline = make('div', { class: 'notice warning', part: 'notice', role: 'status', hidden: '' }, 'You seem to be offline');
  #spinner = make('div', { class: 'spinner', part: 'spinner', hidden: '' });
  #controls = new Controls({
    pause: () => this.#togglePause(),
    mute: () => this.#act('mute'),
    volume: (volume) => this.#setVolume(volume),
    live: () => { this.#player.currentTime = Infinity; },
    fullscreen: () => this.#act('fullscreen'),
  });
  #blocked = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #idleTimer;
  #onFullscreen = () => this.update();

  root = make('div', { class: 'through' });

  /** @param {HTMLElement & {posterUrl: string, src?: string}} element @param {import('./player.js').UnderstudyPlayer} player */
  constructor(element, player) {
    this.#element = element;
    this.#player = player;
    const parts = [this.#spinner, this.#card.root, this.#unmute, this.#offline, this.#controls.root, this.#stats.root];
    this.root.append(player.canvas, ...parts);
    element.addEventListener('keydown', (event) => this.#onKey(event));
    element.addEventListener('dblclick', () => this.#act('fullscreen'));
    element.addEventListener('pointermove', () => this.#wake());
    element.addEventListener('pointerleave', () => this.#setIdle(true));
    this.#unmute.addEventListener('click', () => this.#setVolume(player.volume || 1));
  }

  connect() {
    document.addEventListener('fullscreenchange', this.#onFullscreen);
    this.update();
  }

  disconnect() {
    document.removeEventListener('fullscreenchange', this.#onFullscreen);
    clearTimeout(this.#idleTimer);
    this.#card.release();
  }

  /** @param {string} [event] that is the reason */
  update(event = '') {
    const player = this.#player;
    if (event === 'autoplayblocked') this.#blocked = true;
    if (player.audioState !== 'suspended' && player.audioState !== 'interrupted') this.#blocked = false;
    if (event === 'statschange' || event === 'engineevent' || event === '') this.#stats.update(player);
    const { card, state } = player;
    const shown = state === 'idle' && player.src && player.paused ? IDLE_CARD : card;
    this.#card.update(shown, { channel: nameOf(player.src), poster: this.#element.posterUrl });
    this.#unmute.hidden = !this.#blocked || player.muted || shown.kind !== 'none';
    this.#offline.hidden = state !== 'offline' || shown.kind !== 'none';
    this.#spinner.hidden = shown.kind !== 'none' || player.paused || player.readyState === 0 || player.readyState > 2;
    this.#controls.root.hidden = !readBoolean(this.#element.getAttribute('controls'));
    this.#card.root.classList.toggle('with-controls', !this.#controls.root.hidden);
    if (!this.#controls.root.hidden) this.#updateControls();
    const panel = readBoolean(this.#element.getAttribute('stats'));
    if (panel === this.#stats.root.hidden) {
      this.#stats.root.hidden = !panel;
      this.#stats.update(player);
    }
  }

  #updateControls() {
    const player = this.#player;
    this.#controls.update({
      paused: player.paused, muted: player.muted, volume: player.volume, source: player.source || nameOf(player.src),
      started: player.readyState > 0 && !player.ended, live: player.currentTime >= player.liveEdgeStart,
      fullscreen: document.fullscreenElement !== null,
    });
  }

  #togglePause() {
    if (this.#player.paused) this.#player.play().catch(() => {}); // the element tells of it by its events
    else this.#player.pause();
  }

  /** @param {number} volume */
  #setVolume(volume) {
    this.#player.volume = Math.min(1, Math.max(0, Math.round(volume * 100) / 100));
    this.#player.muted = volume <= 0;
  }

  /** @param {import('./keys.js').Action} action */
  #act(action) {
    const player = this.#player;
    switch (action) {
      case 'pause': return this.#togglePause();
      case 'mute': player.muted = !player.muted; return undefined;
      case 'volumedown': return this.#setVolume(player.volume - VOLUME_STEP);
      case 'volumeup': return this.#setVolume(player.volume + VOLUME_STEP);
      case 'next': player.switchTo(); return undefined;
      case 'stats': this.#element.toggleAttribute('stats', this.#stats.root.hidden); return undefined;
      case 'fullscreen': {
        const change = document.fullscreenElement ? document.exitFullscreen() : this.#element.requestFullscreen?.();
        change?.catch(() => {}); // refused, e.g. in a frame that may not: nothing changes
        return undefined;
      }
      default: return undefined;
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const action = event.defaultPrevented ? undefined : actionOf(event);
    // A focused button has its own meaning of the space bar, and a slider its own of digits.
    const inner = event.composedPath()[0];
    if (!action || (event.key === ' ' && inner instanceof HTMLButtonElement)) return;
    event.preventDefault();
    event.stopPropagation(); // a <media-controller> around us would do the same a second time
    if (!event.repeat || action === 'volumeup' || action === 'volumedown') this.#act(action);
  }

  #wake() {
    this.#setIdle(false);
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#setIdle(true), IDLE_AFTER_MS);
  }

  /** @param {boolean} idle */
  #setIdle(idle) {
    this.root.classList.toggle('idle', idle && !this.#player.paused && this.#player.readyState > 2);
  }
}

/** The channel's id or the playlist's name. @param {string} src */
function nameOf(src) {
  if (!URL.canParse(src)) return '';
  const last = new URL(src).pathname.split('/').filter(Boolean).pop() ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
