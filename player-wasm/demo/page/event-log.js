// The event log of both channels, newest first, bounded.

const KEPT = 500;

export class EventLog {
  #list;

  constructor(list) {
    this.#list = list;
  }

  add(channel, event) {
    const row = document.createElement('li');
    row.dataset.type = event.type;
    const who = cell('span', channel, 'who');
    who.dataset.source = channel;
    row.append(cell('time', timeOf(event), ''), who, cell('span', event.type, 'type'), cell('span', textOf(event), 'what'));
    this.#list.prepend(row);
    while (this.#list.children.length > KEPT) this.#list.lastElementChild.remove();
  }

  clear() {
    this.#list.replaceChildren();
  }
}

function cell(tag, text, className) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

function timeOf({ wall }) {
  const date = new Date(wall);
  const at = Number.isNaN(date.getTime()) ? new Date() : date;
  return `${at.toLocaleTimeString('en-GB')}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

function textOf({ source, from, reason, error, detail, switch: facts }) {
  const words = [];
  if (from && source && from !== source) words.push(`${from} → ${source}`);
  else if (source || from) words.push(source ?? from);
  if (reason) words.push(reason.replaceAll('_', ' '));
  if (facts) words.push(`gap ${facts.gap_ms} ms, ${facts.frames_lost} lost, ${facts.frames_repeated} repeated`);
  if (facts) words.push(`prepared in ${facts.prepare_ms} ms`);
  if (error) words.push([error.code.replaceAll('_', ' '), error.detail].filter(Boolean).join(': '));
  if (detail) words.push(detail);
  return words.join('  ·  ');
}
