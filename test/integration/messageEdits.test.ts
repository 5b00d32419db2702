import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { nullLogger } from '../../src/base/logger';
import type { Conversation } from '../../src/conversation/conversation';
import type { Attachment } from '../../src/shared/composer';
import type { EditMessage } from '../../src/surfaces/chat/messageEdits';
import { MessageEdits } from '../../src/surfaces/chat/messageEdits';
import { ComposerContexts } from '../../src/surfaces/chat/composer/composerContexts';
import { Drafts } from '../../src/surfaces/chat/drafts';
import { systemTimer } from '../../src/transport/systemTimer';

const view = { key: 'key', threadId: 'thread', turns: [] };
const conversation = { view } as unknown as Conversation;
const chip: Attachment = { id: 'a', kind: 'file', label: 'a.ts', detail: '', path: '/a.ts', text: '' };

let drafts: Drafts;
let contexts: ComposerContexts;
let edits: MessageEdits;
let sent: unknown[];
/** Runs while the server is asked for the message, and while the conversation is taken back. */
let meanwhile: () => unknown;
let isTakenBack: boolean;

function memento(): vscode.Memento {
  return { keys: () => [], get: () => undefined, update: () => Promise.resolve() };
}

const say = (message: Omit<EditMessage, 'key'>) =>
  edits.receive({ ...message, key: 'key' } as EditMessage, conversation);
const begin = (draft: string) => say({ type: 'editMessage', turnId: 't1', draft } as EditMessage);

describe('A message that is edited', () => {
  beforeEach(() => {
    drafts = new Drafts(memento(), systemTimer);
    contexts = new ComposerContexts(memento(), {
      attachment: () => undefined,
      onDidChange: () => ({ dispose: () => undefined }),
    });
    sent = [];
    meanwhile = () => undefined;
    isTakenBack = true;
    edits = new MessageEdits({
      readSent: async () => {
        await meanwhile();
        return { text: 'The earlier message', attachments: [] };
      },
      memory: memento(),
      drafts,
      contexts,
      composer: {
        attached: () => Promise.resolve(),
        send: (_conversation, text) => {
          sent.push([text, contexts.take(view).map(({ label }) => label)]);
          return Promise.resolve();
        },
      },
      composers: { replace: (_conversation, text) => drafts.set(view, text) },
      conversations: { fork: () => Promise.reject(new Error('not asked for')) },
      checkpoint: {
        goBack: async (_conversation, _turnId, sendAnew) => {
          await meanwhile();
          if (!isTakenBack) return;
          sendAnew();
          // What was written meanwhile goes after it.
          sent.push('released');
        },
      },
      openCopy: () => undefined,
      logger: nullLogger,
    });
  });

  afterEach(() => drafts.dispose());

  it('puts aside what was typed until it came, not only until it was asked for', async () => {
    meanwhile = () => drafts.set(view, 'Half a thought, and more');
    await begin('Half a thought');
    assert.equal(drafts.get(view), 'The earlier message');
    await say({ type: 'cancelEdit' });
    assert.equal(drafts.get(view), 'Half a thought, and more');
  });

  it('puts aside what the panel has, where it was not told before', async () => {
    await begin('Half a thought');
    await say({ type: 'cancelEdit' });
    assert.equal(drafts.get(view), 'Half a thought');
  });

  it('is not cancelled while it is being sent: what was put aside does not go with it', async () => {
    contexts.add(view, chip);
    await begin('My draft');
    meanwhile = () => say({ type: 'cancelEdit' });
    await say({ type: 'sendEdited', text: 'Anew', how: 'inPlace' } as EditMessage);
    assert.deepEqual(sent, [['Anew', []], 'released']);
    assert.equal(drafts.get(view), 'My draft');
    assert.deepEqual(contexts.attached(view), [chip]);
  });

  it('stays in the composer when the conversation is not taken back', async () => {
    await begin('My draft');
    isTakenBack = false;
    await say({ type: 'sendEdited', text: 'Anew', how: 'inPlace' } as EditMessage);
    assert.deepEqual([sent, drafts.get(view), edits.turnIdOf(view)], [[], 'The earlier message', 't1']);
  });

  it('goes on in another thread, with what was put aside', async () => {
    contexts.add(view, chip);
    await begin('My draft');
    edits.continueAs('thread', 'copy');
    assert.deepEqual(
      ['thread', 'copy'].map((threadId) => edits.turnIdOf({ threadId })),
      [undefined, 't1'],
    );
    assert.deepEqual(edits.files(), ['/a.ts']);
  });
});
