// Who is compared. `query` is that of tests/browser/pages/watch.html; `service`: it is given the status URL, which names the fallback.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dist } from '../../browser/support/pages.js';

/** @typedef {{name: string, query: Record<string, string>, service?: boolean, fallback?: boolean}} Player */

/** Without `dist` (nothing was built) the others alone are measured. */
export const built = existsSync(join(dist, 'element.js'));

/** @type {Player[]} */
const OURS = built ? [
  { name: 'understudy, WebCodecs', query: { player: 'understudy', decoder: 'webcodecs' }, service: true },
  { name: 'understudy, software', query: { player: 'understudy', decoder: 'software' }, service: true },
] : [];

/** @type {Player[]} */
export const PLAYERS = [...OURS, { name: 'hls.js', query: { player: 'hls' } }, { name: 'Shaka Player', query: { player: 'shaka' } }];

/** With what an app adds: another URL on a fatal error. @type {Player[]} */
export const WITH_APPS = [
  ...PLAYERS,
  { name: 'hls.js + app', query: { player: 'hls', app: '' }, fallback: true },
  { name: 'Shaka Player + app', query: { player: 'shaka', app: '' }, fallback: true },
];

/** @param {Player} player @param {import('../../browser/support/service.js').Service} service @param {string} channel @param {string} [other] */
export async function watch(watcher, player, service, channel, other) {
  if (player.service) return watcher.watch(service.playout(channel));
  const fallback = player.fallback && other ? [await service.mediaUrl(other)] : [];
  return watcher.watch(await service.mediaUrl(channel), fallback);
}
