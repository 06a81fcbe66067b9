// A page with the real element and a worker that plays no stream: tests of the page side alone, without the engine.
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch, openPage } from '../support/browser.js';
import { waitFor } from '../support/wait.js';
import { build, COPIED } from '../../../player-wasm/package/build.js';

export const WAIT_MS = 20000;

/** The package with the fake worker, built into a folder that goes when the process does. */
async function buildWithFake() {
  const root = await mkdtemp(join(tmpdir(), 'understudy-page-'));
  process.on('exit', () => rmSync(root, { recursive: true, force: true }));
  const wasmDir = join(root, 'wasm');
  await mkdir(join(wasmDir, 'decoders'), { recursive: true });
  for (const [name] of COPIED) await writeFile(join(wasmDir, name), '');
  const outDir = join(root, 'dist');
  await build({ outDir, wasmDir, workerEntry: fileURLToPath(new URL('fake-worker.js', import.meta.url)) });
  return outDir;
}
process.env.UNDERSTUDY_DIST = await buildWithFake(); // read when pages.js is loaded
const { Pages } = await import('../support/pages.js');

export async function openStage({ isolated = false, without = /** @type {string[]} */ ([]) } = {}) {
  const pages = await Pages.start({ isolated });
  const browser = await launch({ without });
  return {
    pages,
    browser,
    /** A fresh page: nothing of an earlier test is in it. */
    async open() {
      const opened = await openPage(browser, `${pages.base}/element/page.html`);
      await waitFor('the element', WAIT_MS, () => opened.page.evaluate(() => window.ready));
      return opened;
    },
    async close() {
      await browser.close();
      await pages.close();
    },
  };
}

/** Waits until a function gives something true in the page. */
export const until = (page, what, condition, argument) => waitFor(what, WAIT_MS, () => page.evaluate(condition, argument));
/** Waits until the worker was told a message of this type; gives all of them. */
export const toldOf = (page, type) => until(page, `the worker being told ${type}`, (name) => {
  const found = window.told.filter((message) => message.type === name);
  return found.length > 0 && found;
}, type);
