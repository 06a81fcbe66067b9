// `import 'understudy-player/element'` defines <understudy-player>.
import type { PlayerEventMap, PlayerMedia, Policy } from './index.js';

export class UnderstudyPlayerElement extends HTMLElement {
  /** A status URL, or an .m3u8 URL. */
  src: string;
  /** Further .m3u8 URLs, space separated. */
  fallback: string;
  autoplay: boolean;
  controls: boolean;
  poster: string;
  decoder: string;
  visible: string;
  get policy(): Partial<Policy> | undefined;
  set policy(policy: Partial<Policy> | string | null | undefined);
  seed: number | undefined;
  assetBase: string;
  wasmUrl: string;
  workerUrl: string;
  workletUrl: string;
  decodersUrl: string;
  wasm: ArrayBuffer | WebAssembly.Module | undefined;
  addEventListener<K extends keyof PlayerEventMap>(type: K, listener: (this: this, event: PlayerEventMap[K]) => unknown, options?: boolean | AddEventListenerOptions): void;
  addEventListener<K extends keyof HTMLElementEventMap>(type: K, listener: (this: this, event: HTMLElementEventMap[K]) => unknown, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}
export interface UnderstudyPlayerElement extends PlayerMedia {}

declare global {
  interface HTMLElementTagNameMap {
    'understudy-player': UnderstudyPlayerElement;
  }
}
