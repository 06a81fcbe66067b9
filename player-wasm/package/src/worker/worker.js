// The dedicated worker: one engine, its decoders, its canvas. Everything happens on this thread's event loop; the engine is
// called when something arrived or when the time it named has come. Messages: ../messages.md.

import { createAudioPort } from './audio-port.js';
import { createRenderer, webglIsSlow } from './canvas.js';
import { createDecoders } from './decoders.js';
import { loadEngine } from './engine.js';
import { createFetcher } from './fetcher.js';
import { createLoop, monotonicNow } from './loop.js';
import { createScreen } from './screen.js';
import { createTraceKeeper } from './trace-keeper.js';

const statsInterval = 250; // ms

/** @type {Awaited<ReturnType<typeof start>> | undefined} */
let player;
/** Messages that came before the engine was there. */
const early = [];

/** @param {any} message @param {Transferable[]} [transfer] */
const post = (message, transfer) => self.postMessage(message, { transfer });
/** @param {string} name @param {number} code @param {unknown} detail */
const fatal = (name, code, detail) => post({ type: 'fatal', error: { code, name, detail: String(detail instanceof Error ? detail.message : detail) } });

self.onmessage = ({ data }) => {
  if (data.type === 'init') {
    start(data).then((started) => {
      player = started;
      post({ type: 'ready' });
      for (const message of early.splice(0)) player.take(message);
    }, (error) => fatal('internal', 1000, `the engine does not start: ${error instanceof Error ? error.message : error}`));
  } else if (player) {
    player.take(data);
  } else {
    early.push(data);
  }
};

/** FFmpeg's decoders, from where the page says. @param {any} init */
async function loadSoftware({ softwareUrl, softwareWasmUrl }) {
  const { default: create } = await import(/* @vite-ignore */ /* webpackIgnore: true */ softwareUrl);
  return { default: () => create({ locateFile: () => softwareWasmUrl }) };
}

/** @param {any} init */
async function start(init) {
  /** @type {any} */
  const host = {};
  const engine = await loadEngine({ url: init.engineUrl, module: init.engineModule }, host);
  const loop = createLoop(() => {
    try {
      return engine.iterate(monotonicNow(), Date.now());
    } catch (error) {
      loop.stop();
      fatal('internal', 1000, error);
      return -1;
    }
  });
  const wake = loop.wake;

  const decoders = createDecoders({
    engine: engine.decoderExports,
    mode: init.decoder,
    loadSoftware: () => loadSoftware(init),
    wake,
    log: (text) => console.debug(`understudy: ${text}`),
  });
  const screen = createScreen({
    renderer: init.canvas ? createRenderer(init.canvas, { prefer2d: init.prefer2d === true || webglIsSlow() }) : null,
    decoders,
    post,
  });
  const traces = createTraceKeeper();
  const audio = createAudioPort(init.audioPort, init.audioBuffer, (sound, silence, flushes) => {
    engine.onAudioReport(sound, silence, flushes, monotonicNow());
    wake();
  });
  const fetcher = createFetcher(engine, wake);

  /** @type {ArrayBuffer | null} */
  let poster = null;
  Object.assign(host, {
    audio,
    decoders,
    fetcher,
    trace: traces.add,
    present: screen.present,
    clear: screen.clear,
    postPoster: (bytes) => { poster = bytes; },
    post: (message) => {
      if (message.type === 'state' && poster) message.card.poster = poster;
      if (message.type === 'stats') Object.assign(message.stats, about());
      post(message);
    },
  });
  const about = () => ({
    decoder: decoders.backend,
    renderer: screen.kind,
    openPictures: decoders.openPictures,
    heapBytes: engine.heapBytes(),
  });

  let device = { audible: false, latency: 0 };
  let hidden = init.hidden === true;
  let open = false;
  const statsTimer = setInterval(() => open && engine.postStats(), statsInterval);

  const actions = {
    load({ config }) {
      fetcher.close();
      poster = null;
      open = engine.open(config, init.sampleRate, monotonicNow(), traces.on);
      if (!open) return;
      engine.onAudioDevice(device.audible, device.latency, monotonicNow());
      engine.setHidden(hidden);
    },
    pause: ({ paused }) => engine.setPaused(paused),
    switchTo: ({ id }) => engine.switchTo(id),
    stop: () => engine.stop(),
    visibility(message) {
      hidden = message.hidden;
      engine.setHidden(hidden);
    },
    audio({ state, latency }) {
      device = { audible: state === 'running', latency };
      engine.onAudioDevice(device.audible, latency, monotonicNow());
    },
    frames: ({ on }) => screen.report(on),
    trace: ({ on }) => { traces.on = on; },
    takeTrace: ({ id }) => post({ type: 'trace', id, text: traces.take() }),
    close() {
      clearInterval(statsTimer);
      open = false;
      engine.close();
      loop.stop();
      fetcher.close();
      audio.close();
      decoders.close();
      screen.close();
      post({ type: 'closed' });
    },
  };

  return {
    /** @param {any} message */
    take(message) {
      actions[message.type]?.(message);
      wake();
    },
  };
}
