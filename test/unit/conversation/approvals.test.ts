import { describe, expect, it } from 'vitest';
import type { ApprovalContext } from '../../../src/conversation/approval';
import { toApproval } from '../../../src/conversation/approvals';
import { SERVER_REQUEST_ROUTES } from '../../../src/protocol/generated/routing';
import type { RoutedRequest } from '../../../src/router/appServerClient';
import { fallbackIds } from '../../../src/router/notification';
import { readTranscript, replay } from '../../support/replay';

const context: ApprovalContext = { id: 'a', folder: '/project', changes: [], folders: ['/project'] };

const request = (method: string, params: unknown): RoutedRequest => ({ id: 0, method, params, ...fallbackIds(params) });

/** The first request of the server in a transcript. */
function recorded(name: string): RoutedRequest {
  const line = readTranscript(name).find(
    ({ dir, message }) => dir === 'in' && message.id !== undefined && message.method !== undefined,
  );
  return request(line?.message.method ?? '', line?.message.params);
}

const ids = { threadId: 't', turnId: 'u', itemId: 'i' };
const command = (params: object) =>
  toApproval(request('item/commandExecution/requestApproval', { ...ids, kind: 'command', ...params }), context);
const labels = (approval: ReturnType<typeof toApproval>) => approval?.view.decisions.map(({ label }) => label);

describe('the approval of a command', () => {
  it('shows a recorded one with its reason and its words, out of the shell', () => {
    const approval = toApproval(recorded('command-accepted'), context);
    expect(approval?.view).toMatchObject({
      kind: 'command',
      title: 'Run this command?',
      command: 'echo allowed',
      folder: 'project',
      reason: 'May this run?',
    });
    expect(labels(approval)).toEqual(['Allow once', 'Always allow “echo allowed …”', 'Decline', 'Decline and stop']);
    expect(approval?.answers.get('always')).toEqual({
      decision: { acceptWithExecpolicyAmendment: { execpolicy_amendment: ['echo', 'allowed'] } },
    });
  });

  it('answers each choice with the decision of the protocol', () => {
    const answers = command({ command: 'ls', cwd: '/project' })?.answers;
    expect([...(answers ?? [])]).toEqual([
      ['accept', { decision: 'accept' }],
      ['acceptForSession', { decision: 'acceptForSession' }],
      ['decline', { decision: 'decline' }],
      ['cancel', { decision: 'cancel' }],
    ]);
  });

  it('grants exactly what the server offers, in its order, and can always be refused', () => {
    const offered = (...availableDecisions: unknown[]) => labels(command({ command: 'ls', availableDecisions }));
    expect(offered('acceptForSession', 'accept', 'cancel')).toEqual([
      'Allow for this conversation',
      'Allow once',
      'Decline',
      'Decline and stop',
    ]);
    expect(offered('cancel')).toEqual(['Decline', 'Decline and stop']);
    expect(offered({ somethingNew: {} }, 'accept')).toEqual(['Allow once', 'Decline', 'Decline and stop']);
    expect(labels(command({ command: 'ls', availableDecisions: null }))).toHaveLength(4);
  });

  it('names the host of a network question, and never offers to refuse it for good as "always allow"', () => {
    const amendment = (host: string, action: string) => ({
      applyNetworkPolicyAmendment: { network_policy_amendment: { host, action } },
    });
    const approval = command({
      command: 'curl example.com',
      networkApprovalContext: { host: 'example.com', protocol: 'https' },
      availableDecisions: [amendment('example.com', 'allow'), amendment('example.com', 'deny')],
    });
    expect(approval?.view.title).toBe('Connect to example.com?');
    expect(labels(approval)).toEqual([
      'Always allow example.com',
      'Never allow example.com',
      'Decline',
      'Decline and stop',
    ]);
    expect(approval?.answers.get('deny-example.com')).toEqual({ decision: amendment('example.com', 'deny') });
    expect(approval?.view.details).toEqual([{ name: 'Connection', value: 'HTTPS to example.com' }]);
  });

  it('about the network alone names no command', () => {
    const approval = command({ networkApprovalContext: { host: 'example.com', protocol: 'socks5Tcp' } });
    expect(approval?.view).toMatchObject({ title: 'Connect to example.com?', command: null });
    expect(labels(approval)).toContain('Allow once');
  });

  it('says when it is input for a command that runs', () => {
    expect(command({ kind: 'writeStdin', command: 'y' })?.view.title).toBe('Type into a running command?');
  });
});

describe('the approval of file changes', () => {
  it('shows the files of its item, which the request itself does not carry', () => {
    const files = replay('files-accepted').view.turns[0]?.items.find((item) => item.type === 'files');
    const changes = files?.type === 'files' ? files.changes : [];
    const approval = toApproval(recorded('files-accepted'), { ...context, changes });
    expect(approval?.view).toMatchObject({ kind: 'files', title: 'Change 2 files?', itemId: files?.id });
    expect(approval?.view.files.map(({ label, kind, added, removed }) => [label, kind, added, removed])).toEqual([
      ['greet.js', 'update', 1, 1],
      ['greet.test.js', 'add', 2, 0],
    ]);
    expect(JSON.stringify(approval?.view)).not.toContain('console.log');
  });

  it('speaks of one file and of files it does not know', () => {
    const ask = request('item/fileChange/requestApproval', ids);
    const change = {
      path: '/project/a',
      label: 'a',
      kind: 'add',
      movedTo: null,
      diff: '',
      added: 0,
      removed: 0,
    } as const;
    expect(toApproval(ask, { ...context, changes: [change] })?.view.title).toBe('Change 1 file?');
    expect(toApproval(ask, context)?.view.title).toBe('Change files?');
  });
});

