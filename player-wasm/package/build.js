// Builds dist/ from src/ and the WebAssembly builds: `node build.js`, or build() for tests that bring their own worker.
//   UNDERSTUDY_WASM_BUILD   where engine.mjs, engine.wasm and decoders/ were built; default ../../build/wasm
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { manifest } from './manifest.js';

const here = path.dirname(fileURLToPath(import.meta.url));

const SHARED = {
  bundle: true, format: 'esm', target: 'es2022', minify: true, charset: 'utf8', legalComments: 'none', logLevel: 'warning',
  absWorkingDir: here,
};

/** `import text from './file.js?text'`: that file, bundled, as a string. */
const textPlugin = {
  name: 'text',
  setup(builder) {
    builder.onResolve({ filter: /\?text$/ }, ({ path: name, resolveDir }) => (
      { path: path.join(resolveDir, name.replace(/\?text$/, '')), namespace: 'text' }));
    builder.onLoad({ filter: /.*/, namespace: 'text' }, async ({ path: file }) => {
      const result = await esbuild.build({ ...SHARED, entryPoints: [file], write: false });
      return { contents: result.outputFiles[0].text, loader: 'text', watchFiles: [file] };
    });
  },
};

/** `import create from 'understudy:engine'`: Emscripten's loader of the engine, from the build folder. */
const enginePlugin = (wasmDir) => ({
  name: 'engine',
  setup(builder) {
    builder.onResolve({ filter: /^understudy:engine$/ }, () => ({ path: path.join(wasmDir, 'engine.mjs') }));
  },
});

/** Taken as they are from the WebAssembly build: [from, to] */
export const COPIED = [
  ['engine.wasm', 'engine.wasm'],
  ['decoders/software.mjs', 'decoders/software.js'],
  ['decoders/software.wasm', 'decoders/software.wasm'],
  ['decoders/COPYING.LGPLv2.1', 'decoders/COPYING.LGPLv2.1'],
];

/** @param {{outDir?: string, wasmDir?: string, workerEntry?: string}} [options] */
export async function build({
  outDir = path.join(here, 'dist'),
  wasmDir = path.resolve(here, process.env.UNDERSTUDY_WASM_BUILD || '../../build/wasm'),
  workerEntry = 'src/worker/worker.js',
} = {}) {
  const needed = [...COPIED.map(([from]) => path.join(wasmDir, from)), path.resolve(here, workerEntry)];
  const missing = needed.filter((file) => !existsSync(file)).join('\n  ');
  if (missing) throw new Error(`not there (run \`make wasm\`, or set UNDERSTUDY_WASM_BUILD):\n  ${missing}`);
  await rm(outDir, { recursive: true, force: true });
  await mkdir(path.join(outDir, 'decoders'), { recursive: true });
  await Promise.all([
    // Both entries share one file, so that a page that imports both has one player class. It lies beside them: the
    // addresses of worker and engine are relative to it.
    esbuild.build({
      ...SHARED, entryPoints: { index: 'src/page/index.js', element: 'src/page/element.js' }, outdir: outDir,
      splitting: true, chunkNames: 'player', plugins: [textPlugin],
    }),
    esbuild.build({
      ...SHARED, entryPoints: { worker: workerEntry }, outdir: outDir,
      external: ['module', 'fs', 'path'], plugins: [enginePlugin(wasmDir)],
    }),
    esbuild.build({ ...SHARED, entryPoints: { worklet: 'src/page/worklet.js' }, outdir: outDir }),
    ...COPIED.map(([from, to]) => cp(path.join(wasmDir, from), path.join(outDir, to))),
    writeFile(path.join(outDir, 'custom-elements.json'), `${JSON.stringify(manifest, null, 2)}\n`),
    cp(path.join(here, '../../LICENSE'), path.join(here, 'LICENSE')), // npm packs what lies in this folder
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await build();
  } catch (error) {
    console.error(`build: ${error.message}`);
    process.exitCode = 1;
  }
}
