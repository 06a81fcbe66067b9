// requestVideoFrameCallback: one-shot callbacks with what is known about the picture that was just drawn.

/** @typedef {(now: number, metadata: import('../../types/index.js').FrameMetadata) => void} FrameCallback */

export class FrameCallbacks {
  /** @type {Map<number, FrameCallback>} */
  #waiting = new Map();
  #last = 0;
  #on = false;
  #setOn;

  /** @param {(on: boolean) => void} setOn the worker tells of pictures only while somebody listens */
  constructor(setOn) {
    this.#setOn = setOn;
  }

  get wanted() {
    return this.#waiting.size > 0;
  }

  /** @param {FrameCallback} callback */
  request(callback) {
    this.#waiting.set(++this.#last, callback);
    this.#update();
    return this.#last;
  }

  /** @param {number} handle */
  cancel(handle) {
    this.#waiting.delete(handle);
    this.#update();
  }

  /** @param {import('../../types/index.js').FrameMetadata} metadata @param {number} now */
  deliver(metadata, now) {
    const due = [...this.#waiting];
    for (const [handle, callback] of due) {
      if (!this.#waiting.delete(handle)) continue; // cancelled by one before it
      try {
        callback(now, metadata);
      } catch (error) {
        reportError(error); // one listener's mistake is not the next one's
      }
    }
    this.#update(); // most ask again from within their callback
  }

  /** A new worker knows of nothing. */
  restart() {
    this.#on = false;
    this.#update();
  }

  #update() {
    if (this.wanted === this.#on) return;
    this.#on = this.wanted;
    this.#setOn(this.#on);
  }
}
