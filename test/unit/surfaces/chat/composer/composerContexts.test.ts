import { expect, it } from 'vitest';
import type { Attachment } from '../../../../../src/shared/composer';
import { ComposerContexts } from '../../../../../src/surfaces/chat/composer/composerContexts';

const active = { attachment: () => undefined, onDidChange: () => ({ dispose: () => undefined }) };
const of = (threadId: string | null) => ({ key: 'key', threadId });
const file = (label: string): Attachment => ({
  id: label,
  kind: 'file',
  label,
  detail: '',
  path: `/${label}`,
  text: '',
});

function open(memory = new Map<string, unknown>()) {
  const memento = {
    keys: () => [],
    get: (key: string) => memory.get(key),
    update: (key: string, value: unknown) => Promise.resolve(void memory.set(key, structuredClone(value))),
  };
  return { memory, contexts: new ComposerContexts(memento as never, active) };
}

it('goes on in another thread with what is attached, also over a reload', () => {
  const { memory, contexts } = open();
  contexts.add(of('old'), file('a.ts'));
  let changes = 0;
  contexts.onDidChange(() => changes++);
  contexts.continueAs('old', 'new');
  expect(contexts.attached(of('new'))).toEqual([file('a.ts')]);
  expect([contexts.attached(of('old')), changes]).toEqual([[], 1]);
  expect(open(memory).contexts.attached(of('new'))).toEqual([file('a.ts')]);
});

it('keeps what was attached in the other thread since', () => {
  const { contexts } = open();
  contexts.add(of('old'), file('a.ts'));
  contexts.add(of('new'), file('b.ts'));
  contexts.continueAs('old', 'new');
  expect(contexts.attached(of('new'))).toEqual([file('b.ts')]);
});

it('names all files that are attached', () => {
  const { contexts } = open();
  contexts.add(of('one'), file('a.ts'));
  contexts.add({ key: 'other', threadId: 'two' }, file('b.ts'), { ...file('c'), path: null });
  expect(contexts.files()).toEqual(['/a.ts', '/b.ts']);
});

it('keeps nothing of a conversation that was deleted', () => {
  const { memory, contexts } = open();
  contexts.add(of('old'), file('a.ts'));
  contexts.includeActive(of('old'), false);
  contexts.forget(of('old'));
  expect([contexts.attached(of('old')), contexts.view(of('old')).withActive]).toEqual([[], true]);
  expect(memory.get('attachments')).toEqual({});
});
