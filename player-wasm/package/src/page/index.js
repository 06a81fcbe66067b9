// The package's main entry: no side effects. `understudy-player/element` defines the custom element.
export { UnderstudyPlayer } from './player.js';
export { PlaybackError } from './errors.js';
