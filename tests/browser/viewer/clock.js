// Page time on the machine's monotonic clock, in nanoseconds, as the desktop player's recordings have it. node's hrtime is
// that clock; where a page's zero lies on it is measured by asking: the answer with the shortest round trip is the best.

const ASKED = 20;

/**
 * @param {import('playwright-core').Page} page
 * @returns {Promise<{zeroNs: bigint, boundMs: number}>} `boundMs`: how wrong it can be
 */
export async function pageClock(page) {
  let best = { zeroNs: 0n, boundMs: Infinity };
  for (let i = 0; i < ASKED; i += 1) {
    const before = process.hrtime.bigint();
    const now = await page.evaluate(() => performance.now());
    const after = process.hrtime.bigint();
    const boundMs = Number(after - before) / 2e6;
    if (boundMs < best.boundMs) best = { zeroNs: before + (after - before) / 2n - BigInt(Math.round(now * 1e6)), boundMs };
  }
  return best;
}

/** @param {{zeroNs: bigint}} clock @param {number} pageMs */
export const toNs = (clock, pageMs) => clock.zeroNs + BigInt(Math.round(pageMs * 1e6));
