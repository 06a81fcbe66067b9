// One viewer in a page of its own, as a test sees it.
import { openPage } from './browser.js';
import { judge } from './judge.js';
import { waitFor } from './wait.js';

const PATIENCE = 60_000; // several times what it takes on a slow machine

export class Watcher {
  /** @param {import('playwright-core').Page} page @param {string[]} log */
  constructor(page, log) {
    this.page = page;
    this.log = log;
  }

  /**
   * @param {import('playwright-core').Browser} browser
   * @param {string} base of the web server
   * @param {Record<string, string>} query see pages/understudy.js
   */
  static async open(browser, base, query) {
    const { page, log } = await openPage(browser, `${base}/pages/watch.html?${new URLSearchParams(query)}`);
    const watcher = new Watcher(page, log);
    await watcher.until('the page', () => page.evaluate(() => 'viewer' in window));
    return watcher;
  }

  /** @param {string} src @param {string[]} [fallback] */
  watch(src, fallback) {
    return this.page.evaluate(([url, others]) => window.viewer.watch(url, others), /** @type {const} */ ([src, fallback]));
  }

  /** The engine's events so far. @returns {Promise<any[]>} */
  async events() { return (await this.page.evaluate(() => window.viewer.eventsFrom(0))).fresh; }

  /** Of the engine's events. @param {string} type @returns {Promise<number>} */
  count(type) { return this.page.evaluate((wanted) => window.viewer.count(wanted), type); }

  /** @returns {Promise<any>} */
  stats() { return this.page.evaluate(() => window.viewer.stats()); }

  /** @returns {Promise<{kind: string, text: string, html: string} | null>} */
  card() { return this.page.evaluate(() => window.viewer.card()); }

  /** @param {string} what @param {() => any} condition @param {number} [deadline] */
  async until(what, condition, deadline = PATIENCE) {
    try {
      return await waitFor(what, deadline, condition);
    } catch (error) {
      const events = await this.events().catch(() => []);
      const told = events.slice(-25).map(({ at_ms, type, source, reason, error: why, detail }) => JSON.stringify({ at_ms, type, source, reason, why, detail }));
      throw new Error(`${/** @type {Error} */ (error).message}\n${told.join('\n')}\n${this.log.slice(-20).join('\n')}`);
    }
  }

  /** @param {string} type @param {number} [count] */
  untilEvent(type, count = 1) { return this.until(`${count} × ${type}`, async () => (await this.count(type)) >= count); }

  /** A picture of this channel is on screen. @param {number} channel */
  untilPicture(channel) {
    return this.until(`a picture of channel ${channel}`, () => this.page.evaluate((wanted) => window.viewer.screen.now?.channel === wanted, channel));
  }

  /** So many more pictures have been seen. @param {number} count */
  async untilPictures(count) {
    const pictures = () => this.page.evaluate(() => window.viewer.screen.shown.filter((/** @type {any} */ { channel }) => channel >= 0).length);
    const before = await pictures();
    await this.until(`${count} more pictures`, async () => (await pictures()) >= before + count);
  }

  /** The card is there, and has been looked at: what was on screen before is no longer `screen.now`. @param {string} kind */
  untilCard(kind) {
    return this.until(`the card ${kind}`, () => this.page.evaluate(
      (wanted) => window.viewer.card()?.kind === wanted && window.viewer.screen.now?.channel === -1, kind));
  }

  now() { return this.page.evaluate(() => performance.now()); }

  /** What was on screen between two page times. @param {number} [from] @param {number} [to] */
  async verdict(from, to) { return judge(await this.page.evaluate(() => window.viewer.screen.shown), { from, to }); }

  close() { return this.page.context().close(); }
}
