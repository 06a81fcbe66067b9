// What the element passes on to its player unchanged: most of HTMLMediaElement, and our own reading members.

const READ = ['paused', 'ended', 'seeking', 'error', 'readyState', 'networkState', 'duration', 'videoWidth', 'videoHeight', 'buffered',
  'seekable', 'streamType', 'targetLiveWindow', 'liveEdgeStart', 'playbackRate', 'currentSrc', 'canvas', 'state', 'source', 'sources',
  'stats', 'log', 'audioNode', 'audioState'];
const READ_WRITE = ['volume', 'muted', 'currentTime', 'trace'];
const CALL = ['prepare', 'switchTo', 'stop', 'takeTrace', 'requestVideoFrameCallback', 'cancelVideoFrameCallback'];

/**
 * @template {new (...args: any[]) => HTMLElement} Base
 * @param {Base} base
 */
export function mediaMembers(base) {
  const Media = class extends base {};
  /** @param {string} name @param {PropertyDescriptor} descriptor */
  const define = (name, descriptor) => {
    Object.defineProperty(Media.prototype, name, { configurable: true, enumerable: true, ...descriptor });
  };
  for (const name of READ) {
    define(name, {
      /** @this {any} */
      get() { return this.player[name]; },
    });
  }
  for (const name of READ_WRITE) {
    define(name, {
      /** @this {any} */
      get() { return this.player[name]; },
      /** @this {any} @param {any} value */
      set(value) { this.player[name] = value; },
    });
  }
  for (const name of CALL) {
    define(name, {
      writable: true,
      /** @this {any} @param {any[]} args */
      value(...args) { return this.player[name](...args); },
    });
  }
  return Media;
}
