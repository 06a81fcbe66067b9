// Keys of the desktop player (player-desktop/keys.cpp), and k, which pages use for pause.

/** @typedef {'pause' | 'mute' | 'volumedown' | 'volumeup' | 'fullscreen' | 'next' | 'stats'} Action */

/** @type {Readonly<Record<string, Action>>} */
const ACTIONS = Object.freeze({
  ' ': 'pause', k: 'pause', m: 'mute', 9: 'volumedown', '/': 'volumedown', 0: 'volumeup', '*': 'volumeup',
  f: 'fullscreen', b: 'next', i: 'stats',
});

/**
 * @param {{key: string, code?: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean}} event
 * @returns {Action | undefined}
 */
export function actionOf(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // As on the desktop, / and * count on the keypad only: elsewhere they are the page's (search fields open on /).
  if ((key === '/' || key === '*') && !event.code?.startsWith('Numpad')) return undefined;
  return Object.hasOwn(ACTIONS, key) ? ACTIONS[key] : undefined;
}
