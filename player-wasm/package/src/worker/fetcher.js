// HTTP for the engine (sdk/net/fetch/imports.h): fetch() with streaming bodies. The engine keeps the time-outs and bounds; here
// is no policy.

/**
 * @param {object} engine
 * @param {(id: number, head: string, finalUrl: string) => void} engine.onFetchHead
 * @param {(id: number, bytes: Uint8Array) => void} engine.onFetchBody
 * @param {(id: number, failed: boolean, message: string) => void} engine.onFetchDone
 * @param {() => void} wake the engine has something to look at
 */
export function createFetcher(engine, wake) {
  /** @type {Map<number, AbortController>} */
  const running = new Map();

  /** @param {number} id @param {string} url @param {RequestInit} options */
  async function run(id, url, options) {
    try {
      const response = await fetch(url, options);
      if (!running.has(id)) return;
      let head = `HTTP/1.1 ${response.status}\n`;
      for (const [name, value] of response.headers) head += `${name}: ${value}\n`;
      engine.onFetchHead(id, head, response.url);
      wake();
      const reader = response.body?.getReader();
      while (reader) {
        const { done, value } = await reader.read();
        if (!running.has(id)) return;
        if (done) break;
        engine.onFetchBody(id, value);
        wake();
      }
      running.delete(id);
      engine.onFetchDone(id, false, '');
    } catch (error) {
      if (!running.delete(id)) return;
      engine.onFetchDone(id, true, String(error instanceof Error ? error.message : error));
    }
    wake();
  }

  return {
    /** @param {number} id @param {string} url @param {string} headers @param {number} first @param {number} last */
    start(id, url, headers, first, last) {
      const controller = new AbortController();
      running.set(id, controller);
      /** @type {[string, string][]} */
      const fields = headers.split('\n').filter(Boolean).map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      });
      if (first >= 0) fields.push(['Range', `bytes=${first}-${last >= 0 ? last : ''}`]);
      // no-cache: what the browser has is revalidated, so a playlist or a status is never old, and an unchanged one costs a 304.
      void run(id, url, { headers: fields, signal: controller.signal, cache: 'no-cache', credentials: 'same-origin' });
    },
    /** @param {number} id */
    abort(id) {
      const controller = running.get(id);
      running.delete(id);
      controller?.abort();
    },
    close() {
      for (const controller of running.values()) controller.abort();
      running.clear();
    },
  };
}
