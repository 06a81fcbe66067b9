// What is shown where no picture is: announcement and poster before a channel starts, and the joining, stopped, offline and
// error cards. All words are text nodes. Wording and layout are the desktop player's (player-desktop/cards.cpp).
import { icon, ICONS, make } from './dom.js';
import { posterUrl } from './poster.js';

/** @type {Readonly<Record<string, {label: string, headline: string, detail: string, busy?: boolean}>>} */
const WORDS = Object.freeze({
  idle: { label: '', headline: '', detail: '' },
  joining: { label: 'JOINING', headline: 'Connecting to the stream', detail: '', busy: true },
  pre_live: { label: 'STARTING SOON', headline: 'The live stream has not started yet.', detail: '', busy: true },
  stopped: { label: 'ENDED', headline: 'The stream has ended.', detail: '' },
  offline: { label: 'OFFLINE', headline: 'You seem to be offline.', detail: 'Playback continues by itself once the network is back.' },
  error: { label: 'NOT AVAILABLE', headline: 'This stream cannot be played.', detail: '' },
});
const MAX_TEXT = 600;

/** @param {unknown} text */
function bounded(text) {
  return typeof text === 'string' ? [...text].slice(0, MAX_TEXT).join('') : '';
}

export class Card {
  #label = make('div', { class: 'label' });
  #announcement = make('p', { class: 'announcement', part: 'announcement' });
  #detail = make('p', { class: 'detail', part: 'detail' });
  #dots = make('div', { class: 'dots', 'aria-hidden': 'true' }, make('i'), make('i'), make('i'));
  #channel = make('div', { class: 'channel' });
  #poster = make('img', { class: 'poster', part: 'poster', alt: '', draggable: 'false' });
  #shade = make('div', { class: 'shade' });
  #play = make('button', { class: 'big', part: 'play', 'aria-label': 'Play' }, icon(ICONS.play));
  #text = make('div', { class: 'through', 'aria-live': 'polite', 'aria-atomic': 'true' });
  #blobUrl = '';
  /** @type {ArrayBuffer | undefined} whose picture the blob is */
  #bytes;

  root = make('div', { class: 'card', part: 'card', hidden: '' });

  /** @param {() => void} onPlay */
  constructor(onPlay) {
    this.#text.append(this.#label, this.#announcement, this.#detail);
    this.root.append(this.#poster, this.#shade, this.#text, this.#dots, this.#play, this.#channel);
    this.#play.addEventListener('click', onPlay);
    this.#poster.addEventListener('error', () => this.#showPoster('')); // not an image after all
  }

  /**
   * @param {{kind: string, announcement?: string, detail?: string, poster?: ArrayBuffer}} card
   * @param {{channel: string, poster: string}} page the channel's name, and the page's own poster, which the channel's replaces
   */
  update(card, { channel, poster }) {
    const words = Object.hasOwn(WORDS, card.kind) ? WORDS[card.kind] : null;
    this.root.hidden = !words;
    if (!words) {
      this.release();
      return;
    }
    this.root.dataset.kind = card.kind;
    // The announcement is about a stream to come; over one that has ended or cannot be reached it would be a lie.
    const announcement = (card.kind === 'pre_live' && bounded(card.announcement)) || words.headline;
    setText(this.#label, words.label);
    setText(this.#announcement, announcement);
    setText(this.#detail, bounded(card.detail) || words.detail);
    setText(this.#channel, bounded(channel));
    this.#dots.hidden = !words.busy;
    this.#play.hidden = card.kind !== 'idle';
    this.#usePoster(card.poster, poster);
  }

  /** The picture's memory is given back. */
  release() {
    this.#bytes = undefined;
    this.#showPoster('');
    if (this.#blobUrl) URL.revokeObjectURL(this.#blobUrl);
    this.#blobUrl = '';
  }

  /** @param {ArrayBuffer | undefined} bytes @param {string} url */
  #usePoster(bytes, url) {
    if (bytes !== this.#bytes) {
      if (this.#blobUrl) URL.revokeObjectURL(this.#blobUrl);
      this.#blobUrl = posterUrl(bytes);
      this.#bytes = bytes;
    }
    this.#showPoster(this.#blobUrl || url);
  }

  /** @param {string} url */
  #showPoster(url) {
    const shown = this.#poster.getAttribute('src') ?? '';
    if (url && url !== shown) this.#poster.src = url;
    if (!url) this.#poster.removeAttribute('src');
    this.#poster.hidden = this.#shade.hidden = !url;
    this.root.classList.toggle('posted', Boolean(url));
  }
}

/** Only what changed: screen readers read aloud what is written anew. @param {HTMLElement} element @param {string} text */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
  element.hidden = !text;
}
