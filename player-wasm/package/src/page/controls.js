// The controls that `controls` asks for: play, sound, live, source, full screen. Whoever wants more takes media-chrome.
import { icon, ICONS, make } from './dom.js';

/**
 * @typedef {object} ControlsView
 * @property {boolean} paused @property {boolean} muted @property {number} volume @property {boolean} live at the edge
 * @property {boolean} started @property {string} source @property {boolean} fullscreen
 */

export class Controls {
  #play = make('button', { part: 'play-button' });
  #mute = make('button', { part: 'mute-button' });
  #volume = make('input', { type: 'range', min: '0', max: '100', 'aria-label': 'Volume', part: 'volume-range' });
  #live = make('button', { class: 'live', part: 'live-button' }, 'LIVE');
  #name = make('span', { class: 'name', part: 'source-name' });
  #full = make('button', { part: 'fullscreen-button' }, icon(ICONS.full));
  #shown = { play: '', mute: '' };

  root = make('div', { class: 'controls', part: 'controls', role: 'group', 'aria-label': 'Player', hidden: '' });

  /**
   * @param {{pause: () => void, mute: () => void, volume: (volume: number) => void, live: () => void,
   *   fullscreen: () => void}} actions
   */
  constructor(actions) {
    this.root.append(this.#play, this.#mute, this.#volume, this.#live, this.#name, this.#full);
    this.#play.addEventListener('click', actions.pause);
    this.#mute.addEventListener('click', actions.mute);
    this.#live.addEventListener('click', actions.live);
    this.#full.addEventListener('click', actions.fullscreen);
    this.#volume.addEventListener('input', () => actions.volume(this.#volume.valueAsNumber / 100));
    this.root.addEventListener('dblclick', (event) => event.stopPropagation());
  }

  /** @param {ControlsView} view */
  update({ paused, muted, volume, live, started, source, fullscreen }) {
    this.#shown.play = show(this.#play, this.#shown.play, paused ? 'play' : 'pause', paused ? 'Play' : 'Pause');
    const silent = muted || volume === 0;
    this.#shown.mute = show(this.#mute, this.#shown.mute, silent ? 'mute' : 'sound', silent ? 'Unmute' : 'Mute');
    this.#volume.value = String(muted ? 0 : Math.round(volume * 100));
    this.#live.hidden = !started;
    this.#live.classList.toggle('at-edge', live);
    this.#live.setAttribute('aria-label', live ? 'Live' : 'Go to live');
    this.#name.textContent = source;
    this.#full.setAttribute('aria-label', fullscreen ? 'Leave full screen' : 'Full screen');
  }
}

/**
 * @param {HTMLElement} button @param {string} before @param {'play' | 'pause' | 'sound' | 'mute'} name @param {string} label
 */
function show(button, before, name, label) {
  if (before !== name) {
    button.replaceChildren(icon(ICONS[name]));
    button.setAttribute('aria-label', label);
  }
  return name;
}
