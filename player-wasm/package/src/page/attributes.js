// Attributes are text that anybody may write: each is read by one of these, and what makes no sense is the default, with a
// word on the console about it, once.

export const DECODERS = Object.freeze(/** @type {const} */ (['auto', 'webcodecs', 'software']));
export const VISIBILITIES = Object.freeze(/** @type {const} */ (['auto', 'always']));

/** @returns {(name: string, message: string) => void} a warning that is given once for each attribute and message */
export function warner() {
  /** @type {Set<string>} */
  const given = new Set();
  return (name, message) => {
    if (given.has(name + message)) return;
    given.add(name + message);
    console.warn(`<understudy-player> ${name}: ${message}`);
  };
}

/** @typedef {(name: string, message: string) => void} Warn */

/** Present means true, save that frameworks write "false". @param {string | null} value */
export function readBoolean(value) {
  return value !== null && value.trim().toLowerCase() !== 'false';
}

/**
 * @template {string} T
 * @param {string} name @param {string | null} value @param {readonly T[]} allowed the first is the default @param {Warn} warn
 * @returns {T}
 */
export function readChoice(name, value, allowed, warn) {
  if (value === null || value === '') return allowed[0];
  const found = allowed.find((choice) => choice === value.trim().toLowerCase());
  if (found === undefined) warn(name, `"${value}" is none of ${allowed.join(', ')}; ${allowed[0]} is used`);
  return found ?? allowed[0];
}

/** @param {string} name @param {string | null} value @param {Warn} warn @returns {number | undefined} */
export function readSeed(name, value, warn) {
  if (value === null || value === '') return undefined;
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  warn(name, `"${value}" is not a whole number; a random one is used`);
  return undefined;
}

/** @param {string} name @param {string | null} value @param {Warn} warn @returns {Record<string, unknown> | undefined} */
export function readPolicy(name, value, warn) {
  if (value === null || value.trim() === '') return undefined;
  try {
    const parsed = JSON.parse(value);
    if (parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed)) return parsed;
    warn(name, 'is not a JSON object; the policy of the channel is used');
  } catch (error) {
    warn(name, `is not JSON (${error instanceof Error ? error.message : error}); the policy of the channel is used`);
  }
  return undefined;
}

/**
 * A URL relative to the page, as in `<img src>`; only what can be fetched.
 * @param {string} name @param {string | null} value @param {Warn} warn
 */
export function readUrl(name, value, warn) {
  if (value === null || value.trim() === '') return '';
  try {
    const url = new URL(value.trim(), document.baseURI);
    if (['http:', 'https:', 'blob:', 'data:'].includes(url.protocol)) return url.href;
    warn(name, `${url.protocol} is not a scheme that can be loaded`);
  } catch {
    warn(name, `"${value}" is not a URL`);
  }
  return '';
}
