// H.264 from Annex B (start codes, parameter sets in band) to what ISO/IEC 14496-15 stores: length prefixes, and the
// parameter sets in an AVCDecoderConfigurationRecord. For browsers that refuse Annex B.

const nalSps = 7;
const nalPps = 8;
const nalAud = 9;
const nalSpsExtension = 13;
const lengthSize = 4;

/**
 * Calls `visit` with the borders of each NAL unit, without its start code and trailing zeros.
 * @param {Uint8Array} bytes
 * @param {(begin: number, end: number) => void} visit
 */
export function eachNal(bytes, visit) {
  const size = bytes.length;
  let begin = -1;
  let at = bytes.indexOf(1, 2);
  // Start codes are rare and so are ones that end them: searching for the one is faster than for the zeros.
  for (; at >= 0; at = bytes.indexOf(1, at + 1)) {
    if (bytes[at - 1] !== 0 || bytes[at - 2] !== 0) continue;
    if (begin >= 0) visitTrimmed(bytes, begin, at - 2, visit);
    begin = at + 1;
  }
  if (begin >= 0) visitTrimmed(bytes, begin, size, visit);
}

/** @param {Uint8Array} bytes @param {number} begin @param {number} end @param {(begin: number, end: number) => void} visit */
function visitTrimmed(bytes, begin, end, visit) {
  let last = end;
  while (last > begin && bytes[last - 1] === 0) last -= 1;
  if (last > begin) visit(begin, last);
}

/**
 * The configuration record for an access unit that has parameter sets in band; null where it has none.
 * @param {Uint8Array} bytes
 */
export function avccOf(bytes) {
  /** @type {Uint8Array[]} */
  const sps = [];
  /** @type {Uint8Array[]} */
  const pps = [];
  eachNal(bytes, (begin, end) => {
    const type = bytes[begin] & 0x1f;
    if (type === nalSps && end - begin >= 4 && sps.length < 31) sps.push(bytes.subarray(begin, end));
    if (type === nalPps && pps.length < 255) pps.push(bytes.subarray(begin, end));
  });
  if (sps.length === 0 || pps.length === 0) return null;
  const [, profile, compatibility, level] = sps[0];
  const record = [1, profile, compatibility, level, 0xfc | (lengthSize - 1), 0xe0 | sps.length];
  const append = (/** @type {Uint8Array} */ nal) => record.push(nal.length >> 8, nal.length & 0xff, ...nal);
  sps.forEach(append);
  record.push(pps.length);
  pps.forEach(append);
  // The fields for high profiles (chroma format, bit depth) may be absent, and every reader takes them from the SPS.
  return Uint8Array.from(record);
}

/** The first sequence parameter set: of an access unit in Annex B; null where it has none. @param {Uint8Array} bytes */
export function spsOf(bytes) {
  /** @type {Uint8Array | null} */
  let sps = null;
  eachNal(bytes, (begin, end) => {
    if (!sps && (bytes[begin] & 0x1f) === nalSps) sps = bytes.subarray(begin, end);
  });
  return /** @type {Uint8Array | null} */ (sps);
}

/** The first sequence parameter set of a configuration record. @param {Uint8Array} record */
export function spsOfRecord(record) {
  const count = (record[5] ?? 0) & 0x1f;
  const size = (record[6] << 8) | record[7];
  return count > 0 && record.length >= 8 + size ? record.subarray(8, 8 + size) : null;
}

/** `avc1.PPCCLL` as the record says. @param {Uint8Array} record */
export function codecStringOf(record) {
  const hex = (/** @type {number} */ value) => value.toString(16).padStart(2, '0');
  return `avc1.${hex(record[1])}${hex(record[2])}${hex(record[3])}`;
}

/** Access units with length prefixes, in a buffer that is used again: each result is valid until the next. */
export class LengthPrefixer {
  #buffer = new Uint8Array(1 << 16);
  #size = 0;

  /** Without parameter sets and delimiters, which `avc1` keeps out of band. @param {Uint8Array} bytes */
  convert(bytes) {
    this.#size = 0;
    eachNal(bytes, (begin, end) => {
      const type = bytes[begin] & 0x1f;
      if (type === nalSps || type === nalPps || type === nalAud || type === nalSpsExtension) return;
      this.#append(bytes, begin, end);
    });
    return this.#buffer.subarray(0, this.#size);
  }

  /** @param {Uint8Array} bytes @param {number} begin @param {number} end */
  #append(bytes, begin, end) {
    const size = end - begin;
    const needed = this.#size + lengthSize + size;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(2 * needed);
      larger.set(this.#buffer.subarray(0, this.#size));
      this.#buffer = larger;
    }
    for (let i = 0; i < lengthSize; i += 1) this.#buffer[this.#size + i] = (size >> (8 * (lengthSize - 1 - i))) & 0xff;
    this.#buffer.set(bytes.subarray(begin, end), this.#size + lengthSize);
    this.#size = needed;
  }
}
