// Where the worker, the engine and the decoders are. The literal `new URL('./…', import.meta.url)` is what bundlers look
// for: each copies the file and puts its own address there. Nothing is ever taken from another place by default.

/** @typedef {import('../../types/index.js').AssetOptions} AssetOptions */

/** @param {AssetOptions} options each one given wins over `assetBase`, that over the files beside this one */
export function assetUrls({ assetBase, workerUrl, wasmUrl, workletUrl, decodersUrl }) {
  const base = assetBase ? directory(assetBase) : '';
  const decoders = decodersUrl ? directory(decodersUrl) : base && new URL('decoders/', base).href;
  return {
    worker: absolute(workerUrl) || within(base, 'worker.js') || new URL('./worker.js', import.meta.url).href,
    engine: absolute(wasmUrl) || within(base, 'engine.wasm') || new URL('./engine.wasm', import.meta.url).href,
    // Needed only where a page forbids blob: scripts; else the worklet's text travels with this file.
    worklet: absolute(workletUrl) || within(base, 'worklet.js') || new URL('./worklet.js', import.meta.url).href,
    software: within(decoders, 'software.js') || new URL('./decoders/software.js', import.meta.url).href,
    softwareWasm: within(decoders, 'software.wasm') || new URL('./decoders/software.wasm', import.meta.url).href,
  };
}

/** @param {string | undefined} url */
function absolute(url) {
  return url ? new URL(url, document.baseURI).href : '';
}

/** @param {string} url */
function directory(url) {
  const { href } = new URL(url, document.baseURI);
  return href.endsWith('/') ? href : `${href}/`;
}

/** @param {string} base @param {string} name */
function within(base, name) {
  return base && new URL(name, base).href;
}
