// A worker in Chromium in which the decoders run without an engine: a web server for the player's sources, the decoders and the
// media of a test, and the page whose worker `lab-worker.js` is.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');
const build = process.env.UNDERSTUDY_WASM_BUILD ?? join(root, 'build/wasm');
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const mounts = [['/player/', join(root, 'player-wasm/package/src/worker')], ['/software/', join(build, 'decoders')], ['/lab/', here]];
const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

/** @typedef {ReturnType<typeof import('./media.js').packetsOf>} Media */

/**
 * Serves `media` as one binary file (packets one behind the other) and one list of what is in it.
 * @param {Map<string, Media>} media
 */
function serve(media) {
  return createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://lab').pathname;
    const answer = (/** @type {string | Buffer} */ body, /** @type {string} */ type) => {
      response.writeHead(200, { 'content-type': type });
      response.end(body);
    };
    if (path === '/') return answer('<!doctype html><title>decoders</title>', 'text/html');
    const [, folder, name, what] = path.split('/');
    const one = folder === 'media' ? media.get(name) : undefined;
    if (one && what === 'bytes') return answer(Buffer.concat(one.packets.map(({ data }) => data)), 'application/octet-stream');
    if (one) {
      const packets = one.packets.map(({ data, time, key }) => ({ size: data.length, time, key }));
      return answer(JSON.stringify({ ...one, config: [...one.config], packets }), 'application/json');
    }
    const mount = mounts.find(([prefix]) => path.startsWith(prefix));
    const file = mount && normalize(join(mount[1], path.slice(mount[0].length)));
    try {
      if (mount && file?.startsWith(mount[1]))
        return answer(readFileSync(file), types[/** @type {keyof typeof types} */ (extname(file))]);
    } catch {
      // not there
    }
    response.writeHead(404);
    return response.end();
  });
}

/** The worker, a folder for media, and what ends both. */
export async function openLab({ args = /** @type {string[]} */ ([]) } = {}) {
  /** @type {Map<string, Media>} */
  const media = new Map();
  const folder = mkdtempSync(join(tmpdir(), 'understudy-decoders-'));
  const server = serve(media).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const browser = await chromium.launch({ executablePath, headless: true, args: [...flags, ...args] });
  const page = await browser.newPage();
  /** @type {string[]} */
  const log = [];
  page.on('console', (message) => log.push(message.text()));
  page.on('pageerror', (error) => log.push(error.message));
  await page.goto(`http://127.0.0.1:${port}/`);

  return {
    media,
    folder,
    page,
    log,
    /** A fresh worker; `evaluate` runs in it, with `lab` as lab-worker.js sets it. */
    async worker() {
      const arrived = page.waitForEvent('worker');
      await page.evaluate(() => { new Worker('/lab/lab-worker.js', { type: 'module' }); });
      const worker = await arrived;
      await worker.evaluate(() => new Promise((resolve) => {
        const look = () => ('lab' in globalThis ? resolve(undefined) : setTimeout(look, 5));
        look();
      }));
      return worker;
    },
    async close() {
      await browser.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
