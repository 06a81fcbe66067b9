// The browser player beside hls.js and Shaka Player: the same Chromium, the same origin, one run. README.md.
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { launch } from '../../browser/support/browser.js';
import { Pages } from '../../browser/support/pages.js';
import { Service } from '../../browser/support/service.js';
import { cpu } from './cpu.js';
import { firstPicture } from './first-picture.js';
import { interruption } from './interruption.js';
import { memory } from './memory.js';
import { built } from './players.js';
import { cpuSeconds } from './processes.js';
import { size } from './size.js';
import { markdown } from './table.js';
import { waitFor } from '../../browser/support/wait.js';

const MEASURES = { size, 'first-picture': firstPicture, cpu, memory, interruption };

const folder = process.argv[2] ?? 'build/bench';
const only = process.env.ONLY;
const wanted = Object.entries(MEASURES).filter(([name]) => !only || only.split(',').includes(name));
if (wanted.length === 0) throw new Error(`ONLY names none of ${Object.keys(MEASURES).join(', ')}`);
if (!built) console.log('The browser player is not built (make wasm): the others alone.');

const service = await Service.start();
const pages = await Pages.start();
const browser = await launch();
/** Encoders that run ahead have come to where they wait. */
Object.assign(service, {
  settled: () => {
    let before = cpuSeconds(service.pid ?? 0);
    return waitFor('encoders that have run ahead', 300_000, async () => {
      await new Promise((resolve) => { setTimeout(resolve, 500); });
      const now = cpuSeconds(service.pid ?? 0);
      const busy = now - before;
      before = now;
      return busy < 0.2;
    });
  },
});
const results = {
  meta: { date: new Date().toISOString(), machine: `${cpus().length} × ${cpus()[0]?.model}`, browser: browser.version() },
};
try {
  for (const [name, measure] of wanted) {
    console.log(`${name} …`);
    results[name] = await measure({ service, pages, browser, say: (text) => console.log(`  ${text}`) });
    // After each: whoever stops a long run keeps what it found.
    await writeFile(join(folder, 'web.json'), `${JSON.stringify(results, null, 1)}\n`);
    await writeFile(join(folder, 'web.md'), markdown(results));
  }
} finally {
  await browser.close();
  await pages.close();
  await service.close();
}
console.log(`\n${markdown(results)}`);
