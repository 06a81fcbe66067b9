// What each test file needs once: the service's program, one Chromium, one web server.
import { after, before } from 'node:test';
import { launch } from './browser.js';
import { Pages } from './pages.js';
import { Service } from './service.js';
import { Watcher } from './watcher.js';

/** @typedef {{browser: import('playwright-core').Browser, pages: Pages}} World */

/** @param {{isolated?: boolean}} [options] `isolated`: pages have SharedArrayBuffer */
export function world(options) {
  const it = /** @type {World} */ ({});
  before(async () => {
    it.browser = await launch();
    it.pages = await Pages.start(options);
  });
  after(async () => {
    await it.browser?.close();
    await it.pages?.close();
  });
  return {
    get pages() { return it.pages; },
    /** @param {Record<string, string>} query */
    open: (query = {}) => Watcher.open(it.browser, it.pages.base, { muted: '', ...query }),
    /**
     * A test with a service of its own, which ends with it, and so does every viewer.
     * @param {(service: Service) => Promise<void>} body
     */
    async staged(body) {
      const service = await Service.start();
      try {
        await body(service);
      } finally {
        await Promise.all(it.browser.contexts().map((context) => context.close()));
        await service.close();
      }
    },
  };
}
