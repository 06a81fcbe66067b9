// In the worker: an engine that is nothing but a heap and a list of what it was told, and the means to drive the decoders.
import { createDecoders } from '/player/decoders.js';
import { createRenderer } from '/player/canvas.js';
import { avccOf, codecStringOf, eachNal } from '/player/avcc.js';

const deadline = 20_000; // ms; far more than anything here takes

async function load(name) {
  const [info, bytes] = await Promise.all([
    fetch(`/media/${name}/info`).then((response) => response.json()),
    fetch(`/media/${name}/bytes`).then((response) => response.arrayBuffer()),
  ]);
  let at = 0;
  for (const packet of info.packets) {
    packet.data = new Uint8Array(bytes, at, packet.size);
    at += packet.size;
  }
  return info;
}

/** Its memory grows with every other allocation, as the engine's may at any time. */
function createHeap() {
  const memory = new WebAssembly.Memory({ initial: 80, maximum: 4096 });
  const scratch = 4 << 20; // packets and configurations are put here, one after the other
  let next = 65536;
  return {
    u8: () => new Uint8Array(memory.buffer),
    f32: () => new Float32Array(memory.buffer),
    put(bytes) {
      if (bytes.length > 1 << 20) throw new Error('larger than the lab has room for');
      new Uint8Array(memory.buffer, scratch).set(bytes);
      return scratch;
    },
    alloc(size) {
      if (next + size > scratch) next = 65536;
      const address = next;
      next += (size + 15) & ~15;
      memory.grow(1);
      return address;
    },
  };
}

/** @param {'auto' | 'webcodecs' | 'software'} mode */
function create(mode, { loadSoftware = () => import('/software/software.mjs') } = {}) {
  const heap = createHeap();
  const told = { pictures: [], sounds: [], drained: [], errors: [], queues: [], log: [], wakes: 0, loaded: 0 };
  const waiters = new Set();
  let calling = 0; // exports must not be called while imports are
  const tell = (list, value) => {
    if (calling > 0) told.errors.push({ message: 'an export was called from within an import', fatal: 1 });
    list.push(value);
  };
  const decoders = createDecoders({
    mode,
    loadSoftware: () => {
      told.loaded += 1;
      return loadSoftware();
    },
    wake: () => {
      told.wakes += 1;
      for (const waiter of [...waiters]) waiter();
    },
    log: (text) => told.log.push(text),
    engine: {
      heapU8: heap.u8, heapF32: heap.f32, alloc: heap.alloc, free: () => {},
      onPicture: (decoder, generation, picture, time, width, height, sarNum, sarDen, flags, queued) =>
        tell(told.pictures, { decoder, generation, picture, time, width, height, sarNum, sarDen, flags, queued }),
      onSound: (decoder, generation, time, sampleRate, channels, frames, planar) => {
        const samples = heap.f32().slice(planar >> 2, (planar >> 2) + channels * frames);
        tell(told.sounds, { decoder, generation, time, sampleRate, channels, frames, samples });
      },
      onDrained: (decoder, generation) => tell(told.drained, { decoder, generation }),
      onQueue: (decoder, generation, queued) => tell(told.queues, { decoder, generation, queued }),
      onDecoderError: (decoder, generation, fatal, message) => tell(told.errors, { decoder, generation, fatal, message }),
    },
  });
  const imports = {};
  for (const name of ['videoOpen', 'videoSend', 'videoDrain', 'videoReset', 'videoClose', 'pictureRelease', 'audioOpen', 'audioSend',
    'audioDrain', 'audioReset', 'audioClose']) {
    imports[name] = (...values) => {
      calling += 1;
      decoders[name](...values);
      calling -= 1;
    };
  }

  /** Waits for what the engine is told, or for what it is not told. */
  function until(holds, what) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        clearInterval(untold);
        waiters.delete(look);
        reject(new Error(`${what ?? holds} did not come: ${JSON.stringify({ ...told, sounds: told.sounds.length, queues: told.queues.length,
          pictures: told.pictures.length })}`));
      }, deadline);
      const look = () => {
        if (!holds()) return;
        clearTimeout(timer);
        clearInterval(untold);
        waiters.delete(look);
        resolve(undefined);
      };
      const untold = setInterval(() => look(), 10);
      waiters.add(look);
      look();
    });
  }

  const session = {
    told, decoders, until, ...imports,
    openVideo(id, media, { annexb = media.config.length === 0 || media.config[0] !== 1, codec = 'h264', codecString = undefined } = {}) {
      const bytes = annexb ? new Uint8Array(0) : new Uint8Array(media.config);
      const record = annexb ? avccOf(media.packets[0].data) : bytes;
      imports.videoOpen(id, codec, codecString ?? codecStringOf(record), heap.put(bytes), bytes.length, media.width, media.height);
    },
    openAudio(id, media, codec, codecString, config = media.config) {
      imports.audioOpen(id, codec, codecString, heap.put(new Uint8Array(config)), config.length, media.sampleRate, media.channels);
    },
    sendVideo(id, generation, { data, time, key }) {
      imports.videoSend(id, generation, heap.put(data), data.length, time, key ? 1 : 0);
    },
    sendAudio(id, generation, { data, time }) {
      imports.audioSend(id, generation, heap.put(data), data.length, time);
    },
    /** Sends all, holding few pictures at once, and returns them with `look(picture)` as it was before its release. */
    async decodeAll(id, generation, packets, look, ahead = 12) {
      const seen = [];
      const begin = told.pictures.length;
      let sent = 0;
      let taken = begin;
      let drained = told.drained.length;
      while (told.drained.length === drained || taken < told.pictures.length) {
        while (sent < packets.length && sent - (taken - begin) < ahead) session.sendVideo(id, generation, packets[sent++]);
        if (sent === packets.length) {
          session.videoDrain(id, generation);
          sent += 1;
        }
        await until(() => told.pictures.length > taken || told.drained.length > drained || told.errors.length > 0, 'a picture');
        if (told.errors.length > 0) throw new Error(JSON.stringify(told.errors));
        while (taken < told.pictures.length) {
          const picture = told.pictures[taken++];
          seen.push({ ...picture, look: await look(decoders.picture(picture.picture), picture) });
          imports.pictureRelease(picture.picture);
        }
      }
      return seen;
    },
  };
  return session;
}

/** The visible luma, row by row. */
async function lumaOf(picture, { width, height }) {
  const luma = new Uint8Array(width * height);
  if (picture.kind === 'planes') {
    for (let row = 0; row < height; row += 1)
      luma.set(picture.y.subarray(row * picture.strides[0], row * picture.strides[0] + width), row * width);
    return luma;
  }
  const { frame } = picture;
  const bytes = new Uint8Array(frame.allocationSize());
  const [{ offset, stride }] = await frame.copyTo(bytes);
  for (let row = 0; row < height; row += 1)
    luma.set(bytes.subarray(offset + row * stride, offset + row * stride + width), row * width);
  return luma;
}

async function digest(bytes) {
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-1', bytes));
  return [...sum].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const lumaDigest = async (picture, about) => digest(await lumaOf(picture, about));

globalThis.lab = { load, create, lumaOf, lumaDigest, createRenderer, avccOf, codecStringOf, eachNal };
