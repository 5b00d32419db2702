import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(__dirname, '..');
const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/** Each part of the repository against what it may know: the core without Node, the webview without either. */
const PROJECTS = ['src/tsconfig.core.json', 'src/tsconfig.json', 'webview/tsconfig.json', 'test/tsconfig.json'];

let failed = false;
for (const project of PROJECTS) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' });
  failed ||= status !== 0;
}
console.log(failed ? 'Types: failed' : `Types: ${PROJECTS.length} projects checked`);
process.exitCode = failed ? 1 : 0;
