// Planar 4:2:0 pictures to RGB: the coefficients, and the ways that need no WebGL.

/**
 * @typedef {object} Planes
 * @property {'planes'} kind
 * @property {Uint8Array} y
 * @property {Uint8Array} u
 * @property {Uint8Array} v
 * @property {number[]} strides bytes per row of each plane
 * @property {number} width
 * @property {number} height
 * @property {number} matrix 601, 709 or 2020
 * @property {boolean} fullRange
 *
 * @typedef {Planes | {kind: 'videoframe', frame: VideoFrame}} Picture
 */

/** Kr and Kb of ITU-R BT.601, BT.709 and BT.2020. @type {Record<number, [number, number]>} */
const lumaWeights = { 601: [0.299, 0.114], 709: [0.2126, 0.0722], 2020: [0.2627, 0.0593] };
const matrixNames = { 601: 'smpte170m', 709: 'bt709', 2020: 'bt2020-ncl' };

/**
 * rgb = matrix · (y, u, v) + offset, all from 0 to 1; `matrix` column by column, as WebGL wants it.
 * @param {number} matrix @param {boolean} fullRange
 */
export function conversionOf(matrix, fullRange) {
  const [kr, kb] = lumaWeights[matrix] ?? lumaWeights[709];
  const kg = 1 - kr - kb;
  const lumaScale = fullRange ? 1 : 255 / 219;
  const chromaScale = fullRange ? 1 : 255 / 224;
  const red = 2 * (1 - kr) * chromaScale;
  const blue = 2 * (1 - kb) * chromaScale;
  const greenU = (-blue * kb) / kg;
  const greenV = (-red * kr) / kg;
  const black = fullRange ? 0 : 16 / 255;
  const grey = 128 / 255;
  return {
    matrix: [lumaScale, lumaScale, lumaScale, 0, greenU, blue, red, greenV, 0],
    offset: [-lumaScale * black - red * grey, -lumaScale * black - (greenU + greenV) * grey, -lumaScale * black - blue * grey],
  };
}

/** The planes as a VideoFrame, which the caller closes. @param {Planes} picture */
export function videoFrameOf({ y, u, v, strides, width, height, matrix, fullRange }) {
  const chromaHeight = (height + 1) >> 1;
  const sizes = [strides[0] * height, strides[1] * chromaHeight, strides[2] * chromaHeight];
  const data = new Uint8Array(sizes[0] + sizes[1] + sizes[2]);
  data.set(y.subarray(0, sizes[0]));
  data.set(u.subarray(0, sizes[1]), sizes[0]);
  data.set(v.subarray(0, sizes[2]), sizes[0] + sizes[1]);
  return new VideoFrame(data, {
    format: 'I420', codedWidth: width, codedHeight: height, timestamp: 0,
    layout: [{ offset: 0, stride: strides[0] }, { offset: sizes[0], stride: strides[1] },
      { offset: sizes[0] + sizes[1], stride: strides[2] }],
    colorSpace: { matrix: /** @type {any} */ (matrixNames[/** @type {keyof typeof matrixNames} */ (matrix)]),
      primaries: 'bt709', transfer: 'bt709', fullRange },
  });
}

/** For browsers without VideoFrame. @param {Planes} picture @param {ImageData} image of the same size */
export function convertInto({ y, u, v, strides, width, height, matrix, fullRange }, image) {
  const { matrix: m, offset } = conversionOf(matrix, fullRange);
  const [red, green, blue] = offset.map((value) => value * 255);
  const out = image.data; // clamps and rounds
  let at = 0;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const luma = m[0] * y[row * strides[0] + column];
      const cb = u[(row >> 1) * strides[1] + (column >> 1)];
      const cr = v[(row >> 1) * strides[2] + (column >> 1)];
      out[at] = luma + m[6] * cr + red;
      out[at + 1] = luma + m[4] * cb + m[7] * cr + green;
      out[at + 2] = luma + m[5] * cb + blue;
      out[at + 3] = 255;
      at += 4;
    }
  }
}
