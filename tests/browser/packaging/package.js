// The package as others get it: its tarball, installed with npm into an empty app outside of the tree.
//   UNDERSTUDY_PACKAGE   the tarball; default: what `make wasm` left in build/wasm. Where there is none, one is packed whose
//                        worker only loads the engine's file: enough to see whether a bundler finds everything
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, COPIED } from '../../../player-wasm/package/build.js';

const run = promisify(execFile);
const source = fileURLToPath(new URL('../../../player-wasm/package/', import.meta.url));
const fakeWorker = fileURLToPath(new URL('../element/fake-worker.js', import.meta.url));
/** Larger than what bundlers put into the script itself. */
const FAKE_BYTES = 65536;

const root = await mkdtemp(path.join(tmpdir(), 'understudy-packaging-'));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));

const { version } = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8'));
const made = process.env.UNDERSTUDY_PACKAGE ?? path.join(source, `../../build/wasm/understudy-player-${version}.tgz`);
/** With the engine in it? */
export const real = Boolean(process.env.UNDERSTUDY_PACKAGE) || existsSync(made);

async function packFake() {
  const wasmDir = path.join(root, 'wasm');
  await mkdir(path.join(wasmDir, 'decoders'), { recursive: true });
  for (const [name] of COPIED) await writeFile(path.join(wasmDir, name), Buffer.alloc(FAKE_BYTES, ' '));
  const folder = path.join(root, 'package');
  await mkdir(folder);
  for (const name of ['package.json', 'README.md', 'types']) await cp(path.join(source, name), path.join(folder, name), { recursive: true });
  await cp(path.join(source, '../../LICENSE'), path.join(folder, 'LICENSE'));
  await build({ outDir: path.join(folder, 'dist'), wasmDir, workerEntry: fakeWorker });
  await run('npm', ['pack', '--silent', '--pack-destination', root], { cwd: folder });
  return path.join(root, (await readdir(root)).find((name) => name.endsWith('.tgz')));
}

export const tarball = real ? path.resolve(made) : await packFake();

/**
 * An app that has the package as its dependency.
 * @param {string} name @param {Record<string, string>} files by path
 */
export async function makeApp(name, files) {
  const folder = path.join(root, name);
  await mkdir(folder);
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
  await run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--offline', tarball], { cwd: folder });
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }
  return folder;
}
