// What a viewer sees, in the page: reads the strip from the canvas or video at each animation frame and keeps each change.
import { readStrip } from './strip.js';

const KEEP = 200_000; // changes; more than two hours at 25 pictures a second

/**
 * @typedef {{at: number, channel: number, frame: number}} Shown `at`: performance.now(); channel -1: no readable picture
 */

export class Screen {
  /** @type {Shown[]} */ shown = [];
  /** When each animation frame began: how well this machine could look. @type {number} */ looks = 0;
  #running = true;
  #small = new OffscreenCanvas(640, 32);
  #context = /** @type {OffscreenCanvasRenderingContext2D} */ (this.#small.getContext('2d', { willReadFrequently: true }));

  /**
   * @param {() => HTMLCanvasElement | HTMLVideoElement | null} picture asked each time: what the viewer looks at
   * @param {() => boolean} [covered] whether a card lies over it
   */
  constructor(picture, covered = () => false) {
    const look = (/** @type {number} */ at) => {
      if (!this.#running) return;
      requestAnimationFrame(look);
      this.looks += 1;
      const element = covered() ? null : picture();
      const value = (element && this.#read(element)) ?? { channel: -1, frame: 0 };
      const last = this.shown.at(-1);
      if (last?.channel === value.channel && last.frame === value.frame) return;
      if (this.shown.length < KEEP) this.shown.push({ at, ...value });
    };
    requestAnimationFrame(look);
  }

  stop() { this.#running = false; }

  /** The newest. */
  get now() { return this.shown.at(-1); }

  /** @param {HTMLCanvasElement | HTMLVideoElement} element */
  #read(element) {
    const width = element instanceof HTMLVideoElement ? element.videoWidth : element.width;
    const height = element instanceof HTMLVideoElement ? element.videoHeight : element.height;
    const strip = Math.floor(height / 12);
    if (width < 64 || strip < 4) return null;
    // Larger pictures are halved until they fit; a cell keeps at least ten pixels.
    const scale = Math.min(1, 640 / width, 32 / strip);
    const w = Math.round(width * scale);
    const h = Math.round(strip * scale);
    try {
      this.#context.drawImage(element, 0, 0, width, strip, 0, 0, w, h);
    } catch {
      return null; // a canvas that has no picture yet
    }
    const { data } = this.#context.getImageData(0, 0, w, h);
    return readStrip(data, { width: w, height: h, stride: w * 4, step: 4, offset: 1 });
  }
}
