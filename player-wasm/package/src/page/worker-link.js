// The worker that holds the engine: started, listened to, and put to rest so that nothing of it remains.

/** A worker that is asked to close and does not answer is ended all the same. */
const CLOSE_TIMEOUT_MS = 2000;

/**
 * Browsers refuse workers of another origin, but not modules: a worker of our own that imports it.
 * @param {string} url @returns {{worker: Worker, bootstrap: string}}
 */
function startWorker(url) {
  const options = /** @type {WorkerOptions} */ ({ type: 'module', name: 'understudy' });
  if (new URL(url).origin === location.origin) return { worker: new Worker(url, options), bootstrap: '' };
  const text = `import ${JSON.stringify(url)};`;
  const bootstrap = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  return { worker: new Worker(bootstrap, options), bootstrap };
}

export class WorkerLink {
  #worker;
  #bootstrap;
  #onMessage;
  #closing = false;

  /**
   * @param {string} url
   * @param {(message: any) => void} onMessage the worker's messages, and `fatal` where it cannot be loaded
   */
  constructor(url, onMessage) {
    const { worker, bootstrap } = startWorker(url);
    this.#worker = worker;
    this.#bootstrap = bootstrap;
    this.#onMessage = onMessage;
    worker.addEventListener('message', (event) => this.#receive(event.data));
    worker.addEventListener('messageerror', () => this.#fail('a message of the worker could not be read'));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#fail(event.message || `the worker could not be loaded from ${url}`);
    });
  }

  /** @param {{type: string, [name: string]: unknown}} message @param {Transferable[]} [transfer] */
  send(message, transfer = []) {
    if (!this.#closing) this.#worker.postMessage(message, transfer);
  }

  /** Nothing is heard of it from here on. */
  close() {
    if (this.#closing) return;
    this.#worker.postMessage({ type: 'close' });
    this.#closing = true;
    setTimeout(() => this.#end(), CLOSE_TIMEOUT_MS);
  }

  /** @param {any} message */
  #receive(message) {
    if (message?.type === 'ready') this.#releaseBootstrap();
    if (message?.type === 'closed') this.#end();
    else if (!this.#closing) this.#onMessage(message);
    else message?.frame?.close?.(); // a picture on its way when we closed
  }

  /** @param {string} detail */
  #fail(detail) {
    if (this.#closing) return;
    this.#onMessage({ type: 'fatal', error: { code: 1000, name: 'worker_failed', detail } });
  }

  #end() {
    this.#worker.terminate();
    this.#releaseBootstrap();
  }

  #releaseBootstrap() {
    if (this.#bootstrap) URL.revokeObjectURL(this.#bootstrap);
    this.#bootstrap = '';
  }
}
