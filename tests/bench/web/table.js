// The results as Markdown: one table per measure.

const TITLES = {
  size: 'Bytes on the wire', 'first-picture': 'From src to the first picture (720p30)', cpu: 'Processor time at 720p30',
  memory: 'Memory of the whole browser', interruption: 'A primary that breaks and stays broken',
};

/** @param {object[]} rows */
function table(rows) {
  const columns = Object.keys(rows[0] ?? {});
  const line = (/** @type {unknown[]} */ cells) => `| ${cells.map((cell) => cell ?? '–').join(' | ')} |\n`;
  return line(columns.map((name) => name.replaceAll('_', ' '))) + line(columns.map(() => '---'))
    + rows.map((row) => line(columns.map((name) => row[/** @type {keyof typeof row} */ (name)]))).join('');
}

/** @param {any} results */
export function markdown({ meta, ...measures }) {
  const parts = Object.entries(measures).map(([name, rows]) => `## ${TITLES[/** @type {keyof typeof TITLES} */ (name)]}\n\n${table(rows)}`);
  return `# The browser player beside others\n\nChromium ${meta.browser}, ${meta.machine}, ${meta.date}.\n\n${parts.join('\n')}`;
}
