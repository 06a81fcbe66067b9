// One hundred switches leave nothing behind: pictures, the engine's heap, the page's and the worker's memory.
import assert from 'node:assert/strict';
import test from 'node:test';
import { world } from './support/world.js';

const { open, staged } = world({ isolated: true }); // which the measurement of memory asks for
const SWITCHES = 100;
const WARM_UP = 10; // what is allocated once is allocated by then
const HELD = 4 + 4; // pictures that two pipelines may hold while one takes over from the other
const GROWTH = 0.1; // of the memory of page and worker, beside 1 MB: events in the log, what the browser keeps for speed

/** Of the page and its worker, after a collection. @param {import('playwright-core').Page} page @returns {Promise<number>} */
const memory = (page) => page.evaluate(async () => (await /** @type {any} */ (performance).measureUserAgentSpecificMemory()).bytes);

/** @param {import('./support/watcher.js').Watcher} viewer @param {number} count */
async function switches(viewer, count) {
  const goal = await viewer.count('switched') + count;
  for (let done = goal - count; done < goal; done = await viewer.count('switched')) {
    const before = done;
    // On a busy machine a candidate may be too slow, which is given up then, or the page stand still for so long that the viewing begins
    // anew: who wants to switch asks again.
    const inVain = async () => await viewer.count('hedge_cancelled') + await viewer.count('started');
    const givenUp = await inVain();
    await viewer.page.evaluate(() => window.viewer.element.switchTo());
    await viewer.until(`${before + 1} × switched`, async () => await viewer.count('switched') > before || await inVain() > givenUp);
  }
  await viewer.untilPictures(25);
}

/** @param {import('./support/watcher.js').Watcher} viewer */
const measure = async (viewer) => ({ ...await viewer.stats(), memory: await memory(viewer.page) });

// A switch waits for its place in the content, which short segments and a short way to the live edge bring nearer: under a second
// and a half. Both decoders at the same time.
test(`${SWITCHES} switches leave nothing behind`, () => staged(async (service) => {
  await service.addChannel('a', { origin: { segment_s: 0.5 } });
  await service.addChannel('b', { origin: { segment_s: 0.5 } });
  await service.call('PATCH', '/channels/a',
    { fallback: { enabled: true, src: 'b' }, policy: { standby: 'hot', targetLiveOffsetMs: 1500 } });
  await Promise.all(['webcodecs', 'software'].map(async (decoder) => {
    const viewer = await open({ decoder });
    await viewer.watch(service.playout('a'));
    await viewer.untilPicture(1);
    await switches(viewer, WARM_UP);
    const before = await measure(viewer);
    await switches(viewer, SWITCHES);
    const after = await measure(viewer);
    const told = ['openPictures', 'heapBytes', 'memory'].map((name) => `${name} ${before[name]} → ${after[name]}`);
    console.log(`# ${decoder}: ${told.join(', ')}`);
    assert.equal(after.decoder, decoder);
    assert.ok(after.openPictures <= HELD, `${after.openPictures} pictures are open`);
    assert.equal(after.heapBytes, before.heapBytes, 'the heap of the engine has grown');
    assert.ok(after.memory <= before.memory * (1 + GROWTH) + 1e6, `page and worker: ${before.memory} → ${after.memory}`);
  }));
}));
