// Events in the order in which their state came about, also where a listener causes more of them: those wait their turn.

export class EventQueue {
  /** @type {Event[]} */
  #queue = [];
  #draining = false;
  #target;

  /** @param {EventTarget} target */
  constructor(target) {
    this.#target = target;
  }

  /** @param {Event[]} events */
  dispatch(...events) {
    this.#queue.push(...events);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let event = this.#queue.shift(); event; event = this.#queue.shift()) this.#target.dispatchEvent(event);
    } finally {
      this.#draining = false;
    }
  }
}
