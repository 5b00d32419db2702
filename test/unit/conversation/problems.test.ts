import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RpcError, SwitchyardError } from '../../../src/base/errors';
import { loadProblem, sendProblem, serverProblem, turnProblem } from '../../../src/conversation/problems';
import { retryLine } from '../../../src/conversation/turnErrors';
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
    ['contextWindowExceeded', 'The conversation is too long for the model', ['compactAndRetry', 'newConversation']],
    ['sessionBudgetExceeded', 'The budget of this conversation is used up', ['newConversation']],
    ['rateLimitExceeded', 'Too many requests', ['retry']],
    ['flexUnavailable', 'Flexible processing is not available now', ['retry', 'selectModel']],
    ['modelNotFound', 'The model is not available', ['selectModel', 'retry']],
    ['policyCapacityUnavailable', 'The model service has no room for this request', ['retry', 'selectModel']],
    ['inferenceHookDenied', 'A hook refused the request', ['showLog']],
    ['cyberPolicy', 'The model refused this for reasons of security', ['selectModel']],
    ['misalignmentPolicyViolation', 'Codex was stopped, because it may have gone against what you want', []],
    ['tooManyDenials', 'Codex stopped, because too many of its actions were refused', ['selectMode']],
    [{ responseStreamConnectionFailed: { httpStatusCode: 502 } }, 'The connection to the model was lost', ['retry']],
    ['badRequest', 'The model did not accept the request', ['retry', 'selectModel', 'showLog']],
    ['threadRollbackFailed', 'The conversation could not be taken back', ['showLog']],
    ['sandboxError', 'The sandbox did not work', ['retry', 'selectMode', 'showLog']],
    [{ activeTurnNotSteerable: { turnKind: 'review' } }, 'The running turn takes no messages', ['retry']],
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

  it('has a meaning of its own for every kind that this version of the server knows', () => {
    const file = path.resolve(__dirname, '../../../src/protocol/generated/types/v2/CodexErrorInfo.ts');
    const union = readFileSync(file, 'utf8').split('export type CodexErrorInfo =')[1] ?? '';
    const kinds = [...union.matchAll(/(?:\| |\{ |= ?)?"(\w+)"/g)].map(([, kind]) => kind ?? '');
    expect(kinds.length).toBeGreaterThan(20);
    const general = kinds.filter((kind) => turnProblem(turnError(kind)).title === 'The turn failed');
    expect(general).toEqual(['other']);
    for (const kind of kinds) expect(turnProblem(turnError(kind)).detail).toContain('is kept.');
  });

  it('tells what the service explains of a turn that it stopped', () => {
    const misalignment = { errorType: null, detailedExplanation: 'It deleted a backup.', steer: null };
    const error = { ...turnError('misalignmentPolicyViolation'), misalignment };
    expect(turnProblem(error).detail).toContain('It deleted a backup.');
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

describe('the line of a connection that is tried again', () => {
  it.each([
    ['Reconnecting... 2/5', 'stream disconnected', 'Reconnecting to the model, 2 of 5: stream disconnected'],
    ['Reconnecting... 2/5', null, 'Reconnecting to the model, 2 of 5…'],
    ['The network is gone', null, 'Reconnecting to the model: The network is gone'],
  ])('of “%s” and “%s” is “%s”', (words, additionalDetails, line) => {
    expect(retryLine({ ...turnError('other', words), additionalDetails })).toBe(line);
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
    expect(sendProblem(archived).actions).toEqual(['unarchive', 'retry']);
    expect(sendProblem(busy)).toMatchObject({
      title: 'Another window has this conversation open',
      detail: expect.stringContaining('Your message is kept') as string,
    });
    expect(loadProblem(new Error('x'))).toMatchObject({ title: 'The conversation could not be read' });
  });
});
