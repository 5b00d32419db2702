import assert from 'node:assert/strict';
import { DisposableStore } from '../../src/base/disposable';
import { nullLogger } from '../../src/base/logger';
import type { Conversation } from '../../src/conversation/conversation';
import type { Review } from '../../src/conversation/review/review';
import type { ComposerCommand } from '../../src/shared/composer';
import { runSlashCommand, type SlashContext } from '../../src/surfaces/chat/composer/slashCommands';
import { SideQuestions } from '../../src/surfaces/chat/sideQuestions';
import type { FileRestorer } from '../../src/surfaces/edits/fileRestorer';
import { ReviewActions } from '../../src/surfaces/review/reviewActions';
import { answerMessages, type Message } from './restoreBench';

let store: DisposableStore;
let messages: Message[];
let answers: (string | undefined)[];
let opened: (readonly string[])[];
let configured: unknown[];
let putBack: string[];
let asked: string[];
let disallowedModes: string[];
let side: { isAnswering: boolean; ask(question: string): Promise<void> };

async function run(name: ComposerCommand, argument?: string): Promise<void> {
  const conversation = {
    view: { title: 'Title', side: null, unreviewed: [{ path: '/a.ts' }, { path: '/b.ts' }] },
    configure: (choice: unknown) => configured.push(choice),
    side,
  } as unknown as Conversation;
  const context = {
    review: { open: (paths: readonly string[]) => Promise.resolve(void opened.push(paths)) },
    status: { requirements: { disallowedModes } },
    sides: new SideQuestions({
      conversations: { fork: () => Promise.reject(new Error('not asked for')) },
      openCopy: () => undefined,
      putBack: (_conversation, text) => putBack.push(text),
    }),
  } as unknown as SlashContext;
  await runSlashCommand(name, conversation, context, argument);
}

describe('The command', () => {
  beforeEach(() => {
    store = new DisposableStore();
    [messages, answers, opened, configured, putBack, asked, disallowedModes] = [[], [], [], [], [], [], []];
    side = { isAnswering: false, ask: (question) => Promise.resolve(void asked.push(question)) };
    store.add(answerMessages(messages, answers));
  });

  afterEach(() => store.dispose());

  it('/diff opens the unreviewed changes of the conversation', async () => {
    await run('diff');
    assert.deepEqual(opened, [['/a.ts', '/b.ts']]);
  });

  it('/diff says so where there are none', async () => {
    const review = { get: () => undefined } as unknown as Review;
    const restore = {} as unknown as FileRestorer;
    const none = () => undefined;
    const actions = new ReviewActions({ review, restore, logger: nullLogger, deleted: none, onDidUndo: none });
    await actions.open([]);
    assert.deepEqual(
      messages.map(({ text }) => text),
      ['There are no unreviewed changes.'],
    );
  });

  it('/plan changes the mode only where the organisation allows it', async () => {
    await run('plan');
    disallowedModes = ['plan'];
    await run('plan');
    assert.deepEqual(configured, [{ mode: 'plan' }]);
    assert.match(messages.map(({ text }) => text).join(), /does not allow Plan mode/);
  });

  it('/side asks, and keeps no words that were asked', async () => {
    await run('side', 'Why?');
    assert.deepEqual([asked, putBack], [['Why?'], []]);
  });

  it('/side puts the question back into the composer where it cannot be asked', async () => {
    side = { ...side, ask: () => Promise.reject(new Error('There is no conversation yet.')) };
    await assert.rejects(run('side', 'Why?'), /There is no conversation yet/);
    assert.deepEqual(putBack, ['/side Why?']);
  });

  it('/side puts the question back into the composer where the person lets the one before go on', async () => {
    side = { ...side, isAnswering: true };
    answers.push(undefined, 'Ask the New One');
    await run('side', 'Why?');
    await run('side', 'And how?');
    assert.deepEqual([asked, putBack], [['And how?'], ['/side Why?']]);
  });
});
