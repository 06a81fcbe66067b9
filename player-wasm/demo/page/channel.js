// One column: a player, what is on air over the last minute, the figures that matter, and the buttons.
import { History } from './history.js';

const FIGURES = {
  Buffer: (s) => `${(s.bufferMs / 1000).toFixed(1)} s`,
  'Behind live': (s) => (s.liveOffsetMs ? `${(s.liveOffsetMs / 1000).toFixed(1)} s` : '–'),
  'Longest gap': (s) => `${s.longestGapMs} ms`,
  'Frames lost': (s) => String(s.framesLost),
  Decoder: (s) => s.decoder || '–',
};
const WORDS = {
  idle: '', joining: 'joining', pre_live: 'not started', playing: 'live', paused: 'paused',
  holding: 'holding the last picture', offline: 'offline', stopped: 'stopped', failed: 'failed',
};
const DONE = { drop: 'encoder dropped', restore: 'encoder restored', stop: 'channel stopped', start: 'channel started' };
const MEDIA_CHROME = ['play-button', 'mute-button', 'volume-range', 'live-button', 'time-display', 'fullscreen-button'];

export class Channel {
  #name;
  #src;
  #log;
  #player;
  #history;
  #figures = new Map();
  #part;

  constructor(name, src, log) {
    this.#name = name;
    this.#src = src;
    this.#log = log;
    const template = document.querySelector('#channel');
    this.root = template.content.cloneNode(true).firstElementChild;
    this.#part = (selector) => this.root.querySelector(selector);
    this.#part('h2').textContent = name;
    this.#history = new History(this.#part('.history'));
    for (const label of Object.keys(FIGURES)) this.#addFigure(label);
    for (const button of this.root.querySelectorAll('[data-action]')) {
      button.addEventListener('click', () => this.#act(button));
    }
  }

  /** Begins anew with these settings. */
  play({ controls, decoder, standby, stats }) {
    const player = document.createElement('understudy-player');
    player.muted = true;
    player.autoplay = true;
    player.decoder = decoder;
    if (standby) player.policy = { standby };
    player.src = this.#src;
    player.addEventListener('engineevent', ({ detail }) => this.#event(detail));
    for (const name of ['statschange', 'statechange', 'engineevent']) player.addEventListener(name, () => this.#show());
    this.#player = player;
    this.showStats(stats);
    this.#part('.stage').replaceChildren(controls === 'media-chrome' ? withMediaChrome(player) : player);
    player.controls = controls !== 'media-chrome';
    this.#show();
  }

  showStats(shown) {
    this.#player.toggleAttribute('stats', shown);
  }

  #event(event) {
    this.#log.add(this.#name, event);
    this.#history.mark(event.type);
  }

  #show() {
    const { source, state, stats } = this.#player;
    const badge = this.#part('.on-air');
    const onAir = ['playing', 'paused', 'holding', 'offline'].includes(state) ? source : '';
    badge.textContent = onAir && `on air: ${onAir}`;
    badge.dataset.source = onAir;
    this.#part('.state').textContent = WORDS[state] ?? state;
    this.#history.add(state === 'playing' ? source : '');
    for (const [label, value] of this.#figures) value.textContent = stats ? FIGURES[label](stats) : '–';
  }

  #addFigure(label) {
    const box = document.createElement('div');
    const term = document.createElement('dt');
    const value = document.createElement('dd');
    term.textContent = label;
    box.append(term, value);
    this.#figures.set(label, value);
    this.#part('.figures').append(box);
  }

  async #act(button) {
    const said = this.#part('output');
    const { action } = button.dataset;
    button.disabled = true;
    try {
      const answer = await fetch(`/api/${this.#name}/${action}`, { method: 'POST' });
      const failure = answer.ok ? '' : (problem(await answer.text()) || `refused (${answer.status})`);
      said.textContent = failure || DONE[action];
      said.classList.toggle('failed', Boolean(failure));
    } catch {
      said.textContent = 'the demo\'s server does not answer';
      said.classList.add('failed');
    }
    button.disabled = false;
  }
}

/** What the service says for people. */
function problem(text) {
  try {
    const { detail, title } = JSON.parse(text);
    return detail || title;
  } catch {
    return text.slice(0, 200);
  }
}

function withMediaChrome(player) {
  const controller = document.createElement('media-controller');
  const bar = document.createElement('media-control-bar');
  player.slot = 'media';
  bar.append(...MEDIA_CHROME.map((name) => document.createElement(`media-${name}`)));
  controller.append(player, bar);
  return controller;
}
