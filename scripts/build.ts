import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { transformAsync } from '@babel/core';
import { type BuildOptions, type Plugin, build, context } from 'esbuild';
import { readFile } from 'node:fs/promises';

const root = path.resolve(__dirname, '..');

/** Compiles Solid's JSX: Babel makes the templates and strips the types, esbuild bundles the rest. */
const solidPlugin: Plugin = {
  name: 'solid',
  setup(bundler) {
    bundler.onLoad({ filter: /\.tsx$/ }, async ({ path: file }) => {
      const result = await transformAsync(await readFile(file, 'utf8'), {
        filename: file,
        babelrc: false,
        configFile: false,
        presets: ['babel-preset-solid', '@babel/preset-typescript'],
        sourceMaps: 'inline',
      });
      return { contents: result?.code ?? '', loader: 'js' };
    });
  },
};

/** `import('./file?source')`: the file and all that it imports as one text, for a worker, which loads nothing itself. */
const sourcePlugin: Plugin = {
  name: 'source',
  setup(bundler) {
    bundler.onResolve({ filter: /\?source$/ }, ({ path: file, resolveDir }) => ({
      path: `${path.resolve(resolveDir, file.replace(/\?source$/, ''))}.ts`,
      namespace: 'source',
    }));
    bundler.onLoad({ filter: /.*/, namespace: 'source' }, async ({ path: file }) => {
      const { outputFiles, metafile } = await build({
        entryPoints: [file],
        absWorkingDir: root,
        bundle: true,
        minify: true,
        write: false,
        metafile: true,
        platform: 'browser',
        format: 'iife',
        target: 'chrome128',
        legalComments: 'none',
      });
      return {
        contents: `export const source = ${JSON.stringify(outputFiles[0]?.text ?? '')};`,
        loader: 'js',
        watchFiles: Object.keys(metafile.inputs).map((input) => path.resolve(root, input)),
      };
    });
  },
};

/** The bundles of the extension. `minify` for a package, source maps otherwise. */
export function bundles(minify: boolean): BuildOptions[] {
  const common: BuildOptions = {
    bundle: true,
    minify,
    sourcemap: minify ? false : 'linked',
    legalComments: 'none',
    logLevel: 'warning',
    absWorkingDir: root,
    outdir: 'dist',
  };
  return [
    {
      ...common,
      entryPoints: { extension: 'src/extension.ts', editConverter: 'src/surfaces/edits/editConverter.ts' },
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      mainFields: ['module', 'main'],
      // ws tries these two native helpers and does without.
      external: ['vscode', './editConverter.js', 'bufferutil', 'utf-8-validate'],
    },
    {
      ...common,
      entryPoints: { webview: 'webview/main.tsx' },
      platform: 'browser',
      // What few answers need (grammars, math, diagrams) is a chunk of its own, loaded with the first that needs it.
      format: 'esm',
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      target: 'chrome128',
      conditions: ['browser'],
      loader: { '.ttf': 'file' },
      assetNames: '[name]',
      plugins: [solidPlugin, sourcePlugin],
    },
    {
      ...common,
      // It stands in where the chat's own bundle fails: it shares nothing with it.
      entryPoints: { stalled: 'webview/stalled.ts' },
      platform: 'browser',
      format: 'esm',
      target: 'chrome128',
    },
  ];
}

/** Builds everything into `dist/`. */
export async function buildAll({ minify }: { minify: boolean }): Promise<void> {
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  // Their names hold hashes: those of an earlier build would stay.
  rmSync(path.join(root, 'dist', 'chunks'), { recursive: true, force: true });
  await Promise.all(bundles(minify).map((options) => build(options)));
}

async function main(): Promise<void> {
  if (!process.argv.includes('--watch')) {
    await buildAll({ minify: process.argv.includes('--minify') });
    return;
  }
  for (const options of bundles(false)) await (await context({ ...options, logLevel: 'info' })).watch();
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}
