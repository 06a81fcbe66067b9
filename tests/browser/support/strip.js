// Reads the strip that the test origin paints at the top of every picture (server-mock/origin/strip.h has the layout):
// which channel, which content frame. A plain function without imports: it runs in node and, from its source text, in a page.

export const STRIP_COLUMNS = 32;
export const STRIP_ROWS = 2;

/**
 * `luma`: any brightness from 0 to 255, a byte per pixel at `luma[y * stride + x * step]`; so the green channel of RGBA does
 * (step 4, offset 1), since the strip is black and white. `height`: of the strip alone.
 * @param {Uint8Array | Uint8ClampedArray} luma
 * @param {{width: number, height: number, stride: number, step?: number, offset?: number}} layout
 * @returns {{channel: number, frame: number} | null} null: no strip, or a damaged one
 */
export function readStrip(luma, { width, height, stride, step = 1, offset = 0 }) {
  const columns = 32;
  const rows = 2;
  const cells = columns * rows;
  if (width < 2 * columns || height < 2 * rows) return null;
  // A quarter is left out on each side: scaling and deblocking smear the edges.
  const mean = (/** @type {number} */ cell) => {
    const column = cell % columns;
    const row = Math.floor(cell / columns);
    const x0 = Math.floor(column * width / columns);
    const x1 = Math.floor((column + 1) * width / columns);
    const y0 = Math.floor(row * height / rows);
    const y1 = Math.floor((row + 1) * height / rows);
    const dx = Math.floor((x1 - x0) / 4);
    const dy = Math.floor((y1 - y0) / 4);
    let sum = 0;
    let count = 0;
    for (let y = y0 + dy; y < y1 - dy; y += 1) {
      for (let x = x0 + dx; x < x1 - dx; x += 1, count += 1) sum += luma[y * stride + x * step + offset];
    }
    return count === 0 ? 0 : sum / count;
  };
  const white = mean(0) + mean(cells - 1);
  const black = mean(columns - 1) + mean(columns);
  if (white - black < 120) return null;
  const threshold = (white + black) / 4;
  /** @type {number[]} */ const bits = [];
  for (let cell = 0; cell < cells; cell += 1) {
    if (cell === 0 || cell === columns - 1 || cell === columns || cell === cells - 1) continue;
    bits.push(mean(cell) > threshold ? 1 : 0);
  }
  // 36 bits of Gray code, 8 bits of channel, 16 bits of CRC of both.
  let crc = 0xffff;
  for (let i = 0; i < 44; i += 1) {
    const differs = (crc >> 15) !== bits[i];
    crc = (crc << 1) & 0xffff;
    if (differs) crc ^= 0x1021;
  }
  const number = (/** @type {number} */ from, /** @type {number} */ to) => bits.slice(from, to).reduce((n, bit) => n * 2 + bit, 0);
  if (crc !== number(44, 60)) return null;
  let frame = 0; // of more than 32 bits: no bit operators
  let bit = 0;
  for (let i = 0; i < 36; i += 1) {
    bit ^= bits[i];
    frame = frame * 2 + bit;
  }
  return { channel: number(36, 44), frame };
}

/**
 * Paints a strip as the origin does, so that what was read in a browser can be handed to the judge of the recordings as
 * small pictures. Limited range.
 * @param {Uint8Array} luma @param {{width: number, height: number}} picture @param {{channel: number, frame: number}} value
 */
export function paintStrip(luma, { width, height }, { channel, frame }) {
  const cells = STRIP_COLUMNS * STRIP_ROWS;
  const strip = Math.floor(height / 12);
  const frameBits = [...frame.toString(2).padStart(36, '0')].map(Number);
  const bits = frameBits.map((bit, i) => (i === 0 ? bit : bit ^ frameBits[i - 1]));
  bits.push(...[...channel.toString(2).padStart(8, '0')].map(Number));
  let crc = 0xffff;
  for (const bit of bits) {
    const differs = (crc >> 15) !== bit;
    crc = (crc << 1) & 0xffff;
    if (differs) crc ^= 0x1021;
  }
  bits.push(...[...crc.toString(2).padStart(16, '0')].map(Number));
  const references = new Map([[0, 1], [STRIP_COLUMNS - 1, 0], [STRIP_COLUMNS, 0], [cells - 1, 1]]);
  let next = 0;
  for (let cell = 0; cell < cells; cell += 1) {
    const white = references.get(cell) ?? bits[next++];
    const column = cell % STRIP_COLUMNS;
    const row = Math.floor(cell / STRIP_COLUMNS);
    for (let y = Math.floor(row * strip / STRIP_ROWS); y < Math.floor((row + 1) * strip / STRIP_ROWS); y += 1) {
      luma.fill(white ? 235 : 16, y * width + Math.floor(column * width / STRIP_COLUMNS),
        y * width + Math.floor((column + 1) * width / STRIP_COLUMNS));
    }
  }
}
