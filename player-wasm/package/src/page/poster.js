// The channel's poster: bytes from the network. What they are is read from the bytes, never from what somebody says; only
// formats that are nothing but pixels are shown (an SVG can hold links and scripts).

/** As the desktop player's bound. */
export const MAX_POSTER_BYTES = 8 * 1024 * 1024;

/** @param {Uint8Array} bytes @returns {string} the type, or '' where it is none of ours */
export function imageType(bytes) {
  /** @param {number} at @param {number[]} expected */
  const has = (at, expected) => expected.every((byte, index) => bytes[at + index] === byte);
  /** @param {string} text */
  const ascii = (text) => [...text].map((letter) => letter.charCodeAt(0));
  if (has(0, [0x89, ...ascii('PNG\r\n\x1a\n')])) return 'image/png';
  if (has(0, [0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (has(0, ascii('RIFF')) && has(8, ascii('WEBP'))) return 'image/webp';
  if (has(0, ascii('GIF87a')) || has(0, ascii('GIF89a'))) return 'image/gif';
  return '';
}

/** @param {ArrayBuffer | undefined} bytes @returns {string} a blob URL that the caller revokes, or '' */
export function posterUrl(bytes) {
  if (!bytes || bytes.byteLength > MAX_POSTER_BYTES) return '';
  const type = imageType(new Uint8Array(bytes));
  return type && URL.createObjectURL(new Blob([bytes], { type }));
}
