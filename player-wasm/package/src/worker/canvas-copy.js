// VideoFrames as planes, for where WebGL runs on the processor. There the browser's own conversion of a VideoFrame into a texture
// costs several times what decoding costs, and is up to nine levels off for BT.709; copying the planes and converting them in the
// shader costs a tenth. With a GPU the frame is in its memory already, and this would fetch it back.

/** @typedef {import('./canvas-planes.js').Planes} Planes */

/** @type {Record<string, number>} */
const matrices = { bt709: 709, smpte170m: 601, bt470bg: 601, 'bt2020-ncl': 2020 };

export function createPlaneCopier() {
  let buffer = new Uint8Array(0);
  let latest = 0; // only the newest is drawn: an older copy that ends later is forgotten
  return {
    /** undefined where it cannot be: then it is drawn as it is. @param {VideoFrame} frame @returns {Promise<Planes | null> | undefined} */
    copy(frame) {
      const { matrix, fullRange } = frame.colorSpace;
      const number = matrices[matrix ?? ''];
      if (frame.format !== 'I420' || !number) return undefined;
      latest += 1;
      const mine = latest;
      const { width, height } = /** @type {DOMRectReadOnly} */ (frame.visibleRect);
      const size = frame.allocationSize();
      // A copy that is under way writes into the buffer that it was given.
      const target = buffer.length === size ? buffer : new Uint8Array(size);
      buffer = new Uint8Array(0);
      return frame.copyTo(target).then((layout) => {
        buffer = target;
        if (mine !== latest) return null;
        const [y, u, v] = layout.map(({ offset }) => target.subarray(offset));
        return { kind: 'planes', y, u, v, strides: layout.map(({ stride }) => stride), width, height, matrix: number,
          fullRange: fullRange === true };
      });
    },
    /** Something else was drawn since. */
    cancel() {
      latest += 1;
    },
  };
}
