// The demo's web server: the page, the package's dist, and the four buttons, which it passes on to the companion service (the
// management API is not for pages: it answers no other origin, and its key has no place in one).
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HELP = `serve.js: serves the demo page of the browser player

  --port N        port on 127.0.0.1 (8090; 0: any free one)
  --service URL   the companion service (http://127.0.0.1:8080)
  --key KEY       of its management API (demo)
  --secret WORD   (demo)
  --dist DIR      the built package (../package/dist)
  --isolated      send COOP and COEP, so that the page has SharedArrayBuffer
  --help`;

const here = path.dirname(fileURLToPath(import.meta.url));
const TYPES = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json', '.wasm': 'application/wasm',
};
/** What a button does. */
const ACTIONS = {
  drop: (channel) => ['POST', `/channels/${channel}/faults`, '[{"fault":"drop"}]'],
  restore: (channel) => ['DELETE', `/channels/${channel}/faults`],
  stop: (channel) => ['POST', `/channels/${channel}/stop`],
  start: (channel) => ['POST', `/channels/${channel}/start`, '{}'],
};
const SERVICE_TIMEOUT_MS = 5000;

function options() {
  const { values } = parseArgs({ options: {
    port: { type: 'string', default: '8090' }, service: { type: 'string', default: 'http://127.0.0.1:8080' },
    key: { type: 'string', default: 'demo' }, secret: { type: 'string', default: 'demo' },
    dist: { type: 'string', default: path.join(here, '../package/dist') },
    isolated: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
  } });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port: ${values.port} is not a port`);
  const { service } = values;
  if (!URL.canParse(service) || !/^https?:/.test(service)) throw new Error(`--service: ${service} is not a URL`);
  return { ...values, port, dist: path.resolve(values.dist) };
}

class Demo {
  #options;
  #folders;

  constructor(given) {
    this.#options = given;
    const mediaChrome = path.join(here, 'node_modules/media-chrome/dist');
    this.#folders = [['/dist/', given.dist], ['/media-chrome/', mediaChrome], ['/', path.join(here, 'page')]];
  }

  async answer(request, response) {
    const url = new URL(request.url, 'http://demo');
    response.setHeader('Cache-Control', 'no-cache');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (this.#options.isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    }
    if (url.pathname === '/api/demo') {
      return send(response, 200, JSON.stringify({ service: this.#options.service }), 'application/json');
    }
    const action = /^\/api\/([\w-]+)\/(\w+)$/.exec(url.pathname);
    if (action) return this.#act(request, response, action[1], action[2]);
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'GET only');
    return this.#file(response, url.pathname);
  }

  async #act(request, response, channel, name) {
    // Only our own page may press the buttons, not one that happens to be open beside it.
    const ours = request.method === 'POST' && request.headers['sec-fetch-site'] === 'same-origin';
    if (!ours) return send(response, 403, 'not from here');
    if (!Object.hasOwn(ACTIONS, name)) return send(response, 404, `no such action: ${name}`);
    const [method, target, body] = ACTIONS[name](channel);
    const { service, key, secret } = this.#options;
    const authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;
    try {
      const answer = await fetch(new URL(target, service), {
        method, body, signal: AbortSignal.timeout(SERVICE_TIMEOUT_MS),
        headers: { Authorization: authorization, 'Content-Type': 'application/json' },
      });
      return send(response, answer.status, answer.status === 204 ? '' : await answer.text(), 'application/json');
    } catch {
      return send(response, 502, `the companion service at ${service} does not answer`);
    }
  }

  async #file(response, pathname) {
    const [prefix, folder] = this.#folders.find(([start]) => pathname.startsWith(start));
    const name = decodePath(pathname.slice(prefix.length)) || 'index.html';
    const file = path.join(folder, name);
    const found = file.startsWith(folder + path.sep) && await stat(file).catch(() => null);
    if (!found || !found.isFile()) return send(response, 404, 'no such file');
    const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, 'Content-Length': found.size });
    return createReadStream(file).on('error', () => response.destroy()).pipe(response);
  }
}

function decodePath(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return '\0'; // no file has that name
  }
}

function send(response, status, body, type = 'text/plain; charset=utf-8') {
  response.writeHead(status, status === 204 ? {} : { 'Content-Type': type });
  response.end(body);
}

function fail(message) {
  console.error(`serve.js: ${message}`);
  process.exit(1);
}

let given;
try {
  given = options();
} catch (error) {
  fail(`${error.message}\n\n${HELP}`);
}
if (given.help) {
  console.log(HELP);
} else {
  const built = await stat(path.join(given.dist, 'element.js')).catch(() => null);
  if (!built) fail(`the package is not built: no element.js in ${given.dist} (run \`make wasm\`)`);
  const demo = new Demo(given);
  const server = createServer((request, response) => {
    demo.answer(request, response).catch((error) => {
      console.error(`serve.js: ${request.url}: ${error.message}`);
      response.destroy();
    });
  });
  server.on('error', (error) => {
    fail(error.code === 'EADDRINUSE' ? `port ${given.port} is in use; --port N takes another one` : error.message);
  });
  server.listen(given.port, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
}
