// The primary breaks and stays broken: what does each viewer see? All watch the same channel at the same time. hls.js and Shaka Player do
// what they do by themselves; "+ app" has a second URL and goes to it on a fatal error. Ours is told of the fallback by the service.
import { lasts } from './own-browser.js';
import { WITH_APPS, watch } from './players.js';
import { Watcher } from '../../browser/support/watcher.js';

const FAULTS = ['none', 'refuse', 'black_hole', 'segment_404', 'stale_playlist', 'drop'];
const BUFFER_S = 8; // everyone holds what it wants to hold
const WATCH_S = 40;
const PICTURE_MS = 40; // what is less is an animation frame here or there
const [PRIMARY, FALLBACK] = [1, 2];

const AT_ONCE = 3; // more, and a small machine's own lateness is all that shows

export async function interruption({ browser, pages, service, say }) {
  const rows = [];
  for (const fault of FAULTS) {
    for (let begin = 0; begin < WITH_APPS.length; begin += AT_ONCE) {
      const [primary, fallback] = [`${fault}-${begin}-primary`, `${fault}-${begin}-fallback`];
      const origin = { ahead_s: 120 };
      await service.addChannel(fallback, { origin: { ...origin, pts_base: 900_000, segment_phase_s: 0.7, channel_index: FALLBACK } });
      await service.addChannel(primary, { origin: { ...origin, channel_index: PRIMARY }, fallback });
      await service.settled();
      const viewers = [];
      for (const player of WITH_APPS.slice(begin, begin + AT_ONCE)) {
        const watcher = await Watcher.open(browser, pages.base, { muted: '', ...player.query });
        await watch(watcher, player, service, primary, fallback);
        await watcher.until('a picture', () => watcher.page.evaluate(() => window.viewer.firstPictureMs()));
        viewers.push({ player, watcher, start: 0 });
      }
      await lasts(BUFFER_S);
      for (const viewer of viewers) viewer.start = await viewer.watcher.now();
      if (fault !== 'none') await service.setFault(primary, { fault });
      await lasts(WATCH_S);
      for (const { player, watcher, start } of viewers) {
        rows.push({ fault, player: player.name, ...await saw(watcher, start) });
        say(JSON.stringify(rows.at(-1)));
        await watcher.close();
      }
      await service.call('DELETE', `/channels/${primary}`);
      await service.call('DELETE', `/channels/${fallback}`);
    }
  }
  return rows;
}

/** @param {Watcher} watcher @param {number} start */
async function saw(watcher, start) {
  const end = await watcher.now();
  const { longestGapMs, lost, repeated } = await watcher.verdict(start, end);
  const last = await watcher.verdict(end - 1000, end);
  const source = last.channels.at(-1) === FALLBACK ? 'fallback' : 'primary';
  return { gap_ms: longestGapMs < PICTURE_MS ? 0 : Math.round(longestGapMs), lost, repeated, end: last.pictures < 2 ? 'nothing moves' : source };
}
