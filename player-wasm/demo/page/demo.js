// The demo page: one column for each channel, and one event log for both. Settings are kept in the address, so that a page can
// be shared as it is.
import '/dist/element.js';
import { Channel } from './channel.js';
import { EventLog } from './event-log.js';

const SETTINGS = ['controls', 'decoder', 'standby', 'stats'];
const form = /** @type {HTMLFormElement} */ (document.querySelector('#settings'));

/** The settings by their names, from the address; only what the form offers. */
function readSettings() {
  const query = new URLSearchParams(location.search);
  for (const name of SETTINGS) {
    const field = form.elements[name];
    if (field.type === 'checkbox') field.checked = query.has(name);
    else if ([...field.options].some(({ value }) => value === query.get(name))) field.value = query.get(name);
  }
}

function settings() {
  const valueOf = (field) => (field.type === 'checkbox' ? field.checked : field.value);
  return Object.fromEntries(SETTINGS.map((name) => [name, valueOf(form.elements[name])]));
}

function keepSettings() {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(settings())) {
    if (value && value !== 'auto' && value !== 'built-in') query.set(name, value === true ? '1' : value);
  }
  history.replaceState(null, '', query.size > 0 ? `?${query}` : location.pathname);
}

/** media-chrome is the demo's own dependency; it may not be installed. */
async function loadMediaChrome() {
  try {
    await import('/media-chrome/index.js');
  } catch {
    const option = form.elements.controls.querySelector('[value=media-chrome]');
    option.disabled = true;
    option.textContent = 'media-chrome (not installed)';
    form.elements.controls.value = 'built-in';
  }
}

readSettings();
await loadMediaChrome();
const { service } = await (await fetch('/api/demo')).json();
const log = new EventLog(document.querySelector('#log'));
document.querySelector('#clear').addEventListener('click', () => log.clear());
const channels = ['ch-a', 'ch-b'].map((name) => new Channel(name, new URL(`/playout/${name}`, service).href, log));
document.querySelector('#channels').append(...channels.map(({ root }) => root));
for (const channel of channels) channel.play(settings());
form.addEventListener('change', ({ target }) => {
  keepSettings();
  for (const channel of channels) {
    if (target.name === 'stats') channel.showStats(target.checked);
    else channel.play(settings());
  }
});
