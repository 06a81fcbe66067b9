// Draws pictures with a 2D context, for where there is no WebGL, or only a slow one.

import { convertInto, videoFrameOf } from './canvas-planes.js';

/** @typedef {import('./canvas-planes.js').Picture} Picture */

/** @param {OffscreenCanvasRenderingContext2D} context */
export function create2dPainter(context) {
  const { canvas } = context;
  /** @type {OffscreenCanvas | null} of the picture's size, where planes are converted by hand */
  let scratch = null;

  /** @param {CanvasImageSource} image */
  const drawWhole = (image) => context.drawImage(image, 0, 0, canvas.width, canvas.height);

  /** @param {import('./canvas-planes.js').Planes} picture */
  function drawByHand(picture) {
    if (scratch?.width !== picture.width || scratch.height !== picture.height)
      scratch = new OffscreenCanvas(picture.width, picture.height);
    const image = new ImageData(picture.width, picture.height);
    convertInto(picture, image);
    /** @type {OffscreenCanvasRenderingContext2D} */ (scratch.getContext('2d')).putImageData(image, 0, 0);
    drawWhole(scratch);
  }

  return {
    /** @param {Picture} picture */
    draw(picture) {
      if (picture.kind === 'videoframe') {
        drawWhole(picture.frame);
      } else if (typeof VideoFrame === 'function') {
        const frame = videoFrameOf(picture);
        try {
          drawWhole(frame);
        } finally {
          frame.close();
        }
      } else {
        drawByHand(picture);
      }
    },
    clear() {
      context.fillStyle = '#000';
      context.fillRect(0, 0, canvas.width, canvas.height);
    },
  };
}
