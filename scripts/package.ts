import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { buildAll } from './build';

const root = path.resolve(__dirname, '..');
const MAX_VSIX_BYTES = 2_500_000;

/** Builds and writes `dist/switchyard.vsix`; returns its absolute path. Fails when it grew over 2.5 MB: a third of it are diagrams, which are loaded with the first one. */
export async function packageExtension(): Promise<string> {
  for (const file of readdirSync(root).includes('dist') ? readdirSync(path.join(root, 'dist')) : []) {
    if (/\.(js|css|map|ttf|vsix)$/.test(file)) rmSync(path.join(root, 'dist', file));
  }
  await buildAll({ minify: true });
  const vsix = path.join(root, 'dist', 'switchyard.vsix');
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  execFileSync(
    process.execPath,
    [vsce, 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', vsix],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const { size } = statSync(vsix);
  console.log(`dist/switchyard.vsix: ${(size / 1024).toFixed(0)} kB`);
  if (size > MAX_VSIX_BYTES) throw new Error(`The package is larger than ${MAX_VSIX_BYTES} bytes.`);
  return vsix;
}

if (require.main === module) {
  packageExtension().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}
