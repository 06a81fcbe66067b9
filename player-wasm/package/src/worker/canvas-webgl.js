// Draws pictures with WebGL2: VideoFrames as the browser converts them, planes with the conversion in the shader.

import { conversionOf } from './canvas-planes.js';

/** @typedef {import('./canvas-planes.js').Picture} Picture @typedef {import('./canvas-planes.js').Planes} Planes */

// One triangle that covers the canvas; the first row of a picture is its top.
const vertexShader = `#version 300 es
out vec2 at;
void main() {
  vec2 corner = vec2(gl_VertexID == 1 ? 2.0 : 0.0, gl_VertexID == 2 ? 2.0 : 0.0);
  at = vec2(corner.x, 1.0 - corner.y);
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;
const frameShader = `#version 300 es
precision mediump float;
in vec2 at;
uniform sampler2D image;
out vec4 colour;
void main() { colour = vec4(texture(image, at).rgb, 1.0); }`;
const planesShader = `#version 300 es
precision highp float;
in vec2 at;
uniform sampler2D y;
uniform sampler2D u;
uniform sampler2D v;
uniform mat3 conversion;
uniform vec3 offset;
out vec4 colour;
void main() {
  vec3 sampled = vec3(texture(y, at).r, texture(u, at).r, texture(v, at).r);
  colour = vec4(clamp(conversion * sampled + offset, 0.0, 1.0), 1.0);
}`;

/** @param {WebGL2RenderingContext} gl @param {string} fragmentShader @param {string[]} uniforms */
function createProgram(gl, fragmentShader, uniforms) {
  const program = /** @type {WebGLProgram} */ (gl.createProgram());
  /** @type {[number, string][]} */
  const shaders = [[gl.VERTEX_SHADER, vertexShader], [gl.FRAGMENT_SHADER, fragmentShader]];
  for (const [type, source] of shaders) {
    const shader = /** @type {WebGLShader} */ (gl.createShader(type));
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(`WebGL: ${gl.getProgramInfoLog(program)}`);
  return { program, at: Object.fromEntries(uniforms.map((name) => [name, gl.getUniformLocation(program, name)])) };
}

/** A texture that keeps its memory while the size stays. @param {WebGL2RenderingContext} gl */
function createTexture(gl) {
  const texture = gl.createTexture();
  let width = 0;
  let height = 0;
  gl.bindTexture(gl.TEXTURE_2D, texture);
  for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
  for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, filter, gl.LINEAR);
  return {
    /** @param {number} unit @param {VideoFrame} frame */
    loadFrame(unit, frame) {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, frame);
    },
    /** @param {number} unit @param {Uint8Array} plane @param {number} stride @param {number} w @param {number} h */
    loadPlane(unit, plane, stride, w, h) {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.pixelStorei(gl.UNPACK_ROW_LENGTH, stride);
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
      if (w === width && h === height) {
        gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, w, h, gl.RED, gl.UNSIGNED_BYTE, plane);
      } else {
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, w, h, 0, gl.RED, gl.UNSIGNED_BYTE, plane);
        width = w;
        height = h;
      }
      gl.pixelStorei(gl.UNPACK_ROW_LENGTH, 0);
    },
  };
}

/** What a driver leaves for a program's first use (SwiftShader: 80 ms) is done by drawing this, while the network is waited for. */
const nothing = {
  kind: /** @type {const} */ ('planes'), y: new Uint8Array(4).fill(16), u: new Uint8Array(1).fill(128), v: new Uint8Array(1).fill(128),
  strides: [2, 1, 1], width: 2, height: 2, matrix: 709, fullRange: false,
};

/** @param {WebGL2RenderingContext} gl */
export function createWebglPainter(gl) {
  const frames = createProgram(gl, frameShader, ['image']);
  const planes = createProgram(gl, planesShader, ['y', 'u', 'v', 'conversion', 'offset']);
  const image = createTexture(gl);
  const [y, u, v] = [createTexture(gl), createTexture(gl), createTexture(gl)];
  let conversionKey = '';

  /** @param {Planes} picture */
  function loadPlanes(picture) {
    const { strides, width, height, matrix, fullRange } = picture;
    const chromaWidth = (width + 1) >> 1;
    const chromaHeight = (height + 1) >> 1;
    y.loadPlane(0, picture.y, strides[0], width, height);
    u.loadPlane(1, picture.u, strides[1], chromaWidth, chromaHeight);
    v.loadPlane(2, picture.v, strides[2], chromaWidth, chromaHeight);
    gl.useProgram(planes.program);
    const key = `${matrix} ${fullRange}`;
    if (key === conversionKey) return;
    conversionKey = key;
    const conversion = conversionOf(matrix, fullRange);
    gl.uniformMatrix3fv(planes.at.conversion, false, conversion.matrix);
    gl.uniform3fv(planes.at.offset, conversion.offset);
    for (const [unit, name] of ['y', 'u', 'v'].entries()) gl.uniform1i(planes.at[name], unit);
  }

  /** @param {Picture} picture */
  function draw(picture) {
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    if (picture.kind === 'planes') {
      loadPlanes(picture);
    } else {
      image.loadFrame(0, picture.frame);
      gl.useProgram(frames.program);
    }
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  draw(nothing);
  gl.flush();

  return {
    draw,
    clear() {
      gl.clearColor(0, 0, 0, 1);
      gl.clear(gl.COLOR_BUFFER_BIT);
    },
  };
}
