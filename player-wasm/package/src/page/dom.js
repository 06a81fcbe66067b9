// Small helpers to build a shadow DOM from values: no markup is ever parsed, so text stays text.

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Record<string, string>} [attributes] @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** @param {string} path of a 24 × 24 drawing */
export function icon(path) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

export const ICONS = Object.freeze({
  play: 'M8 5.14v13.72a1 1 0 0 0 1.52.85l11.1-6.86a1 1 0 0 0 0-1.7L9.52 4.29A1 1 0 0 0 8 5.14z',
  pause: 'M7 4h3.5v16H7zM13.5 4H17v16h-3.5z',
  sound: 'M4 9v6h4l5 4.5v-15L8 9zM16 8.2a5 5 0 0 1 0 7.6v-1.6a3.6 3.6 0 0 0 0-4.4zM16 4.6a8.2 8.2 0 0 1 0 14.8v-1.7a6.7 6.7 0 0 0 0-11.4z',
  mute: 'M4 9v6h4l5 4.5v-15L8 9zM15.6 9.2l1.1-1.1 2.1 2.1 2.1-2.1L22 9.2l-2.1 2.1 2.1 2.1-1.1 1.1-2.1-2.1-2.1 2.1-1.1-1.1 2.1-2.1z',
  full: 'M4 9V4h5v1.8H5.8V9zM15 4h5v5h-1.8V5.8H15zM5.8 15v3.2H9V20H4v-5zM18.2 15H20v5h-5v-1.8h3.2z',
});
