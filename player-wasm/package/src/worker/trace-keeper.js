// The trace of the session: what goes into the engine and comes out, for understudy-replay. Bounded: what is beyond is not kept, a
// trace that ends early still replays.

const maxCharacters = 64 * 1024 * 1024;

export function createTraceKeeper() {
  /** @type {string[]} */
  let lines = [];
  let size = 0;
  return {
    on: false,
    /** @param {string} line */
    add(line) {
      if (size > maxCharacters) return;
      size += line.length + 1;
      lines.push(line);
    },
    /** All lines so far. */
    take() {
      return lines.map((line) => line + '\n').join('');
    },
  };
}
