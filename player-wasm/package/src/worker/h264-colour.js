// What an H.264 stream says about its colours (ITU-T H.264, 7.3.2.1.1 and E.1.1), completed where it says nothing. Browsers take
// BT.709 then, whatever the size; every player else takes BT.601 below 720 lines, and so does the desktop player.

const maxSpsBytes = 256; // far beyond the colour description

/** Reads bits; past the end there are zeros. */
class BitReader {
  #bytes;
  #at = 0;

  /** @param {Uint8Array} sps with emulation prevention, behind the NAL unit's header */
  constructor(sps) {
    const bytes = [];
    for (let i = 0, zeros = 0; i < Math.min(sps.length, maxSpsBytes); i += 1) {
      const escape = zeros >= 2 && sps[i] === 3;
      if (!escape) bytes.push(sps[i]);
      zeros = sps[i] === 0 ? zeros + 1 : 0;
    }
    this.#bytes = bytes;
  }

  bit() {
    const byte = this.#bytes[this.#at >> 3] ?? 0;
    const value = (byte >> (7 - (this.#at & 7))) & 1;
    this.#at += 1;
    return value;
  }

  /** @param {number} count */
  bits(count) {
    let value = 0;
    for (let i = 0; i < count; i += 1) value = value * 2 + this.bit();
    return value;
  }

  /** Unsigned Exp-Golomb. */
  ue() {
    let zeros = 0;
    while (zeros < 32 && this.bit() === 0) zeros += 1;
    return zeros === 32 ? 0 : 2 ** zeros - 1 + this.bits(zeros);
  }

  /** Signed Exp-Golomb. */
  se() {
    const value = this.ue();
    return value % 2 === 1 ? (value + 1) / 2 : -value / 2;
  }
}

/** @param {BitReader} reader @param {number} size */
function skipScalingList(reader, size) {
  for (let i = 0, next = 8; i < size && next !== 0; i += 1) next = (next + reader.se() + 256) % 256;
}

const highProfiles = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** The lines of the picture, and what the VUI says, zeros where it is silent. @param {Uint8Array} sps a whole NAL unit */
function readSps(sps) {
  const reader = new BitReader(sps.subarray(1));
  const profile = reader.bits(8);
  reader.bits(16); // constraints, level
  reader.ue();
  if (highProfiles.has(profile)) {
    const chroma = reader.ue();
    if (chroma === 3) reader.bit();
    reader.ue();
    reader.ue();
    reader.bit();
    const lists = reader.bit() ? (chroma === 3 ? 12 : 8) : 0;
    for (let i = 0; i < lists; i += 1) if (reader.bit()) skipScalingList(reader, i < 6 ? 16 : 64);
  }
  reader.ue(); // log2_max_frame_num
  const order = reader.ue();
  if (order === 0) {
    reader.ue();
  } else if (order === 1) {
    reader.bit();
    reader.se();
    reader.se();
    for (let left = Math.min(reader.ue(), 255); left > 0; left -= 1) reader.se();
  }
  reader.ue(); // max_num_ref_frames
  reader.bit();
  reader.ue(); // width
  const units = reader.ue() + 1;
  const frameOnly = reader.bit();
  if (!frameOnly) reader.bit();
  reader.bit();
  if (reader.bit()) for (let i = 0; i < 4; i += 1) reader.ue(); // cropping: a few lines, of no matter here
  const said = { lines: units * 16 * (2 - frameOnly), primaries: 2, transfer: 2, matrix: 2, fullRange: false };
  if (!reader.bit()) return said;
  if (reader.bit() && reader.bits(8) === 255) reader.bits(32); // aspect ratio
  if (reader.bit()) reader.bit(); // overscan
  if (!reader.bit()) return said;
  reader.bits(3);
  said.fullRange = reader.bit() === 1;
  if (!reader.bit()) return said;
  said.primaries = reader.bits(8);
  said.transfer = reader.bits(8);
  said.matrix = reader.bits(8);
  return said;
}

/** ITU-T H.273. @type {Record<number, string>} */
const matrixNames = { 1: 'bt709', 4: 'smpte170m', 5: 'bt470bg', 6: 'smpte170m', 9: 'bt2020-ncl', 10: 'bt2020-ncl' };
const unspecified = 2;
const hdLines = 720;

/**
 * For VideoDecoderConfig: undefined where the stream says everything itself.
 * @param {Uint8Array} sps @returns {VideoColorSpaceInit | undefined}
 */
export function missingColourOf(sps) {
  const { lines, primaries, transfer, matrix, fullRange } = readSps(sps);
  if (primaries !== unspecified && transfer !== unspecified && matrix !== unspecified) return undefined;
  const named = matrixNames[matrix] ?? (lines >= hdLines ? 'bt709' : 'smpte170m');
  return { matrix: /** @type {VideoMatrixCoefficients} */ (named), primaries: 'bt709', transfer: 'bt709', fullRange };
}
