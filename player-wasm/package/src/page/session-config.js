// From what an app says (src, fallback, policy, seed) to what the engine is told.

/** As the desktop player names plain sources. @param {number} index @param {number} count */
function nameOf(index, count) {
  if (index === 0) return 'primary';
  return count === 2 ? 'fallback' : `fallback-${index}`;
}

/** @param {string} url absolute */
export function isPlaylist(url) {
  return new URL(url).pathname.toLowerCase().endsWith('.m3u8');
}

/** Each viewer its own, so that a thousand of them do not ask at the same moment. */
function randomSeed() {
  return crypto.getRandomValues(new Uint32Array(1))[0];
}

/**
 * @param {{src: string, fallback: string[], policy?: object, seed?: number, defaultAnnouncement?: string,
 *   lastKnownDocument?: string, maxBandwidth?: number}} wish absolute URLs
 */
export function sessionConfig({ src, fallback, policy, seed, ...rest }) {
  const plain = isPlaylist(src);
  const urls = plain ? [src, ...fallback] : fallback;
  return {
    statusUrl: plain ? '' : src,
    sources: urls.map((url, index) => ({ name: plain ? nameOf(index, urls.length) : nameOf(index + 1, urls.length + 1), url })),
    seed: seed ?? randomSeed(),
    ...(policy ? { policy } : {}),
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
  };
}
