import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { galleryFiles, galleryPage } from './gallery/page';
import { packageExtension } from './package';

const root = path.resolve(__dirname, '..');
const FILES = ['work', 'items', 'approvals', 'injectedApprovals', 'looks'];

/**
 * Takes the pictures of docs/gallery.md again, with the tests that assert what is on them, and writes that page.
 * `--only` takes those of some of the test files, by name.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
  await packageExtension();
  const out = path.join(root, 'docs/images/gallery');
  const files = (values.only ?? FILES).map((name) => `test/e2e/${name}.e2e.ts`);
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', 'test/e2e/run.ts', ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, SWITCHYARD_GALLERY: out },
  });
  writeFileSync(path.join(root, 'docs/gallery.md'), galleryPage());
  const missing = galleryFiles().filter((file) => !existsSync(path.join(out, file)));
  if (missing.length > 0) console.error(`No picture: ${missing.join(', ')}`);
  process.exitCode = status === 0 && missing.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
