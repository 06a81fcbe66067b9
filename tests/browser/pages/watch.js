// One viewer in a page, whatever the player: ?player=understudy|hls|shaka, for ours also ?decoder=…; `window.viewer` is what the tests use.
import { Screen } from '../support/screen.js';
import { Recorder } from '../support/sound.js';

const query = new URLSearchParams(location.search);

/**
 * What all players have in common here. Times are performance.now().
 * @typedef {object} Adapter
 * @property {HTMLElement} element
 * @property {() => HTMLCanvasElement | HTMLVideoElement | null} picture
 * @property {() => boolean} [covered]
 * @property {(src: string, fallback?: string[]) => Promise<void> | void} load
 * @property {() => Promise<AudioNode>} audio
 * @property {() => object} stats
 * @property {number[]} [presented] when the player says that it handed a picture to the screen
 */

const makers = {
  understudy: () => import('./understudy.js'), hls: () => import('./hls.js'), shaka: () => import('./shaka.js'),
};
const { create } = await makers[/** @type {keyof typeof makers} */ (query.get('player') ?? 'understudy')]();
/** @type {Adapter} */
const adapter = create(query);
document.querySelector('#screen')?.append(adapter.element);
const screen = new Screen(adapter.picture, adapter.covered);

/** @type {Recorder | undefined} */ let recorder;

/** Base64 in pieces: fromCharCode takes no long lists. @param {Uint8Array} bytes */
function base64(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return btoa(text);
}

Object.assign(window, {
  viewer: {
    ...adapter,
    screen,
    loadedAt: 0,
    /** @param {string} src @param {string[]} [fallback] */
    async watch(src, fallback) {
      this.loadedAt = performance.now();
      await adapter.load(src, fallback);
    },
    async record() { recorder = await Recorder.start(await adapter.audio()); },
    sound() {
      const recording = recorder?.recording;
      return recording && { ...recording, samples: base64(new Uint8Array(recording.samples.buffer)) };
    },
    seen: () => ({ shown: screen.shown, looks: screen.looks, presented: adapter.presented, endMs: performance.now() }),
    /** From load to the first readable picture; null: none yet. */
    firstPictureMs() {
      const first = screen.shown.find(({ at, channel }) => channel >= 0 && at >= this.loadedAt);
      return first ? first.at - this.loadedAt : null;
    },
  },
});
