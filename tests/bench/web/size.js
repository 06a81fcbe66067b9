// Bytes on the wire, as a server with Brotli sends them: ours by file, the others' build for browsers.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { dist } from '../../browser/support/pages.js';

const modules = fileURLToPath(new URL('../../browser/node_modules/', import.meta.url));
const OTHERS = [['hls.js', 'hls.js/dist/hls.min.js'], ['hls.js, light', 'hls.js/dist/hls.light.min.js'], ['Shaka Player', 'shaka-player/dist/shaka-player.compiled.js']];

/** @param {string} player @param {string} file @param {string} path */
function row(player, file, path) {
  const bytes = readFileSync(path);
  return { player, file, bytes: bytes.length, brotli_bytes: brotliCompressSync(bytes).length };
}

export async function size() {
  const ours = existsSync(dist) ? readdirSync(dist, { recursive: true, withFileTypes: true }) : [];
  const rows = ours.filter((entry) => entry.isFile() && /\.(js|wasm)$/.test(entry.name)).map((entry) => {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    return row('understudy', path.slice(dist.length + 1), path);
  });
  return [...rows, ...OTHERS.map(([player, file]) => row(player, file.split('/').at(-1) ?? '', join(modules, file)))];
}
