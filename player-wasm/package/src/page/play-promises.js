// The promises of play(): kept when something plays, broken when it is paused, unloaded or impossible before.

export class PlayPromises {
  /** @type {{resolve: () => void, reject: (error: Error) => void}[]} */
  #waiting = [];

  /** @returns {Promise<void>} */
  add() {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** @param {string} name of a media event that was dispatched */
  see(name) {
    if (name === 'playing') this.#settle((promise) => promise.resolve());
    else if (name === 'pause' || name === 'emptied') this.#fail('AbortError', 'play() was interrupted');
    else if (name === 'error') this.#fail('NotSupportedError', 'the source cannot be played');
  }

  /** @param {string} name @param {string} message */
  #fail(name, message) {
    this.#settle((promise) => promise.reject(new DOMException(message, name)));
  }

  /** @param {(promise: {resolve: () => void, reject: (error: Error) => void}) => void} how */
  #settle(how) {
    this.#waiting.splice(0).forEach(how);
  }
}
