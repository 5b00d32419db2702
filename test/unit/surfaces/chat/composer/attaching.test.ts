import { expect, it } from 'vitest';
import { Attaching } from '../../../../../src/surfaces/chat/composer/attaching';
import { deferred } from '../../../../support/conversations';
import { settled } from '../../../../support/fakeClient';

const conversation = {};
const hangs = new Promise<void>(() => undefined);

it('waits for all that is being attached, also for what fails', async () => {
  const attaching = new Attaching();
  const [one, other] = [deferred<undefined>(), deferred<undefined>()];
  attaching.add(conversation, one.promise);
  attaching.add(conversation, other.promise);
  let hasEnded = false;
  const ended = attaching.end(conversation)?.then(() => (hasEnded = true));
  other.reject(new Error('no image'));
  await settled();
  expect(hasEnded).toBe(false);
  one.resolve(undefined);
  await ended;
  expect(attaching.end(conversation)).toBeUndefined();
});

it('holds up one message for what hangs, and not the next', async () => {
  const attaching = new Attaching(0);
  attaching.add(conversation, hangs);
  await attaching.end(conversation);
  expect(attaching.end(conversation)).toBeUndefined();
});

it('knows of each conversation by itself', () => {
  const attaching = new Attaching();
  attaching.add(conversation, hangs);
  expect(attaching.end({})).toBeUndefined();
});
