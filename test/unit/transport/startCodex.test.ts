import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SwitchyardError } from '../../../src/base/errors';
import type { DocumentHost } from '../../../src/base/documentHost';
import { type Codex, startCodex, type StartCodexOptions } from '../../../src/transport/startCodex';
import { fakeLaunch, type FakeScript, isRunning, LineLogger } from '../../support/fakeAppServer';
import { answer, pidOf } from '../../support/supervised';

const nobody: DocumentHost = {
  read: () => Promise.resolve({ kind: 'pass' }),
  metadata: () => Promise.resolve(undefined),
  write: () => Promise.resolve({ kind: 'pass' }),
  remove: () => Promise.resolve({ kind: 'pass' }),
};

let root: string;
let logger: LineLogger;
let codex: Codex | undefined;

beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'switchyard-start-')));
  logger = new LineLogger();
});

afterEach(async () => {
  await codex?.dispose();
  await rm(root, { recursive: true, force: true });
});

/** Starts a fake that is found at a configured path, and that writes its arguments to stderr. */
async function start(script: FakeScript, options: Partial<StartCodexOptions> = {}): Promise<Codex> {
  const { command, args } = fakeLaunch(script);
  const configuredPath = path.join(root, 'codex');
  const program = `#!/bin/sh
if [ "$1" = --version ]; then echo codex-cli 0.200.1; exit; fi
echo "arguments: $*" >&2
exec '${command}' ${args.map((argument) => `'${argument}'`).join(' ')}
`;
  await writeFile(configuredPath, program, { mode: 0o755 });
  codex = startCodex({
    locate: () => ({ configuredPath, installFolder: root }),
    args: () => ['-c', 'x=1'],
    env: () => process.env,
    version: '1.2.3',
    roots: () => [root],
    documents: nobody,
    trace: () => 'off',
    logger,
    ...options,
  });
  return codex;
}

const announceEnvironment = {
  'environment/add': [{ send: [{ method: 'seen/add', params: '$message' }] }, ...answer({})],
};

describe.skipIf(process.platform === 'win32')('startCodex', () => {
  it('runs nothing before the first request', async () => {
    const { server, environmentId } = await start({});
    expect([server.state.kind, environmentId, logger.lines]).toEqual(['stopped', null, []]);
  });

  it('starts the app-server with the arguments of the settings, and tells who is asking', async () => {
    const { server } = await start({
      on: {
        'environment/add': answer({}),
        initialize: [
          { send: [{ method: 'seen/initialize', params: '$message' }] },
          ...answer({ userAgent: 'fake', codexHome: '', platformFamily: '', platformOs: '' }),
        ],
      },
    });
    const seen: unknown[] = [];
    server.onNotification(({ params }) => seen.push(params));
    await server.start();
    expect(logger.lines).toContain(`info: codex 0.200.1 at ${path.join(root, 'codex')}`);
    expect(logger.lines).toContain('debug: codex: arguments: app-server -c x=1');
    expect(seen).toMatchObject([
      { params: { clientInfo: { name: 'switchyard', version: '1.2.3' }, capabilities: { experimentalApi: true } } },
    ]);
  });

  it('offers the editor as an environment, at the same address after a restart', async () => {
    const { server } = await start({ on: announceEnvironment });
    const seen: { params: { environmentId: string; execServerUrl: string; authBearerToken: string } }[] = [];
    server.onNotification(({ params }) => seen.push(params as (typeof seen)[number]));
    await server.start();
    expect(codex?.environmentId).toBe('vscode');
    await server.restart();
    expect(seen).toHaveLength(2);
    expect(seen[0]!.params.environmentId).toBe('vscode');
    expect(seen[0]!.params.execServerUrl).toMatch(/^ws:\/\/127\.0\.0\.1:\d+/);
    expect(seen[0]!.params.authBearerToken).not.toBe('');
    expect(seen[1]!.params).toEqual(seen[0]!.params);
  });

  it('works without the environment when codex refuses it, and says so', async () => {
    const refusal = [{ send: [{ id: '$id', error: { code: -32600, message: 'unknown variant' } }] }];
    const { server } = await start({ on: { 'environment/add': refusal, 'thread/list': answer('list') } });
    expect(await server.request('thread/list', {})).toBe('list');
    expect(codex?.environmentId).toBeNull();
    expect(logger.lines.join('\n')).toContain('warn: This Codex writes files by itself');
  });

  it('does not start when locating it says that it must not', async () => {
    const refusal = new SwitchyardError('workspaceNotTrusted', 'Trust this folder first.');
    const { server } = await start(
      {},
      {
        locate: () => {
          throw refusal;
        },
      },
    );
    await expect(server.start()).rejects.toBe(refusal);
    expect(server.state).toEqual({ kind: 'failed', error: refusal });
  });

  it.each<['off' | 'messages' | 'verbose', string[]]>([
    ['off', []],
    [
      'messages',
      [
        'info: → initialize',
        'info: → environment/add',
        'info: → thread/list',
        'info: ← n',
        'info: ← long',
        'info: ← bare',
      ],
    ],
    [
      'verbose',
      [
        expect.stringMatching(/^trace: → initialize \{"clientInfo":/) as string,
        expect.stringMatching(/^trace: → environment\/add \{.*"authBearerToken":"…"\}$/) as string,
        'trace: → thread/list {}',
        'trace: ← n {"password":"…"}',
        expect.stringMatching(/^trace: ← long \{"text":"x{3,}… \(\d+ more characters\)$/) as string,
        'trace: ← bare null',
      ],
    ],
  ])('traces what goes and comes at the level %s, in short and without secrets', async (level, expected) => {
    const messages = [
      { method: 'n', params: { password: 'hunter2' } },
      { method: 'long', params: { text: 'x'.repeat(10_000) } },
      { method: 'bare' },
    ];
    const on = { 'environment/add': answer({}), 'thread/list': [{ send: messages }, ...answer('')] };
    const { server } = await start({ on }, { trace: () => level });
    await server.request('thread/list', {});
    expect(logger.lines.filter((line) => /^\w+: [→←]/.test(line))).toEqual(expected);
    expect(
      Math.max(...logger.lines.filter((line) => /^\w+: [→←]/.test(line)).map(({ length }) => length), 0),
    ).toBeLessThan(4_100);
  });

  it('T11: leaves no process when it is disposed, and none is started then', async () => {
    const { server } = await start({ on: announceEnvironment });
    await server.start();
    const pid = await pidOf(server);
    await codex?.dispose();
    expect(isRunning(pid)).toBe(false);
    await expect(server.start()).rejects.toMatchObject({ reason: 'connectionLost' });
  });
});
