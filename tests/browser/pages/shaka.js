// Shaka Player as an app uses it: its defaults for live; ?app=1 goes to the next URL on a critical error.
import '../modules/shaka-player/dist/shaka-player.compiled.js';
import { audioOf, video } from './video.js';

/** @param {URLSearchParams} query */
export function create(query) {
  const { shaka } = /** @type {any} */ (window);
  shaka.polyfill.installAll();
  const element = video();
  const player = new shaka.Player();
  /** @type {object[]} */ const events = [];
  /** @type {string[]} */ let sources = [];
  const begin = async () => {
    try {
      await player.load(sources[0]);
      await element.play();
    } catch (error) {
      failed(error);
    }
  };
  const failed = (/** @type {any} */ error) => {
    events.push({ at: performance.now(), code: error.code, severity: error.severity });
    if (error.code === shaka.util.Error.Code.LOAD_INTERRUPTED || !query.has('app') || sources.length < 2) return;
    if (error.severity !== shaka.util.Error.Severity.CRITICAL) return;
    sources.push(/** @type {string} */ (sources.shift()));
    void begin();
  };
  player.addEventListener('error', (/** @type {any} */ event) => failed(event.detail));
  const load = async (/** @type {string} */ src, /** @type {string[]} */ fallback = []) => {
    sources = [src, ...fallback];
    await player.attach(element);
    await begin();
  };
  return { element, picture: () => element, load, audio: () => audioOf(element), events, stats: () => ({ version: shaka.Player.version, events: events.length }) };
}
