// The viewer's time line in seconds: it begins at 0 with the first picture, moves between the engine's reports (four a
// second) and never runs backwards. Pure: the time of day comes as an argument (milliseconds, any epoch).
//
// The live edge: the smallest distance to real time that this viewing ever had is what "live" means; whoever paused is
// behind it by as much. Media published later than the start cannot be known here, nor does a viewer care.

/** How far behind its best a viewing may be and still count as live: a switch or a short stall is no reason to ask. */
export const LIVE_TOLERANCE_S = 3;
/** Reports come every 250 ms; one that is late by more than this has a reason, and time stands still until it comes. */
const MAX_INTERPOLATED_S = 0.4;

export class Timeline {
  #base = 0; // the engine's playhead at our 0
  #started = false;
  #rebase = true;
  #position = 0; // at the last report
  #reportedAt = 0;
  #moving = false;
  #shown = 0; // largest that was given out
  #bufferS = 0;
  #bestBehind = Infinity;

  /** A new viewing: time goes on where it is, whatever the engine's clock says. */
  start() {
    this.#rebase = true;
    this.#bestBehind = Infinity;
  }

  reset() {
    this.start();
    this.#started = this.#moving = false;
    this.#position = this.#shown = this.#bufferS = 0;
  }

  /**
   * @param {{playheadMs: number, bufferMs: number, moving: boolean}} report
   * @param {number} nowMs
   */
  update({ playheadMs, bufferMs, moving }, nowMs) {
    if (this.#rebase) {
      this.#base = playheadMs / 1000 - this.#shown;
      this.#rebase = false;
    }
    this.#started = true;
    this.#position = Math.max(0, playheadMs / 1000 - this.#base);
    this.#bufferS = Math.max(0, bufferMs / 1000);
    this.#reportedAt = nowMs;
    this.#moving = moving;
    if (moving) this.#bestBehind = Math.min(this.#bestBehind, nowMs / 1000 - this.#position);
  }

  /** @param {number} nowMs */
  currentTime(nowMs) {
    const since = this.#moving ? Math.max(0, Math.min((nowMs - this.#reportedAt) / 1000, MAX_INTERPOLATED_S)) : 0;
    this.#shown = Math.max(this.#shown, this.#position + since);
    return this.#shown;
  }

  /** Where the engine's time, e.g. a picture's, lies on this line. @param {number} engineS */
  fromEngine(engineS) {
    return Math.max(0, engineS - this.#base);
  }

  /** @param {number} nowMs */
  liveEdge(nowMs) {
    if (!this.#started || this.#bestBehind === Infinity) return NaN;
    return Math.max(nowMs / 1000 - this.#bestBehind, this.currentTime(nowMs));
  }

  /** @param {number} nowMs @returns {[number, number] | null} */
  buffered(nowMs) {
    if (!this.#started) return null;
    const from = this.currentTime(nowMs);
    return [from, Math.max(from, this.#position + this.#bufferS)];
  }
}
