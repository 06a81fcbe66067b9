// One Chromium with the flags that a locked-down machine needs. CONTEXTS, not tabs, separate the viewers: each context
// has a window of its own, so none of them is a background tab whose requestAnimationFrame stands still.
import { chromium } from 'playwright-core';

export const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required',
  '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding', '--disable-background-timer-throttling',
];

export const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** @param {{flags?: string[], without?: string[]}} [options] `without`: flags that are left out */
const launchOptions = ({ flags = [], without = [] } = {}) =>
  ({ executablePath, headless: true, args: [...FLAGS.filter((flag) => !without.includes(flag)), ...flags] });

/** @param {{flags?: string[], without?: string[]}} [options] */
export const launch = (options) => chromium.launch(launchOptions(options));

/** For several processes that share one browser; `.wsEndpoint()` is what they connect to. */
export const launchServer = () => chromium.launchServer(launchOptions());

/** @param {string} wsEndpoint */
export const connect = (wsEndpoint) => chromium.connect(wsEndpoint);

/**
 * A page in a window of its own, with what it says on its console and what it throws collected in `log`.
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 */
export async function openPage(browser, url) {
  const context = await browser.newContext({ viewport: { width: 800, height: 600 } });
  const page = await context.newPage();
  /** @type {string[]} */
  const log = [];
  page.on('console', (message) => log.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => log.push(`thrown: ${error.message}`));
  await page.goto(url);
  return { context, page, log };
}
