import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(__dirname, '..', '..');
const TEST_LIMIT_MS = 120_000;

/** Runs the end-to-end tests on the packaged extension. `--grep`: only tests whose title matches; then files. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { grep: { type: 'string' } }, allowPositionals: true });
  const vsix = path.join(root, 'dist', 'switchyard.vsix');
  if (!existsSync(vsix)) throw new Error(`${vsix} is missing. Run \`npm run package\` first.`);
  rmSync(path.join(root, 'dist', 'e2e-failures'), { recursive: true, force: true });
  const { startVitest } = await import('vitest/node');
  const vitest = await startVitest('test', positionals, {
    config: false,
    root,
    watch: false,
    include: ['test/e2e/**/*.e2e.ts'],
    ...(values.grep !== undefined && { testNamePattern: values.grep }),
    reporters: ['verbose'],
    testTimeout: TEST_LIMIT_MS,
    hookTimeout: TEST_LIMIT_MS,
    // Each file has an editor and a browser of its own, which wait for one another half of the time.
    pool: 'forks',
    poolOptions: { forks: { minForks: 1, maxForks: 2 } },
  });
  await vitest.close();
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
