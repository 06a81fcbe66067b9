// The picture on an OffscreenCanvas: WebGL2, or 2D where there is none. The canvas has the size of the picture as it is to be
// seen, so filling it gives the right aspect.

import { create2dPainter } from './canvas-2d.js';
import { createPlaneCopier } from './canvas-copy.js';
import { createWebglPainter } from './canvas-webgl.js';

/** @typedef {import('./canvas-planes.js').Picture} Picture */

// The drawing buffer is kept because a canvas that is read back between two draws must not be empty.
/** @type {WebGLContextAttributes} */
const webglOptions = {
  alpha: false, antialias: false, depth: false, stencil: false, preserveDrawingBuffer: true, powerPreference: 'low-power',
};

/** Whether the browser draws on the processor; Chromium does not call that a performance caveat. @param {WebGL2RenderingContext} gl */
function isSlow(gl) {
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(gl.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
}

/**
 * Whether WebGL would run on the processor. There a canvas that is on the page costs three times as much with WebGL as with 2D (75
 * against 24 s of processor time a minute at 720p30): each picture is read back for the compositor.
 */
export function webglIsSlow() {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl) return true;
  const slow = isSlow(gl);
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return slow;
}

/**
 * @param {OffscreenCanvas} canvas
 * @param {{prefer2d?: boolean}} [options]
 */
export function createRenderer(canvas, { prefer2d = false } = {}) {
  const gl = prefer2d ? null : canvas.getContext('webgl2', webglOptions);
  const copies = gl && isSlow(gl) ? createPlaneCopier() : null;
  const context = gl ? null : canvas.getContext('2d', { alpha: false });
  if (!gl && !context) throw new Error('this canvas gives neither a WebGL2 nor a 2D context');
  /** @type {{draw(picture: Picture): void, clear(): void} | null} null while the context is lost */
  let painter = gl ? createWebglPainter(gl) : create2dPainter(/** @type {OffscreenCanvasRenderingContext2D} */ (context));

  const onLost = (/** @type {Event} */ event) => {
    event.preventDefault(); // else it is never restored
    painter = null;
  };
  const onRestored = () => {
    painter = createWebglPainter(/** @type {WebGL2RenderingContext} */ (gl));
  };
  if (gl) {
    canvas.addEventListener('webglcontextlost', onLost);
    canvas.addEventListener('webglcontextrestored', onRestored);
  }

  return {
    kind: /** @type {'webgl2' | '2d'} */ (gl ? 'webgl2' : '2d'),
    /**
     * Pictures that come while the context is lost are not seen. A promise where the drawing is not yet done; the picture may
     * be released nevertheless.
     * @param {Picture} picture
     */
    draw(picture) {
      const copying = picture.kind === 'videoframe' ? copies?.copy(picture.frame) : undefined;
      if (copying) return copying.then((planes) => { if (planes) painter?.draw(planes); });
      copies?.cancel();
      painter?.draw(picture);
      return undefined;
    },
    /** Black. */
    clear() {
      copies?.cancel();
      painter?.clear();
    },
    /** @param {number} width @param {number} height */
    resize(width, height) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
    },
    close() {
      canvas.removeEventListener('webglcontextlost', onLost);
      canvas.removeEventListener('webglcontextrestored', onRestored);
      copies?.cancel();
      painter = null;
      gl?.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };
}
