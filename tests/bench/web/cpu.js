// Processor time of a whole Chromium that plays 720p30, per minute played; players in turns, so that a machine that gets slower is
// fair to all. Nobody reads the canvas meanwhile.
import { lasts, openAlone } from './own-browser.js';
import { PLAYERS, watch } from './players.js';
import { median } from './first-picture.js';
import { cpuSeconds } from './processes.js';

const RUNS = Number(process.env.RUNS ?? 3);
const SETTLE_S = 5;
const MEASURE_S = 30;

/** How many pictures were shown, or how far it played. @param {import('../../browser/support/watcher.js').Watcher} watcher @returns {Promise<number>} */
const shown = (watcher) => watcher.page.evaluate(() => {
  const { element, stats } = window.viewer;
  return element.getVideoPlaybackQuality ? element.getVideoPlaybackQuality().totalVideoFrames - element.getVideoPlaybackQuality().droppedVideoFrames : stats().framesPresented;
});

export async function cpu({ pages, service, say }) {
  await service.addChannel('cpu', { origin: { width: 1280, height: 720, fps: 30, bitrate_kbps: 2500, ahead_s: 60 + RUNS * PLAYERS.length * 45 } });
  await service.settled();
  const seconds = new Map(PLAYERS.map(({ name }) => [name, /** @type {number[]} */ ([])]));
  const rates = new Map(PLAYERS.map(({ name }) => [name, /** @type {number[]} */ ([])]));
  for (let run = 0; run < RUNS; run += 1) {
    for (const player of PLAYERS) {
      const { watcher, pid, close } = await openAlone(pages.base, player.query);
      await watch(watcher, player, service, 'cpu');
      await watcher.until('a picture', () => watcher.page.evaluate(() => window.viewer.firstPictureMs()));
      await watcher.page.evaluate(() => window.viewer.screen.stop());
      await lasts(SETTLE_S);
      const before = { at: performance.now(), cpu: cpuSeconds(pid), shown: await shown(watcher) };
      await lasts(MEASURE_S);
      const minutes = (performance.now() - before.at) / 60_000;
      seconds.get(player.name)?.push((cpuSeconds(pid) - before.cpu) / minutes);
      rates.get(player.name)?.push((await shown(watcher) - before.shown) / minutes / 60);
      await close();
      say(`${player.name}: ${seconds.get(player.name)?.at(-1)?.toFixed(1)} s a minute, ${rates.get(player.name)?.at(-1)?.toFixed(1)} pictures/s`);
    }
  }
  await service.call('DELETE', '/channels/cpu');
  return PLAYERS.map(({ name }) => ({
    player: name, cpu_seconds_per_minute: round(median(seconds.get(name) ?? [])), pictures_per_second: round(median(rates.get(name) ?? [])),
  }));
}

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10;
