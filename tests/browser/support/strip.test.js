// The strip reader against pictures of the C++ painter: `cells` are its 32 x 2 cells, row by row.
import assert from 'node:assert/strict';
import test from 'node:test';
import { paintStrip, readStrip } from './strip.js';

const PAINTED = [
  { channel: 0, frame: 0, cells: '1000000000000000000000000000000000000000000000000000000111000011' },
  { channel: 1, frame: 1, cells: '1000000000000000000000000000000000000010000000100100011111100011' },
  { channel: 2, frame: 2272000123, cells: '1000011000100110111100000010001000001100000001011101011111011101' },
  { channel: 255, frame: 68719476735, cells: '1100000000000000000000000000000000000001111111100010011010100111' },
  { channel: 7, frame: 68719476, cells: '1000000000110000101001101101011000011100000011111111011110110111' },
  { channel: 200, frame: 46118400018, cells: '1111111100010101100011000100000000110111100100000101000001111101' },
];

/** RGBA of a strip of this size, soft and noisy as a decoder leaves it. @param {string} cells */
function rgba(cells, width = 320, height = 15) {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const cell = Math.floor(y * 2 / height) * 32 + Math.floor(x * 32 / width);
      data.fill((cells[cell] === '1' ? 220 : 25) + (x * 7 + y * 13) % 21, (y * width + x) * 4, (y * width + x) * 4 + 4);
    }
  }
  return data;
}

test('what the origin paints is read, to the last bit of the number', () => {
  for (const { channel, frame, cells } of PAINTED) {
    const layout = { width: 320, height: 15, stride: 1280, step: 4, offset: 1 };
    assert.deepEqual(readStrip(rgba(cells), layout), { channel, frame });
  }
});

test('a damaged strip is none, and neither is a grey picture', () => {
  const { cells } = PAINTED[2];
  const layout = { width: 320, height: 15, stride: 1280, step: 4, offset: 1 };
  for (let i = 1; i < 63; i += 1) {
    if (i === 31 || i === 32) continue; // references: the three others suffice
    const damaged = cells.slice(0, i) + (cells[i] === '1' ? '0' : '1') + cells.slice(i + 1);
    assert.equal(readStrip(rgba(damaged), layout), null, `cell ${i}`);
  }
  assert.equal(readStrip(new Uint8ClampedArray(320 * 15 * 4).fill(128), layout), null);
  assert.equal(readStrip(new Uint8ClampedArray(0), { ...layout, width: 0, height: 0 }), null);
});

test('the painter gives the cells that the origin gives', () => {
  for (const { channel, frame, cells } of PAINTED) {
    const luma = new Uint8Array(64 * 48).fill(128);
    paintStrip(luma, { width: 64, height: 48 }, { channel, frame });
    let painted = '';
    for (let cell = 0; cell < 64; cell += 1) painted += luma[Math.floor(cell / 32) * 2 * 64 + (cell % 32) * 2] > 100 ? '1' : '0';
    assert.equal(painted, cells);
    assert.deepEqual(readStrip(luma, { width: 64, height: 4, stride: 64 }), { channel, frame });
  }
});
