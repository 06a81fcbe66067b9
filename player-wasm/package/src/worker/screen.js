// Where pictures go: drawn to the canvas here, or handed to the page where there is no OffscreenCanvas.

import { monotonicNow } from './loop.js';

/**
 * @param {object} options
 * @param {any} options.renderer of canvas.js; null: the page draws
 * @param {any} options.decoders
 * @param {(message: any, transfer?: Transferable[]) => void} options.post
 */
export function createScreen({ renderer, decoders, post }) {
  let width = 0;
  let height = 0;
  let reporting = false;
  let presentedFrames = 0;

  /** @param {number} w @param {number} h display size */
  function resize(w, h) {
    if (w === width && h === height) return;
    width = w;
    height = h;
    renderer?.resize(w, h);
    post({ type: 'size', width, height });
  }

  return {
    get kind() {
      return renderer ? renderer.kind : 'page';
    },
    /** @param {any} info see engine.js; the picture is valid until pictureRelease */
    present(info) {
      const picture = decoders.picture(info.picture);
      if (!picture) return;
      resize(Math.round((info.width * info.sarNum) / info.sarDen), info.height);
      presentedFrames += 1;
      if (renderer) {
        renderer.draw(picture, info);
      } else {
        const frame = picture.kind === 'videoframe' ? picture.frame.clone() : decoders.videoFrameOf(picture);
        post({ type: 'picture', frame }, [frame]);
      }
      if (!reporting) return;
      const { dueMs: due, mediaTime, pdtMs: pdt, source, lostBefore, repeatedBefore } = info;
      post({ type: 'frame', frame: { at: monotonicNow(), due, mediaTime, pdt, source, width, height, lostBefore, repeatedBefore, presentedFrames } });
    },
    clear() {
      renderer?.clear();
    },
    /** @param {boolean} on */
    report(on) {
      reporting = on;
    },
    close() {
      renderer?.close();
    },
  };
}
