import { describe, expect, it } from 'vitest';
import { RpcError, SwitchyardError } from '../../../src/base/errors';
import { loadProblem, sendProblem, serverProblem, turnProblem } from '../../../src/conversation/problems';
import type { TurnError } from '../../../src/protocol/generated/types/v2/TurnError';

const turnError = (codexErrorInfo: unknown, message = 'It said no.'): TurnError =>
  ({ message, codexErrorInfo, additionalDetails: null, misalignment: null }) as TurnError;

describe('turnProblem', () => {
  it.each([
    ['unauthorized', 'The model refused the sign-in', ['signIn', 'retry']],
    [{ httpConnectionFailed: { httpStatusCode: 401 } }, 'The model refused the sign-in', ['signIn', 'retry']],
    [{ httpConnectionFailed: { httpStatusCode: 403 } }, 'The model refused the sign-in', ['signIn', 'retry']],
    [{ httpConnectionFailed: { httpStatusCode: null } }, 'The connection to the model was lost', ['retry']],
    [{ responseStreamDisconnected: { httpStatusCode: null } }, 'The connection to the model was lost', ['retry']],
    [{ responseTooManyFailedAttempts: { httpStatusCode: 429 } }, 'Too many requests', ['retry']],
    [{ responseTooManyFailedAttempts: { httpStatusCode: 502 } }, 'The model did not answer', ['retry']],
    ['usageLimitExceeded', 'Usage limit reached', ['retry']],
    ['contextWindowExceeded', 'The conversation is too long for the model', ['compact', 'newConversation']],
    ['serverOverloaded', 'The model service has trouble', ['retry']],
    ['internalServerError', 'The model service has trouble', ['retry']],
    ['other', 'The turn failed', ['retry', 'showLog']],
    ['somethingOfTomorrow', 'The turn failed', ['retry', 'showLog']],
    [{ somethingOfTomorrow: 5 }, 'The turn failed', ['retry', 'showLog']],
    [{}, 'The turn failed', ['retry', 'showLog']],
    [null, 'The turn failed', ['retry', 'showLog']],
  ])('of %j is %j', (info, title, actions) => {
    expect(turnProblem(turnError(info))).toMatchObject({ title, actions });
  });

  it('quotes what the server said', () => {
    const error = { ...turnError('other'), additionalDetails: 'More of it.' };
    expect(turnProblem(error).detail).toContain('It said no.\nMore of it.');
  });

  it('knows a broken stream by its words where the kind does not tell', () => {
    const error = turnError('other', 'stream disconnected before completion');
    expect(turnProblem(error).title).toBe('The connection to the model was lost');
  });

  it('has something to say of a failure without an error', () => {
    expect(turnProblem(null)).toMatchObject({ title: 'The turn failed', actions: ['retry', 'showLog'] });
  });
});

describe('serverProblem', () => {
  it.each([
    ['codexNotFound', ['installCodex', 'chooseCodex', 'restart']],
    ['codexTooOld', ['installCodex', 'chooseCodex', 'restart']],
    ['codexNotRunnable', ['installCodex', 'chooseCodex', 'showLog']],
    ['workspaceNotTrusted', []],
    ['startFailed', ['restart', 'showLog']],
    ['connectionLost', ['restart', 'showLog']],
  ] as const)('of %s offers %j', (reason, actions) => {
    const problem = serverProblem(new SwitchyardError(reason, 'What happened.\nlast words'));
    expect(problem.actions).toEqual(actions);
    expect(problem.detail).toContain('What happened.');
  });

  it('quotes the last words of a server that ended', () => {
    expect(serverProblem(new SwitchyardError('connectionLost', 'Ended.\nerror: a\nerror: b')).detail).toBe(
      'Ended.\nerror: a\nerror: b',
    );
  });
});

describe('sendProblem', () => {
  it('says in every case that the message is kept, and lets it be sent again', () => {
    const errors = [
      new RpcError('turn/start', -32600, 'no'),
      new SwitchyardError('connectionLost', 'gone'),
      new SwitchyardError('codexNotFound', 'not there'),
      new SwitchyardError('deadline', 'too slow'),
      new Error('a defect'),
      'thrown text',
    ];
    for (const error of errors) {
      const { detail, actions } = sendProblem(error);
      expect(detail).toContain('Your message is kept.');
      expect(actions.some((action) => action === 'retry' || action === 'restart')).toBe(true);
      expect(new Set(actions).size).toBe(actions.length);
    }
  });

  it('says what the server answered', () => {
    expect(sendProblem(new RpcError('turn/start', -32600, 'model not found'))).toMatchObject({ title: 'Not sent' });
    expect(sendProblem(new RpcError('turn/start', -32600, 'model not found')).detail).toContain('model not found');
  });
});

describe('loadProblem', () => {
  it('knows a conversation that another window writes', () => {
    const busy = new RpcError('thread/resume', -32600, 'thread t already has an active writer');
    expect(loadProblem(busy)).toMatchObject({
      title: 'Another window has this conversation open',
      actions: ['retry', 'forkConversation'],
    });
    const archived = new RpcError(
      'thread/resume',
      -32600,
      'session 01a2 is archived. Run `codex unarchive 01a2` first.',
    );
    expect(loadProblem(archived)).toMatchObject({ title: 'This conversation is archived', actions: ['unarchive'] });
    expect(sendProblem(busy)).toMatchObject({
      title: 'Another window has this conversation open',
      detail: expect.stringContaining('Your message is kept') as string,
    });
    expect(loadProblem(new Error('x'))).toMatchObject({ title: 'The conversation could not be read' });
  });
});
