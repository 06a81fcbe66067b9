// A player in Chromium behind the command line of understudy-player, as far as the failover bench uses it: the same arguments,
// the same lines on standard output, the same files. README.md has what differs.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { connect, launch, openPage } from '../support/browser.js';
import { Pages } from '../support/pages.js';
import { waitFor } from '../support/wait.js';
import { pageClock, toNs } from './clock.js';
import { writeFrames, writeWav, writeY4m } from './recordings.js';
import { reportOf } from './report.js';
import { ticksOf } from './ticks.js';

const FPS = 25; // of the content

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    headless: { type: 'boolean' }, 'log-format': { type: 'string' }, report: { type: 'string' }, seed: { type: 'string' },
    vo: { type: 'string' }, ao: { type: 'string' }, frames: { type: 'string' }, trace: { type: 'string' },
    decoder: { type: 'string', default: 'auto' }, browser: { type: 'string' }, pages: { type: 'string' },
  },
});
const fileOf = (/** @type {string} */ value) => value.slice(value.indexOf('=') + 1);

const ending = new Promise((resolve) => {
  process.once('SIGTERM', resolve);
  process.once('SIGINT', resolve);
});

const browser = options.browser ? await connect(options.browser) : await launch();
const pages = options.pages ? null : await Pages.start();
const query = new URLSearchParams({ decoder: options.decoder ?? 'auto', seed: options.seed ?? '1' });
if (options.frames) query.set('frames', '');
if (options.trace) query.set('trace', '');
const { page, log } = await openPage(browser, `${options.pages ?? pages?.base}/pages/watch.html?${query}`);
await waitFor('the page', 30_000, () => page.evaluate(() => 'viewer' in window));
const clock = await pageClock(page);
await page.evaluate((src) => window.viewer.watch(src), positionals[0]);
if (options.ao) await page.evaluate(() => window.viewer.record());

/** With their times on the machine's clock. @type {any[]} */
const events = [];
async function printEvents() {
  const { zeroMs, fresh } = await page.evaluate((known) => window.viewer.eventsFrom(known), events.length);
  for (const event of fresh) {
    events.push({ ...event, monotonic_ns: Number(toNs(clock, zeroMs + event.monotonic_ns / 1e6)) });
    process.stdout.write(`${JSON.stringify(events.at(-1))}\n`);
  }
  return zeroMs;
}
let over = false;
void ending.then(() => { over = true; });
while (!over) {
  await printEvents();
  await Promise.race([ending, new Promise((resolve) => { setTimeout(resolve, 100); })]);
}
const zeroMs = await printEvents();

const seen = await page.evaluate(() => ({ ...window.viewer.seen(), sound: window.viewer.sound(), stats: window.viewer.stats() }));
if (options.vo) await writeY4m(fileOf(options.vo), ticksOf(seen.shown, seen.endMs, FPS), FPS, clock);
if (options.ao && seen.sound) await writeWav(fileOf(options.ao), seen.sound, clock);
if (options.frames) await writeFrames(options.frames, seen.presented, clock);
if (options.trace) await writeFile(options.trace, await page.evaluate(() => window.viewer.element.takeTrace()));
if (options.report) {
  const report = reportOf(seen.stats ?? {}, events);
  Object.assign(report, {
    clock: { bound_ms: clock.boundMs, engine_zero_ns: Number(toNs(clock, zeroMs)), looks_per_second: seen.looks * 1000 / seen.endMs },
    console: log,
  });
  await writeFile(options.report, JSON.stringify(report));
}
await page.context().close();
await browser.close(); // of a shared one: the connection
await pages?.close();
process.exit(events.some(({ type }) => type === 'started') ? 0 : 3);
