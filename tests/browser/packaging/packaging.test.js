// The tarball in the hands of others: Vite (dev and build), webpack 5, a bare page, a page whose scripts come from another
// origin, a page with a strict policy. In each the element is defined and its worker and engine are loaded; with the real
// engine (UNDERSTUDY_PACKAGE) it also plays, from UNDERSTUDY_PLAY_URL or a service of its own (UNDERSTUDY_SERVER).
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { launch } from '../support/browser.js';
import { Service } from '../support/service.js';
import { waitFor } from '../support/wait.js';
import { makeApp, real, tarball } from './package.js';
import { serve } from './static.js';

const WAIT_MS = 30000;
const run = promisify(execFile);
const PAGE = (script) => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>app</title><div id="app"></div><script type="module" src="${script}"></script>`;
const MAIN = `
import 'understudy-player/element';
import { UnderstudyPlayer } from 'understudy-player';
window.sameClass = typeof UnderstudyPlayer === 'function';
document.querySelector('#app').innerHTML = '<understudy-player muted controls></understudy-player>';
window.player = document.querySelector('understudy-player');
const query = new URL(location.href).searchParams;
window.player.decoder = query.get('decoder');
window.player.src = query.get('src');
window.player.play().catch(() => {});
`;
/** Without a bundler a page names the file. */
const bare = (url, attributes = '') => MAIN.replace("import 'understudy-player/element';", `import '${url}element.js';`)
  .replace("import { UnderstudyPlayer } from 'understudy-player';", `import { UnderstudyPlayer } from '${url}index.js';`)
  .replace('muted controls', `muted controls ${attributes}`);
const DIST = '/node_modules/understudy-player/dist/';
const CORS = { 'Access-Control-Allow-Origin': '*' };
/** As the README says it, without blob: for scripts. */
const STRICT = { 'Content-Security-Policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src *; img-src data: blob:" };

describe('the package', () => {
  let browser, service, playUrl;
  before(async () => {
    browser = await launch();
    playUrl = process.env.UNDERSTUDY_PLAY_URL ?? '';
    if (real && !playUrl) {
      service = await Service.start();
      await service.addChannel('packaging');
      playUrl = `${service.base}/playout/packaging`;
    }
  });
  after(async () => {
    await browser.close();
    await service?.close();
  });

  /** Opens the app; the engine arrives, nothing fails. With the real engine it plays, with either decoder. */
  async function check(base, { files = base } = {}) {
    for (const decoder of real ? ['auto', 'software'] : ['auto']) await checkWith(decoder, base, files);
  }

  async function checkWith(decoder, base, files) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const log = [];
    const loaded = [];
    page.on('console', (message) => log.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => log.push(`thrown: ${error.message}`));
    context.on('response', (response) => loaded.push(`${response.status()} ${response.url()}`));
    const has = (pattern) => loaded.some((line) => line.startsWith(`200 ${files}`) && pattern.test(line));
    await page.goto(`${base}/?decoder=${decoder}&src=${encodeURIComponent(playUrl || 'http://127.0.0.1:9/playout/none')}`);
    try {
      await waitFor('the element', WAIT_MS, () => page.evaluate(() => Boolean(customElements.get('understudy-player') && window.player)));
      assert.equal(await page.evaluate(() => window.sameClass), true);
      await waitFor('the engine', WAIT_MS, () => has(/\.wasm$/));
      await waitFor('the worker', WAIT_MS, () => page.workers().length === 1);
      await waitFor('the sound', WAIT_MS, () => page.evaluate(() => window.player.audioState === 'running'));
      if (real) {
        await waitFor('pictures', WAIT_MS, () => page.evaluate(() => window.player.videoWidth > 0 && window.player.stats?.framesPresented > 10));
        const used = await page.evaluate(() => window.player.stats.decoder);
        assert.equal(used, decoder === 'auto' ? 'webcodecs' : 'software');
      }
      assert.equal(await page.evaluate(() => window.player.error), null);
      assert.deepEqual(log.filter((line) => /^(error|thrown|warning)/.test(line)), []);
    } catch (error) {
      const said = await page.evaluate(() => window.player?.error?.message);
      error.message += `\n  decoder: ${decoder}\n  console: ${log.join('\n    ')}\n  loaded: ${loaded.join('\n    ')}\n  error: ${said}`;
      throw error;
    } finally {
      await context.close();
    }
  }

  async function serving(server, action) {
    try {
      await action(server);
    } finally {
      await server.close();
    }
  }

  test('has what its exports promise, and nothing else than it needs', async () => {
    const folder = path.join(await makeApp('contents', {}), 'node_modules/understudy-player');
    const { exports } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
    const targets = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)));
    for (const target of [...targets.filter((name) => !name.includes('*')), './dist/decoders/software.js', './dist/decoders/software.wasm', './LICENSE', './README.md']) {
      assert.ok((await readFile(path.join(folder, target))).length > 0, target);
    }
    const { stdout } = await run('tar', ['-tzf', tarball]);
    assert.deepEqual(stdout.trim().split('\n').filter((name) => !/^package\/(dist\/|types\/\w+\.d\.ts$|package\.json$|README\.md$|LICENSE$)/.test(name)), []);
  });

  test('is found in order by publint', async () => {
    const { publint } = await import(pathToFileURL(createRequire(new URL('../../../player-wasm/package/package.json', import.meta.url)).resolve('publint')).href);
    const folder = path.join(await makeApp('publint', {}), 'node_modules/understudy-player');
    const { messages } = await publint({ pkgDir: folder, level: 'suggestion', pack: false });
    assert.deepEqual(messages.map(({ code, path: place }) => `${code} ${place.join('.')}`), []);
  });

  test('in a Vite app in development', async () => {
    const { createServer } = await import('vite');
    const root = await makeApp('vite-dev', { 'index.html': PAGE('/main.js'), 'main.js': MAIN });
    const server = await createServer({ root, configFile: false, logLevel: 'error', server: { host: '127.0.0.1' }, optimizeDeps: { exclude: ['understudy-player'] } });
    await server.listen();
    await serving(server, () => check(`http://127.0.0.1:${server.httpServer.address().port}`));
  });

  test('in a Vite app that was built', async () => {
    const { build } = await import('vite');
    const root = await makeApp('vite-build', { 'index.html': PAGE('/main.js'), 'main.js': MAIN });
    await build({ root, configFile: false, logLevel: 'error' });
    await serving(await serve(path.join(root, 'dist')), ({ base }) => check(base));
  });

  test('in a webpack 5 app', async () => {
    const { default: webpack } = await import('webpack');
    const root = await makeApp('webpack', { 'src/main.js': MAIN, 'public/index.html': PAGE('/main.js') });
    const stats = await promisify(webpack)({ mode: 'production', context: root, entry: './src/main.js', output: { path: path.join(root, 'public'), filename: 'main.js' }, performance: { hints: false } });
    assert.equal(stats.hasErrors() || stats.hasWarnings(), false, stats.toString('errors-warnings'));
    await serving(await serve(path.join(root, 'public')), ({ base }) => check(base));
  });

  test('in a page without a bundler', async () => {
    const root = await makeApp('bare', { 'index.html': PAGE('/main.js'), 'main.js': bare(DIST) });
    await serving(await serve(root), ({ base }) => check(base));
  });

  test('in a page whose policy allows neither blob: scripts nor inline styles', async () => {
    const root = await makeApp('strict', { 'index.html': PAGE('/main.js'), 'main.js': bare(DIST) });
    await serving(await serve(root, STRICT), ({ base }) => check(base));
  });

  test('from another origin', async () => {
    const files = await makeApp('files', {});
    await serving(await serve(files, CORS), async (other) => {
      const root = await makeApp('cross-origin', { 'index.html': PAGE('/main.js'), 'main.js': bare(`${other.base}${DIST}`) });
      await serving(await serve(root), ({ base }) => check(base, { files: other.base }));
    });
  });

  test('with its assets on another origin (asset-base)', async () => {
    const files = await makeApp('assets', {});
    await serving(await serve(files, CORS), async (other) => {
      const root = await makeApp('asset-base', { 'index.html': PAGE('/main.js'), 'main.js': bare(DIST, `asset-base="${other.base}${DIST}"`) });
      await serving(await serve(root), ({ base }) => check(base, { files: other.base }));
    });
  });
});
