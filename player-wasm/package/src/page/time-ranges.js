// TimeRanges as HTMLMediaElement gives them out; the browser's own class has no constructor.

/** @implements {TimeRanges} */
export class Ranges {
  /** @type {ReadonlyArray<readonly [number, number]>} */
  #pairs;

  /** @param {ReadonlyArray<readonly [number, number]>} pairs in seconds, ascending */
  constructor(pairs) {
    this.#pairs = pairs;
  }

  get length() {
    return this.#pairs.length;
  }

  /** @param {number} index */
  start(index) {
    return this.#pair(index)[0];
  }

  /** @param {number} index */
  end(index) {
    return this.#pair(index)[1];
  }

  /** @param {number} index */
  #pair(index) {
    const pair = this.#pairs[index];
    if (!pair) throw new DOMException(`no range ${index}`, 'IndexSizeError');
    return pair;
  }
}
