// The web server of the tests: pages, the built package, node_modules, and answers that a test makes up.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
export const dist = process.env.UNDERSTUDY_DIST ?? join(here, '../../player-wasm/package/dist');

/** Paths of the server and the folders that they show. */
const MOUNTS = [['/dist/', dist], ['/modules/', join(here, 'node_modules')], ['/', here]];
const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm',
  '.json': 'application/json', '.css': 'text/css',
};

/** @typedef {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void} Answer */

export class Pages {
  /** What is answered instead of a file, by path. @type {Map<string, Answer>} */
  answers = new Map();
  base = '';
  #server = createServer((request, response) => this.#serve(request, response));
  #isolated = false;

  /** @param {{isolated?: boolean}} [options] `isolated`: with COOP and COEP, so that pages have SharedArrayBuffer */
  static async start({ isolated = false } = {}) {
    const pages = new Pages();
    pages.#isolated = isolated;
    pages.#server.listen(0, '127.0.0.1');
    await once(pages.#server, 'listening');
    pages.base = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (pages.#server.address()).port}`;
    return pages;
  }

  /** @param {string} path @param {string | Buffer} body */
  text(path, body, type = 'text/plain', status = 200) {
    this.answers.set(path, (_request, response) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    });
    return this.base + path;
  }

  async close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** @type {Answer} */
  #serve(request, response) {
    const path = normalize(decodeURIComponent((request.url ?? '/').replace(/[?#].*/s, '')));
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cache-control', 'no-store');
    if (this.#isolated) {
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
    }
    const answer = this.answers.get(path);
    if (answer) return answer(request, response);
    const [prefix, folder] = MOUNTS.find(([start]) => path.startsWith(start)) ?? ['/', here];
    const file = join(folder, path.slice(prefix.length));
    if (!file.startsWith(folder) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end('no such file');
      return undefined;
    }
    response.setHeader('content-type', TYPES[/** @type {keyof typeof TYPES} */ (extname(file))] ?? 'application/octet-stream');
    createReadStream(file).pipe(response);
    return undefined;
  }
}
