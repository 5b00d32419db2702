import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nativeCodexPath } from '../test/support/codexHome';
import { methodsSource } from './protocol/methods';
import { routingSource } from './protocol/routing';

const root = path.resolve(__dirname, '..');
const defaultTarget = path.join(root, 'src/protocol/generated');

/**
 * Writes what the pinned `@openai/codex` says of its protocol into `target`: its own TypeScript bindings, the map of
 * request methods to their types, and the routing table of notifications and server requests.
 */
export function generateProtocol(target: string): void {
  const codex = nativeCodexPath();
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'switchyard-protocol-'));
  try {
    const run = (kind: string, out: string) =>
      execFileSync(codex, ['app-server', kind, '--experimental', '--out', out], {
        env: { ...process.env, CODEX_HOME: scratch },
        stdio: 'pipe',
      });
    const types = path.join(scratch, 'types');
    const schemas = path.join(scratch, 'schemas');
    run('generate-ts', types);
    run('generate-json-schema', schemas);

    rmSync(target, { recursive: true, force: true });
    cpSync(types, path.join(target, 'types'), { recursive: true });
    // The package's own barrels would drag every binding into a type check of any one of them.
    for (const barrel of ['index.ts', 'v2/index.ts']) rmSync(path.join(target, 'types', barrel), { force: true });

    const version = execFileSync(codex, ['--version'], { encoding: 'utf8' }).trim().split(' ').at(-1) ?? '';
    const schema = (name: string): unknown => JSON.parse(readFileSync(path.join(schemas, name), 'utf8'));
    const typeFiles = readdirSync(path.join(target, 'types'), { recursive: true, encoding: 'utf8' });
    const clientRequest = readFileSync(path.join(types, 'ClientRequest.ts'), 'utf8');
    const notificationUnion = readFileSync(path.join(types, 'ServerNotification.ts'), 'utf8');
    const serverRequestUnion = readFileSync(path.join(types, 'ServerRequest.ts'), 'utf8');
    const unions = { clientRequest, serverNotification: notificationUnion, serverRequest: serverRequestUnion };
    writeFileSync(path.join(target, 'methods.ts'), methodsSource(unions, typeFiles));
    writeFileSync(
      path.join(target, 'routing.ts'),
      routingSource(schema('ServerNotification.json'), schema('ServerRequest.json'), version),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (require.main === module) {
  generateProtocol(defaultTarget);
  console.log(`Wrote ${path.relative(root, defaultTarget)}`);
}
