// Ours: the element, with what the tests ask for by the query: decoder, policy, seed, trace, muted, and asset URLs.
import '../dist/element.js';

const ATTRIBUTES = ['decoder', 'policy', 'seed', 'muted', 'visible', 'asset-base', 'wasm-url', 'worker-url', 'worklet-url', 'decoders-url'];

/** @param {URLSearchParams} query */
export function create(query) {
  const element = /** @type {any} */ (document.createElement('understudy-player'));
  element.setAttribute('autoplay', ''); // as in its README: worker and engine are loaded before there is a src
  for (const name of ATTRIBUTES) if (query.has(name)) element.setAttribute(name, query.get(name) ?? '');
  element.trace = query.has('trace');
  const card = element.shadowRoot.querySelector('[part~=card]');
  /** The engine's. @type {any[]} */ const events = [];
  element.addEventListener('engineevent', (/** @type {CustomEvent} */ { detail }) => events.push(detail));
  /** The DOM events that an app would listen to. @type {string[]} */ const heard = [];
  for (const type of ['play', 'playing', 'waiting', 'ended', 'error', 'stopped', 'autoplayblocked']) {
    element.addEventListener(type, () => heard.push(type));
  }
  /** Why play() was refused. @type {string[]} */ const refused = [];
  /** performance.now() of each picture that the player says it handed to the screen. @type {number[]} */ const presented = [];
  const load = (/** @type {string} */ src, /** @type {string[]} */ fallback = []) => {
    if (fallback.length > 0) element.setAttribute('fallback', fallback.join(' '));
    element.setAttribute('src', src);
    if (query.has('frames')) {
      const next = (/** @type {number} */ _now, /** @type {{presentationTime: number}} */ { presentationTime }) => {
        presented.push(presentationTime);
        element.requestVideoFrameCallback(next);
      };
      element.requestVideoFrameCallback(next);
    }
    void element.play().catch((/** @type {Error} */ error) => refused.push(`${error.name}: ${error.message}`));
  };
  return {
    element,
    picture: () => element.canvas,
    covered: () => !card.hidden,
    load,
    // There is none before something is to be played.
    audio: () => new Promise((resolve) => {
      const ask = () => (element.audioNode ? resolve(element.audioNode) : setTimeout(ask, 10));
      ask();
    }),
    card: () => (card.hidden ? null : { kind: card.dataset.kind, text: card.innerText, html: card.innerHTML }),
    events,
    /** What came after the first `known` of them, and the page time of the engine's zero, which is that of the Unix epoch.
     * @param {number} known */
    eventsFrom: (known) => ({ zeroMs: -performance.timeOrigin, fresh: events.slice(known) }),
    /** @param {string} type */
    count: (type) => events.filter((event) => event.type === type).length,
    heard,
    refused,
    presented,
    stats: () => element.stats,
  };
}
