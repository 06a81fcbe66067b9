// hls.js as an app uses it: its defaults; ?app=1 adds what an app is told to do on a fatal error, and a second URL to go to.
import Hls from '../modules/hls.js/dist/hls.mjs';
import { audioOf, video } from './video.js';

/** @param {URLSearchParams} query */
export function create(query) {
  const element = video();
  /** @type {object[]} */ const events = [];
  /** @type {Hls | undefined} */ let hls;
  /** @type {string[]} */ let sources = [];
  const load = (/** @type {string} */ src, /** @type {string[]} */ fallback = []) => {
    sources = [src, ...fallback];
    hls = new Hls({ workerPath: '/modules/hls.js/dist/hls.worker.js' });
    hls.on(Hls.Events.ERROR, (_event, { type, details, fatal }) => {
      events.push({ at: performance.now(), type, details, fatal });
      if (!fatal || !hls) return;
      if (query.has('app') && sources.length > 1) {
        sources.push(/** @type {string} */ (sources.shift())); // round and round
        hls.once(Hls.Events.MANIFEST_PARSED, () => element.play().catch(() => {}));
        hls.loadSource(sources[0]);
      } else if (type === Hls.ErrorTypes.MEDIA_ERROR) {
        hls.recoverMediaError();
      } else {
        hls.startLoad(); // what its documentation asks an app to do
      }
    });
    hls.loadSource(src);
    hls.attachMedia(element);
    return element.play().catch(() => {});
  };
  return { element, picture: () => element, load, audio: () => audioOf(element), events, stats: () => ({ version: Hls.version, events: events.length }) };
}
