// One hundred switches leave nothing behind: pictures, the engine's heap, the page's and the worker's memory.
import assert from 'node:assert/strict';
import test from 'node:test';
import { world } from './support/world.js';

const { open, staged } = world({ isolated: true }); // which the measurement of memory asks for
const SWITCHES = 100;
const WARM_UP = 10; // what is allocated once is allocated by then
const HELD = 4 + 4; // pictures that two pipelines may hold while one takes over from the other
const GROWTH = 0.1; // of the memory of page and worker: events in the log, what browsers keep for speed

/** Of the page and its worker, after a collection. @param {import('playwright-core').Page} page @returns {Promise<number>} */
const memory = (page) => page.evaluate(async () => (await /** @type {any} */ (performance).measureUserAgentSpecificMemory()).bytes);

for (const decoder of ['webcodecs', 'software']) {
  test(`${decoder}: ${SWITCHES} switches leave nothing behind`, () => staged(async (service) => {
    const origin = { ahead_s: 600, segment_s: 1 };
    await service.addChannel('a', { origin });
    await service.addChannel('b', { origin });
    await service.call('PATCH', '/channels/a', { fallback: { enabled: true, src: 'b' }, policy: { standby: 'hot' } });
    const viewer = await open({ decoder });
    await viewer.watch(service.playout('a'));
    await viewer.untilPicture(1);
    const switches = async (/** @type {number} */ count) => {
      for (let i = 0; i < count; i += 1) {
        const before = await viewer.count('switched');
        await viewer.page.evaluate(() => window.viewer.element.switchTo());
        await viewer.untilEvent('switched', before + 1);
      }
      await viewer.untilPictures(25);
    };
    const measure = async () => ({ ...await viewer.stats(), memory: await memory(viewer.page) });
    await switches(WARM_UP);
    const before = await measure();
    await switches(SWITCHES);
    const after = await measure();
    console.log(`# ${decoder}: pictures open ${before.openPictures} → ${after.openPictures}, engine heap ${before.heapBytes} → ${after.heapBytes}, page and worker ${before.memory} → ${after.memory}`);
    assert.ok(after.openPictures <= HELD, `${after.openPictures} pictures are open`);
    assert.equal(after.heapBytes, before.heapBytes, 'the heap of the engine has grown');
    assert.ok(after.memory <= before.memory * (1 + GROWTH) + 1e6, `page and worker: ${before.memory} → ${after.memory}`);
  }));
}
