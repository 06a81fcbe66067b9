// A Chromium of its own for one viewer, so that all of its processes are that viewer's.
import { connect, launchServer } from '../../browser/support/browser.js';
import { Watcher } from '../../browser/support/watcher.js';

/** @param {string} base of the web server @param {Record<string, string>} query */
export async function openAlone(base, query) {
  const server = await launchServer();
  const browser = await connect(server.wsEndpoint());
  const watcher = await Watcher.open(browser, base, query);
  return { watcher, pid: /** @type {number} */ (server.process().pid), close: () => server.close() };
}

/** @param {number} seconds */
export const lasts = (seconds) => new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
