// Loads engine.wasm and gives its exports JavaScript's types. Addresses end here: the rest of the worker sees texts, arrays and
// numbers. Only `decoders` is handed addresses of packets, so that a packet is copied once (player-wasm/engine/library.js).

import createEngine from 'understudy:engine';

/**
 * What the engine asks of the worker.
 * @typedef {object} Host
 * @property {(message: object) => void} post
 * @property {(poster: ArrayBuffer | null) => void} postPoster
 * @property {(line: string) => void} trace
 * @property {(picture: object) => void} present
 * @property {() => void} clear
 * @property {object} audio
 * @property {object} fetcher
 * @property {object} decoders
 */

/**
 * @param {{ url?: string, module?: WebAssembly.Module | ArrayBuffer }} where
 * @param {Host} host filled in before open() is called
 */
export async function loadEngine(where, host) {
  /** @type {any} */
  let module;
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  // Memory grows: views are taken anew.
  const heap = () => /** @type {Uint8Array} */ (module.HEAPU8);
  const floats = (address, count) => new Float32Array(heap().buffer, address, count);
  const text = (address, size) => {
    const bytes = heap();
    return decoder.decode(bytes.subarray(address, size === undefined ? bytes.indexOf(0, address) : address + size));
  };
  /** Calls `use` with the address of a copy of the text. */
  const withText = (value, use) => {
    const bytes = encoder.encode(value);
    const address = module._understudy_alloc(bytes.length + 1);
    heap().set(bytes, address);
    heap()[address + bytes.length] = 0;
    try {
      return use(address);
    } finally {
      module._understudy_free(address);
    }
  };

  const imports = {
    post: (json) => host.post(JSON.parse(text(json))),
    postPoster: (address, size) => host.postPoster(address ? heap().slice(address, address + size).buffer : null),
    trace: (line, size) => host.trace(text(line, size)),
    present: (picture, width, height, sarNum, sarDen, matrix, fullRange, dueMs, mediaTime, pdtMs, source, lostBefore, repeatedBefore) =>
      host.present({ picture, width, height, sarNum, sarDen, matrix, fullRange: fullRange !== 0, dueMs, mediaTime,
        pdtMs: Number.isNaN(pdtMs) ? null : pdtMs, source: text(source), lostBefore, repeatedBefore }),
    clear: () => host.clear(),
    audioWrite: (address, frames) => host.audio.write(floats(address, frames * 2)),
    audioFlush: (number) => host.audio.flush(number),
    audioPause: (paused) => host.audio.pause(paused !== 0),
    fetchStart: (id, url, headers, first, last) => host.fetcher.start(id, text(url), text(headers), first, last),
    fetchAbort: (id) => host.fetcher.abort(id),
    parseDate: (date) => Date.parse(text(date)),
    videoOpen: (id, codec, codecString, config, configSize, width, height) =>
      host.decoders.videoOpen(id, text(codec), text(codecString), config, configSize, width, height),
    audioOpen: (id, codec, codecString, config, configSize, sampleRate, channelCount) =>
      host.decoders.audioOpen(id, text(codec), text(codecString), config, configSize, sampleRate, channelCount),
    videoSend: (...values) => host.decoders.videoSend(...values),
    videoDrain: (id, generation) => host.decoders.videoDrain(id, generation),
    videoReset: (id, generation) => host.decoders.videoReset(id, generation),
    videoClose: (id) => host.decoders.videoClose(id),
    pictureRelease: (picture) => host.decoders.pictureRelease(picture),
    audioSend: (...values) => host.decoders.audioSend(...values),
    audioDrain: (id, generation) => host.decoders.audioDrain(id, generation),
    audioReset: (id, generation) => host.decoders.audioReset(id, generation),
    audioClose: (id) => host.decoders.audioClose(id),
  };

  /** @param {WebAssembly.Imports} info @param {(instance: WebAssembly.Instance) => void} done */
  function instantiate(info, done) {
    WebAssembly.instantiate(/** @type {WebAssembly.Module} */ (where.module), info).then(done);
    return {};
  }

  module = await createEngine({
    host: imports,
    locateFile: () => where.url ?? 'engine.wasm',
    ...(where.module instanceof ArrayBuffer && { wasmBinary: where.module }),
    ...(where.module instanceof WebAssembly.Module && { instantiateWasm: instantiate }),
  });

  return {
    /** @param {object} config @param {number} sampleRate @param {number} now @param {boolean} trace */
    open: (config, sampleRate, now, trace) =>
      withText(JSON.stringify(config), (json) => module._understudy_open(json, sampleRate, now, trace ? 1 : 0)) !== 0,
    close: () => module._understudy_close(),
    /** @param {number} now @param {number} wall @returns {number} when it wants to be called again; negative: never */
    iterate: (now, wall) => module._understudy_iterate(now, wall),
    /** @param {boolean} paused */
    setPaused: (paused) => module._understudy_set_paused(paused ? 1 : 0),
    /** @param {number | null} id of a source; null: the next one */
    switchTo: (id) => module._understudy_switch_to(id ?? -1),
    stop: () => module._understudy_stop(),
    /** @param {boolean} hidden */
    setHidden: (hidden) => module._understudy_set_hidden(hidden ? 1 : 0),
    postStats: () => module._understudy_post_stats(),
    /** @param {boolean} audible @param {number} latency s @param {number} now */
    onAudioDevice: (audible, latency, now) => module._understudy_on_audio_device(audible ? 1 : 0, latency, now),
    onAudioReport: (sound, silence, flushes, now) => module._understudy_on_audio_report(sound, silence, flushes, now),
    onFetchHead: (id, head, url) =>
      withText(head, (headAddress) => withText(url, (urlAddress) => module._understudy_on_fetch_head(id, headAddress, urlAddress))),
    /** @param {number} id @param {Uint8Array} bytes */
    onFetchBody: (id, bytes) => {
      const address = module._understudy_alloc(bytes.length);
      heap().set(bytes, address);
      module._understudy_on_fetch_body(id, address, bytes.length);
      module._understudy_free(address);
    },
    onFetchDone: (id, failed, message) => withText(message, (address) => module._understudy_on_fetch_done(id, failed ? 1 : 0, address)),
    heapBytes: () => heap().length,
    /** The exports that decoders answer through (decoders.js). */
    decoderExports: {
      heapU8: heap,
      heapF32: () => new Float32Array(heap().buffer),
      alloc: (size) => module._understudy_alloc(size),
      free: (address) => module._understudy_free(address),
      onPicture: (...values) => module._understudy_on_picture(...values),
      onSound: (...values) => module._understudy_on_sound(...values),
      onDrained: (id, generation) => module._understudy_on_drained(id, generation),
      onQueue: (id, generation, queued) => module._understudy_on_queue(id, generation, queued),
      onDecoderError: (id, generation, fatal, message) =>
        withText(message, (address) => module._understudy_on_decoder_error(id, generation, fatal ? 1 : 0, address)),
    },
  };
}
