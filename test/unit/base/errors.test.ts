import { describe, expect, it } from 'vitest';
import { RpcError, SwitchyardError, hasReason, messageOf } from '../../../src/base/errors';

describe('errors', () => {
  it('T5: an error answer keeps its method, code, message and data', () => {
    const error = new RpcError('turn/start', -32602, 'too long', { max: 1 });
    expect(error).toMatchObject({ reason: 'rpc', code: -32602, rpcMessage: 'too long', data: { max: 1 } });
    expect(error.message).toBe('turn/start: too long (-32602)');
  });

  it('T7: the overload code is a reason of its own', () => {
    expect(new RpcError('thread/list', -32001, 'later').reason).toBe('overloaded');
  });

  it('tells a failure by its reason', () => {
    expect(hasReason(new SwitchyardError('deadline', 'late'), 'deadline')).toBe(true);
    expect(hasReason(new SwitchyardError('deadline', 'late'), 'cancelled')).toBe(false);
    expect(hasReason(new Error('deadline'), 'deadline')).toBe(false);
    expect(hasReason(undefined, 'deadline')).toBe(false);
  });

  it('keeps the cause of a failure', () => {
    const cause = new Error('disk full');
    expect(new SwitchyardError('startFailed', 'no start', { cause }).cause).toBe(cause);
  });

  it('gives a message for whatever was thrown', () => {
    expect(messageOf(new Error('boom'))).toBe('boom');
    expect(messageOf('text')).toBe('text');
    expect(messageOf(undefined)).toBe('undefined');
  });
});
