// Memory of a whole Chromium after minutes of live 360p25, all players at the same time.
import { lasts, openAlone } from './own-browser.js';
import { PLAYERS, watch } from './players.js';
import { memoryBytes } from './processes.js';

const MINUTES = Number(process.env.MINUTES ?? 10);

export async function memory({ pages, service, say }) {
  await service.addChannel('memory', { origin: { ahead_s: Math.min(600, 60 * MINUTES + 60), width: 640, height: 360 } });
  await service.settled();
  const viewers = [];
  for (const player of PLAYERS) {
    const alone = await openAlone(pages.base, player.query);
    await watch(alone.watcher, player, service, 'memory');
    await alone.watcher.until('a picture', () => alone.watcher.page.evaluate(() => window.viewer.firstPictureMs()));
    await alone.watcher.page.evaluate(() => window.viewer.screen.stop());
    viewers.push({ name: player.name, ...alone, first: 0 });
  }
  const early = Math.min(1, MINUTES / 2);
  await lasts(60 * early);
  for (const viewer of viewers) viewer.first = memoryBytes(viewer.pid);
  say(`${early} of ${MINUTES} minutes`);
  await lasts(60 * (MINUTES - early));
  const rows = [];
  for (const { name, pid, first, watcher, close } of viewers) {
    const heap = await watcher.page.evaluate(() => window.viewer.stats()?.heapBytes ?? null);
    rows.push({ player: name, minutes: MINUTES, first_mb: megabytes(first), last_mb: megabytes(memoryBytes(pid)), engine_heap_mb: heap && megabytes(heap) });
    await close();
  }
  await service.call('DELETE', '/channels/memory');
  return rows;
}

/** @param {number} bytes */
const megabytes = (bytes) => Math.round(bytes / 1e5) / 10;
