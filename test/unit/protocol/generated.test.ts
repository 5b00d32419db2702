import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateProtocol } from '../../../scripts/generateProtocol';
import { CODEX_VERSION, NOTIFICATION_ROUTES, SERVER_REQUEST_ROUTES } from '../../../src/protocol/generated/routing';
import { MINIMUM_CODEX_VERSION } from '../../../src/transport/locateCodex';

const root = path.resolve(__dirname, '../../..');
const generated = path.join(root, 'src/protocol/generated');

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .sort();
}

/** The methods of a generated union such as `ServerNotification`. */
function methodsOf(union: string): string[] {
  const source = readFileSync(path.join(generated, 'types', `${union}.ts`), 'utf8');
  return [...source.matchAll(/"method": "([^"]+)"/g)].map(([, method]) => method!).sort();
}

describe('the generated protocol', () => {
  it('T12: is what the pinned codex generates', () => {
    const scratch = mkdtempSync(path.join(os.tmpdir(), 'switchyard-generated-'));
    try {
      const fresh = path.join(scratch, 'generated');
      generateProtocol(fresh);
      expect(filesIn(generated)).toEqual(filesIn(fresh));
      const changed = filesIn(fresh).filter(
        (name) => readFileSync(path.join(fresh, name), 'utf8') !== readFileSync(path.join(generated, name), 'utf8'),
      );
      expect(changed, 'run `npm run generate`').toEqual([]);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });

  it('is of the version that package.json pins, which is also the oldest that is accepted', () => {
    const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(manifest.devDependencies['@openai/codex']).toBe(CODEX_VERSION);
    expect(MINIMUM_CODEX_VERSION).toBe(CODEX_VERSION);
  });

  it('T12: has a route for every notification and every request of the server', () => {
    expect(methodsOf('ServerNotification').length).toBeGreaterThan(80);
    const withoutRoute = methodsOf('ServerNotification').filter((method) => !(method in NOTIFICATION_ROUTES));
    // These two are in codex's TypeScript bindings only, not in its schemas; they travel as unknown, by their ids.
    expect(withoutRoute).toEqual(['rawResponse/completed', 'rawResponseItem/completed']);
    expect(Object.keys(SERVER_REQUEST_ROUTES).sort()).toEqual(methodsOf('ServerRequest'));
  });
});
