// A session recorded in the browser gives the same decisions natively: the engine is one.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { world } from './support/world.js';

const { open, staged } = world();

for (const decoder of ['webcodecs', 'software']) {
  test(`${decoder}: a trace of the browser replays natively, output for output`, () => staged(async (service) => {
    await service.addChannel('a', { origin: { ahead_s: 60 } });
    await service.addChannel('b', { origin: { ahead_s: 60, pts_base: 900_000 } });
    await service.call('PATCH', '/channels/a', { fallback: { enabled: true, src: 'b' } });
    const viewer = await open({ decoder, trace: '' });
    await viewer.watch(service.playout('a'));
    await viewer.untilPicture(1);
    await service.setFault('a', { fault: 'segment_404' });
    await viewer.untilPicture(2);
    const trace = await viewer.page.evaluate(() => window.viewer.element.takeTrace());
    const folder = mkdtempSync(join(tmpdir(), 'understudy-trace-'));
    try {
      const file = join(folder, 'browser.trace');
      writeFileSync(file, trace);
      const replay = spawnSync(process.env.UNDERSTUDY_REPLAY ?? '', [file], { encoding: 'utf8' });
      assert.equal(replay.status, 0, replay.stdout + replay.stderr);
      const [, inputs, outputs] = /same: (\d+) inputs, (\d+) outputs/.exec(replay.stdout) ?? [];
      assert.ok(Number(inputs) > 100 && Number(outputs) > 100, replay.stdout);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }));
}