describe('the approval of permissions', () => {
  const ask = (permissions: object) =>
    toApproval(
      request('item/permissions/requestApproval', { ...ids, cwd: '/project/src', reason: 'Needed', permissions }),
      context,
    );

  it('grants exactly what was asked for, for a turn or for the conversation, and nothing when declined', () => {
    const permissions = { network: { enabled: true }, fileSystem: { read: ['/data'], write: null } };
    const approval = ask(permissions);
    expect(approval?.view).toMatchObject({
      title: 'Allow network access and more of the file system?',
      folder: 'src',
    });
    expect([...(approval?.answers ?? [])]).toEqual([
      ['accept', { permissions, scope: 'turn' }],
      ['acceptForSession', { permissions, scope: 'session' }],
      ['decline', { permissions: {}, scope: 'turn' }],
    ]);
  });

  it('can be granted in part: each path once, and the network', () => {
    const entry = (access: string, path: object) => ({ access, path });
    const permissions = {
      network: { enabled: true },
      fileSystem: {
        read: ['/data'],
        write: ['/project/out', '/other'],
        globScanMaxDepth: 3,
        entries: [
          entry('read', { type: 'path', path: '/data' }),
          entry('write', { type: 'path', path: '/other' }),
          entry('read', { type: 'glob_pattern', pattern: '**/*.md' }),
          entry('write', { type: 'special', value: { kind: 'project_roots', subpath: 'dist' } }),
          entry('read', { type: 'special', value: { kind: 'root' } }),
          entry('deny', { type: 'path', path: '/data/secret' }),
        ],
      },
    };
    const approval = ask(permissions);
    const names = approval?.view.fields?.map((field) => field.label) ?? [];
    expect(names).toEqual([
      'Use the network',
      'Read /data',
      'Write to out',
      'Write to /other',
      'Read files like **/*.md',
      'Write to dist in the project folders',
      'Read the whole computer',
    ]);
    const granting = (...wanted: string[]) => names.map((name) => wanted.includes(name));
    expect(approval?.fill?.('acceptForSession', granting('Read /data', 'Read files like **/*.md'))).toEqual({
      permissions: {
        fileSystem: {
          read: ['/data'],
          write: [],
          globScanMaxDepth: 3,
          entries: [
            entry('read', { type: 'path', path: '/data' }),
            entry('read', { type: 'glob_pattern', pattern: '**/*.md' }),
            entry('deny', { type: 'path', path: '/data/secret' }),
          ],
        },
      },
      scope: 'session',
    });
    expect(approval?.fill?.('accept', granting('Use the network'))).toEqual({
      permissions: { network: { enabled: true } },
      scope: 'turn',
    });
    expect(approval?.fill?.('accept', granting())).toEqual({ permissions: {}, scope: 'turn' });
    expect(approval?.fill?.('accept', granting(...names))).toEqual(approval?.answers.get('accept'));
    expect(approval?.fill?.('accept', [true])).toBeUndefined();
    expect(approval?.fill?.('decline', granting(...names))).toBeUndefined();
  });

  it('does not speak of a network that stays closed', () => {
    expect(ask({ network: { enabled: false }, fileSystem: null })?.view.title).toBe('Allow more permissions?');
  });
});

describe('any request of the server', () => {
  const shown = [
    'item/commandExecution/requestApproval',
    'item/fileChange/requestApproval',
    'item/permissions/requestApproval',
    'mcpServer/elicitation/request',
    'item/tool/requestUserInput',
  ];

  it('is shown when it is one of those that can be, and refused otherwise', () => {
    for (const method of Object.keys(SERVER_REQUEST_ROUTES).filter((entry) => !shown.includes(entry)))
      expect(toApproval(request(method, ids), context)).toBeUndefined();
    expect(toApproval(request('item/somethingNew/requestApproval', ids), context)).toBeUndefined();
  });
});

describe('what an acceptance grants besides', () => {
  it('is part of the question', () => {
    const ids = { threadId: 't', turnId: 'u', itemId: 'i' };
    const context = { id: 'a', folder: '/project', changes: [], folders: ['/project'] };
    const ask = (method: string, params: object) =>
      toApproval({ id: 1, method, params: { ...ids, ...params }, ...ids }, context)?.view.reason;
    expect(ask('item/fileChange/requestApproval', { reason: 'why', grantRoot: '/other' })).toBe(
      'why\nThis also allows: write to /other',
    );
    const additionalPermissions = {
      network: { enabled: true },
      fileSystem: { read: ['/data'], write: ['/project/out'] },
    };
    expect(ask('item/commandExecution/requestApproval', { kind: 'command', additionalPermissions })).toBe(
      'This also allows: use the network, read /data, write to out',
    );
  });
});
