// The primary breaks and stays broken: what does each viewer see? All watch the same channel at the same time. hls.js and Shaka Player do
// what they do by themselves; "+ app" has a second URL and goes to it on a fatal error. Ours is told of the fallback by the service.
import { lasts } from './own-browser.js';
import { WITH_APPS, watch } from './players.js';
import { Watcher } from '../../browser/support/watcher.js';

const FAULTS = ['none', 'refuse', 'black_hole', 'segment_404', 'stale_playlist', 'drop'];
const BUFFER_S = 8; // everyone holds what it wants to hold
const WATCH_S = 40;
const PICTURE_MS = 40;

export async function interruption({ browser, pages, service, say }) {
  const rows = [];
  for (const fault of FAULTS) {
    const [primary, fallback] = [`${fault}-primary`, `${fault}-fallback`];
    const origin = { ahead_s: 120 };
    await service.addChannel(fallback, { origin: { ...origin, pts_base: 900_000, segment_phase_s: 0.7, channel_index: 2 } });
    await service.addChannel(primary, { origin: { ...origin, channel_index: 1 }, fallback });
    await service.settled();
    const viewers = [];
    for (const player of WITH_APPS) {
      const watcher = await Watcher.open(browser, pages.base, { muted: '', ...player.query });
      await watch(watcher, player, service, primary, fallback);
      await watcher.until('a picture', () => watcher.page.evaluate(() => window.viewer.firstPictureMs()));
      viewers.push({ player, watcher });
    }
    await lasts(BUFFER_S);
    const starts = await Promise.all(viewers.map(({ watcher }) => watcher.now()));
    if (fault !== 'none') await service.setFault(primary, { fault });
    await lasts(WATCH_S);
    for (const [i, { player, watcher }] of viewers.entries()) {
      const end = await watcher.now();
      const seen = await watcher.verdict(starts[i], end);
      const last = await watcher.verdict(end - 1000, end);
      const longest = Math.max(0, Math.round(seen.longestGapMs));
      rows.push({
        fault, player: player.name, gap_ms: longest < PICTURE_MS ? 0 : longest, lost: seen.lost, repeated: seen.repeated,
        end: last.pictures < 2 ? 'nothing moves' : last.channels.at(-1) === 2 ? 'fallback' : 'primary',
      });
      await watcher.close();
      say(`${fault}: ${JSON.stringify(rows.at(-1))}`);
    }
    await service.call('DELETE', `/channels/${primary}`);
    await service.call('DELETE', `/channels/${fallback}`);
  }
  return rows;
}
