// Where a browser cannot hand a canvas to a worker, pictures come to the page and are drawn here.

export class PageCanvas {
  #canvas;
  #context;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d', { alpha: false });
  }

  /** @param {VideoFrame} frame closed afterwards, whatever happens */
  draw(frame) {
    try {
      if (this.#canvas.width !== frame.displayWidth) this.#canvas.width = frame.displayWidth;
      if (this.#canvas.height !== frame.displayHeight) this.#canvas.height = frame.displayHeight;
      this.#context?.drawImage(frame, 0, 0, this.#canvas.width, this.#canvas.height);
    } finally {
      frame.close();
    }
  }
}
