// The custom-elements manifest, for editors and documentation tools.

/** @type {[string, string, string][]} name, type, description */
const ATTRIBUTES = [
  ['src', 'string', 'A status URL, or a URL whose path ends in .m3u8'],
  ['fallback', 'string', 'Further .m3u8 URLs, space separated, by priority'],
  ['autoplay', 'boolean', 'Begin without play(); without it nothing is loaded before'],
  ['muted', 'boolean', 'Without sound'],
  ['controls', 'boolean', 'Show the built-in controls'],
  ['poster', 'string', 'An image URL, shown until the channel has its own'],
  ['decoder', '"auto" | "webcodecs" | "software"', 'Who decodes'],
  ['policy', 'string', 'The failover policy as JSON; replaces the channel\'s'],
  ['visible', '"auto" | "always"', 'Decode all pictures in a hidden page too'],
  ['seed', 'number', 'Of all randomness'],
  ['stats', 'boolean', 'Show the statistics panel'],
  ['asset-base', 'string', 'A folder with the package\'s files'],
  ['wasm-url', 'string', 'The engine'],
  ['worker-url', 'string', 'The worker'],
  ['worklet-url', 'string', 'The AudioWorklet, where blob: scripts are forbidden'],
  ['decoders-url', 'string', 'A folder with the software decoders'],
];
const PARTS = ['canvas', 'card', 'announcement', 'detail', 'poster', 'play', 'notice', 'spinner', 'controls', 'play-button', 'mute-button',
  'volume-range', 'live-button', 'source-name', 'fullscreen-button', 'stats'];
const EVENTS = ['autoplayblocked', 'engineevent', 'statechange', 'statschange', 'statuschanged', 'prelive', 'started', 'sourceready', 'healthchanged', 'intenttofallback',
  'hedgestarted', 'hedgecancelled', 'committed', 'switched', 'recovered', 'stalled', 'resumed', 'offline', 'stopped', 'engineerror'];

const path = 'dist/element.js';
export const manifest = {
  schemaVersion: '1.0.0',
  modules: [{
    kind: 'javascript-module',
    path,
    declarations: [{
      kind: 'class',
      customElement: true,
      name: 'UnderstudyPlayerElement',
      tagName: 'understudy-player',
      description: 'A live video player that keeps the stream on screen when its source fails',
      superclass: { name: 'HTMLElement' },
      attributes: ATTRIBUTES.map(([name, type, description]) => ({ name, type: { text: type }, description })),
      events: EVENTS.map((name) => ({ name, type: { text: ['autoplayblocked', 'statechange', 'statschange'].includes(name) ? 'Event' : 'CustomEvent' } })),
      cssParts: PARTS.map((name) => ({ name })),
      cssProperties: [{ name: '--understudy-accent', default: '#5ca0ff' }],
    }],
    exports: [
      { kind: 'js', name: 'UnderstudyPlayerElement', declaration: { name: 'UnderstudyPlayerElement', module: path } },
      { kind: 'custom-element-definition', name: 'understudy-player', declaration: { name: 'UnderstudyPlayerElement', module: path } },
    ],
  }],
};
