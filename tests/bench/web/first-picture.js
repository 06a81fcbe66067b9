// From setting `src` to the first picture that can be read from the page, in a fresh page each time, players in turns.
import { PLAYERS, watch } from './players.js';
import { Watcher } from '../../browser/support/watcher.js';

const ROUNDS = 9;
const settle = () => new Promise((resolve) => { setTimeout(resolve, 1000); });

/** @param {number[]} values */
export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

export async function firstPicture({ browser, pages, service, say }) {
  await service.addChannel('first', { origin: { width: 1280, height: 720, fps: 30, bitrate_kbps: 2500, ahead_s: 240 } });
  await service.settled();
  const times = new Map(PLAYERS.map(({ name }) => [name, /** @type {number[]} */ ([])]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const player of PLAYERS) {
      const watcher = await Watcher.open(browser, pages.base, { muted: '', ...player.query });
      await settle(); // the page before has been taken down, this one has loaded the player's code
      await watch(watcher, player, service, 'first');
      const ms = await watcher.until('a picture', () => watcher.page.evaluate(() => window.viewer.firstPictureMs()));
      times.get(player.name)?.push(ms);
      await watcher.close();
    }
    say(`round ${round + 1} of ${ROUNDS}`);
  }
  await service.call('DELETE', '/channels/first');
  return PLAYERS.map(({ name }) => {
    const all = times.get(name) ?? [];
    return { player: name, median_ms: Math.round(median(all)), fastest_ms: Math.round(Math.min(...all)), slowest_ms: Math.round(Math.max(...all)) };
  });
}
