import { ESLint } from 'eslint';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { TABLE, violation } from '../../../scripts/lint/importTable.mjs';

const ROOT = path.resolve(__dirname, '../../..');
const check = (file: string, source: string) => violation(path.join(ROOT, file), source, ROOT);

describe('the import table', () => {
  it.each([
    ['src/base/event.ts', './disposable'],
    ['src/transport/connection.ts', '../base/errors'],
    ['src/transport/connection.ts', 'node:child_process'],
    ['src/transport/connection.ts', 'vscode-jsonrpc/node'],
    ['src/router/messageRouter.ts', '../transport/appServer'],
    ['src/router/notification.ts', '../protocol/generated/methods'],
    ['src/conversation/edits/textEdits.ts', '../../shared/conversation'],
    ['src/conversation/edits/textEdits.ts', '../commandText'],
    ['src/conversation/reduce.ts', '../router/notification'],
    ['src/conversation/threadLink.ts', '../transport/appServer'],
    ['src/surfaces/chat/deeper/still/panel.ts', '../../../../conversation/conversation'],
    ['src/surfaces/chat/panel.ts', 'vscode'],
    ['src/surfaces/chat/panel.ts', '../edits/diskFile'],
    ['webview/chat/Turn.tsx', '../../src/shared/conversation'],
    ['webview/ui/markdown/Markdown.tsx', '../../host/vscodeApi'],
    ['webview/ui/markdown/Markdown.tsx', 'solid-js/store'],
    ['src/extension.ts', './transport/appServerProcess'],
    ['test/unit/anything.test.ts', '../../src/surfaces/chat/panel'],
    ['scripts/build.ts', 'esbuild'],
  ])('lets %s import %s', (file, source) => {
    expect(check(file, source)).toBeUndefined();
  });

  it.each([
    ['src/base/event.ts', '../shared/conversation', 'base may not import shared/conversation'],
    ['src/base/event.ts', 'node:events', 'base may not use the package node:events'],
    ['src/shared/messages.ts', '../conversation/modes', 'shared may not import conversation/modes'],
    ['src/router/messageRouter.ts', '../transport/connection', 'router may not import transport/connection'],
    ['src/router/messageRouter.ts', '../conversation/reduce', 'router may not import conversation/reduce'],
    ['src/conversation/reduce.ts', 'vscode', 'conversation may not use the package vscode'],
    ['src/conversation/reduce.ts', 'node:path', 'conversation may not use the package node:path'],
    [
      'src/conversation/edits/textEdits.ts',
      '../../surfaces/edits/diskFile',
      'conversation may not import surfaces/edits/diskFile',
    ],
    [
      'src/conversation/edits/deeper/a.ts',
      '../../../transport/connection',
      'conversation may not import transport/connection',
    ],
    ['src/transport/connection.ts', '../router/messageRouter', 'transport may not import router/messageRouter'],
    ['src/transport/connection.ts', 'vscode', 'transport may not use the package vscode'],
    ['src/surfaces/chat/panel.ts', '../../transport/connection', 'surfaces may not import transport/connection'],
    ['src/surfaces/chat/panel.ts', '../../router/appServerClient', 'surfaces may not import router/appServerClient'],
    ['src/surfaces/chat/panel.ts', 'vscode-nls', 'surfaces may not use the package vscode-nls'],
    ['src/surfaces/chat/panel.ts', '../../extension', 'surfaces may not import extension'],
    ['src/surfaces/chat/panel.ts', '../../../webview/chat/state', 'surfaces may not import ../webview/chat/state'],
    ['src/surfaces/chat/panel.ts', '../../../test/support/replay', 'surfaces may not import ../test/support/replay'],
    ['webview/chat/Turn.tsx', '../../src/conversation/reduce', 'webview may not import conversation/reduce'],
    ['webview/ui/markdown/deep/er/a.tsx', '../../../../../src/base/event', 'webview may not import base/event'],
    ['webview/chat/Turn.tsx', 'vscode', 'webview may not use the package vscode'],
  ])('does not let %s import %s', (file, source, message) => {
    expect(check(file, source)).toBe(message);
  });

  it('knows every folder of src', () => {
    const stages = ['base', 'protocol', 'shared', 'transport', 'router', 'conversation', 'surfaces', 'webview'];
    expect(Object.keys(TABLE).sort()).toEqual([...stages].sort());
  });

  it('reports imports, exports, types and dynamic imports where they stand', async () => {
    const eslint = new ESLint({
      cwd: ROOT,
      ruleFilter: ({ ruleId }) => ruleId === 'switchyard/import-table',
      // Where CI is set, the parser would take the file as it is on the disk instead of this text.
      overrideConfig: { languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } } },
    });
    const code = [
      "import type { Uri } from 'vscode';",
      "export { reduce } from '../conversation/reduce';",
      "export * from '../conversation/items';",
      "export const late = import('../surfaces/host/settings');",
      "export { Emitter } from './event';",
    ];
    const [result] = await eslint.lintText(code.join('\n'), { filePath: path.join(ROOT, 'src/base/errors.ts') });
    expect(result?.messages.map(({ line, message }) => [line, message])).toEqual([
      [1, 'base may not use the package vscode'],
      [2, 'base may not import conversation/reduce'],
      [3, 'base may not import conversation/items'],
      [4, 'base may not import surfaces/host/settings'],
    ]);
  }, 60_000);
});
