// Requests for the worker's trace, each a promise until the text arrives.

export class Traces {
  /** @type {Map<number, {resolve: (text: string) => void, reject: (error: Error) => void}>} */
  #waiting = new Map();
  #last = 0;
  #send;

  /** @param {(message: {type: string, id: number}) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /** @returns {Promise<string>} */
  take() {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ type: 'takeTrace', id });
    });
  }

  /** @param {number} id @param {string} text */
  resolve(id, text) {
    this.#waiting.get(id)?.resolve(text);
    this.#waiting.delete(id);
  }

  /** Nobody will answer any more. */
  abandon() {
    for (const { reject } of this.#waiting.values()) reject(new DOMException('the player was closed', 'AbortError'));
    this.#waiting.clear();
  }
}
