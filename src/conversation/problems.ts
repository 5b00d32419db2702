import { hasReason, SwitchyardError, RpcError, messageOf } from '../base/errors';
import type { TurnError } from '../protocol/generated/types/v2/TurnError';
import type { ProblemAction, ProblemView } from '../shared/conversation';
import { MEANINGS } from './turnErrors';
import type { LimitReached } from './limits';

const KEPT = 'Everything up to here is kept.';

/**
 * What a failed turn means to the person (error kinds: codex app-server 0.169.0). `limit`: what is known of the limit
 * where one was reached.
 */
export function turnProblem(error: TurnError | null, limit?: LimitReached): ProblemView {
  const { kind, httpStatus } = kindOf(error);
  const said = [error?.message, error?.additionalDetails].filter((text) => text).join('\n');
  const problem = (title: string, advice: string, ...actions: ProblemAction[]): ProblemView => ({
    title,
    detail: [advice, said === title ? '' : said].filter((text) => text !== '').join('\n'),
    actions,
  });
  if (kind === 'unauthorized' || httpStatus === 401 || httpStatus === 403) {
    return problem('The model refused the sign-in', `${KEPT} Sign in again, then retry.`, 'signIn', 'retry');
  }
  switch (kind) {
    case 'usageLimitExceeded':
      return withLimit(
        problem('Usage limit reached', `${KEPT} Retry when the limit is reset, or use another account.`, 'retry'),
        limit,
      );
    case 'rateLimitExceeded':
      return problem('Too many requests', `${KEPT} Wait a moment, then retry.`, 'retry');
    case 'serverOverloaded':
    case 'internalServerError':
      return problem('The model service has trouble', `${KEPT} This is usually over soon.`, 'retry');
    case 'responseStreamDisconnected':
    case 'responseStreamConnectionFailed':
    case 'httpConnectionFailed':
      return problem('The connection to the model was lost', `${KEPT} Check the network, then retry.`, 'retry');
    case 'responseTooManyFailedAttempts':
      return httpStatus === 429
        ? problem('Too many requests', `${KEPT} Wait a moment, then retry.`, 'retry')
        : problem('The model did not answer', `${KEPT} All attempts failed.`, 'retry');
    default: {
      const meaning = Object.hasOwn(MEANINGS, kind) ? MEANINGS[kind] : undefined;
      const explanation = error?.misalignment?.detailedExplanation ?? '';
      if (meaning) {
        const advice = [`${KEPT} ${meaning.advice}`, explanation].filter((text) => text !== '').join('\n');
        return problem(meaning.title, advice, ...meaning.actions);
      }
      return /stream disconnected|reconnect/i.test(said)
        ? problem('The connection to the model was lost', `${KEPT} Check the network, then retry.`, 'retry')
        : problem('The turn failed', KEPT, 'retry', 'showLog');
    }
  }
}

/** The time of the reset is told apart from the words: whoever shows it knows the person's time zone. */
function withLimit(problem: ProblemView, limit: LimitReached | undefined): ProblemView {
  const { plan = null, credits = null, resetsAtMs = null } = limit ?? {};
  const account = [plan === null ? '' : `Plan: ${plan}.`, credits === null ? '' : `Beyond it: ${credits}.`];
  return {
    ...problem,
    detail: [problem.detail, account.filter(Boolean).join(' ')].filter(Boolean).join('\n'),
    ...(resetsAtMs !== null && { resetsAtMs }),
  };
}

/** The kind in the server's open union of strings and one-key objects, and the HTTP status where it carries one. */
function kindOf(error: TurnError | null): { kind: string; httpStatus: number | undefined } {
  const info = error?.codexErrorInfo;
  if (typeof info === 'string') return { kind: info, httpStatus: undefined };
  if (typeof info !== 'object' || info === null) return { kind: 'other', httpStatus: undefined };
  const [kind = 'other', value] = Object.entries(info as Record<string, unknown>)[0] ?? [];
  const status =
    typeof value === 'object' && value !== null && 'httpStatusCode' in value ? value.httpStatusCode : undefined;
  return { kind, httpStatus: typeof status === 'number' ? status : undefined };
}

/** What a server that does not run means to the person. */
export function serverProblem(error: SwitchyardError): ProblemView {
  const [summary = '', ...lastWords] = error.message.split('\n');
  const detail = lastWords.join('\n');
  switch (error.reason) {
    case 'codexNotFound':
      return {
        title: 'Codex was not found',
        detail: `${summary}\nInstall it here, or choose the program if you have it.`,
        actions: ['installCodex', 'chooseCodex', 'restart'],
      };
    case 'codexTooOld':
      return { title: 'Codex is too old', detail: summary, actions: ['installCodex', 'chooseCodex', 'restart'] };
    case 'codexNotRunnable':
      return {
        title: 'Codex cannot be run',
        detail: error.message,
        actions: ['installCodex', 'chooseCodex', 'showLog'],
      };
    case 'workspaceNotTrusted':
      return { title: 'This workspace is not trusted', detail: summary, actions: [] };
    default:
      return {
        title: 'Codex stopped',
        detail: `${summary}${detail === '' ? '' : `\n${detail}`}`,
        actions: ['restart', 'showLog'],
      };
  }
}

/** The person did not give full access to a turn that was to have it. */
export function fullAccessDeclined(): SwitchyardError {
  return new SwitchyardError(
    'declined',
    'Full access was not given. Choose another mode below the message box, then retry.',
  );
}

/** What a message that did not reach the server means to the person. */
export function sendProblem(error: unknown): ProblemView {
  const readOnly = readOnlyProblem(error);
  if (readOnly) {
    const actions = [...new Set<ProblemAction>([...readOnly.actions, 'retry'])];
    return { ...readOnly, detail: `${readOnly.detail}\nYour message is kept.`, actions };
  }
  if (error instanceof RpcError && /is not in the allowed set/.test(error.rpcMessage)) {
    return {
      title: 'Not allowed by your organisation',
      detail: `${error.rpcMessage}\nChoose another mode, then retry. Your message is kept.`,
      actions: ['selectMode', 'retry'],
    };
  }
  if (hasReason(error, 'declined')) return { title: 'Not sent', detail: error.message, actions: ['retry'] };
  if (error instanceof SwitchyardError && !(error instanceof RpcError) && error.reason !== 'deadline') {
    const { title, detail, actions } = serverProblem(error);
    // Where a restart is the first thing to do, it also sends the message; elsewhere sending it again is the restart.
    const next: readonly ProblemAction[] =
      actions[0] === 'restart' ? actions : [...actions.filter((action) => action !== 'restart'), 'retry'];
    return { title, detail: `${detail}\nYour message is kept.`, actions: next };
  }
  return { title: 'Not sent', detail: `${messageOf(error)}\nYour message is kept.`, actions: ['retry', 'showLog'] };
}

/** What a side question that did not reach the model means to the person. */
export function sideProblem(error: unknown): ProblemView {
  const isServer = error instanceof SwitchyardError && !(error instanceof RpcError) && error.reason !== 'deadline';
  const { title, detail } = isServer ? serverProblem(error) : { title: 'Not asked', detail: messageOf(error) };
  return { title, detail, actions: [] };
}

/** The server ended before a side question was answered. */
export const SIDE_LOST: ProblemView = {
  title: 'Codex stopped before it had answered',
  detail: 'Ask again once it runs.',
  actions: [],
};

/** What a conversation that could not be read means to the person. */
export function loadProblem(error: unknown): ProblemView {
  return (
    readOnlyProblem(error) ?? {
      title: 'The conversation could not be read',
      detail: `${messageOf(error)}\nNothing is lost.`,
      actions: ['retry', 'showLog'],
    }
  );
}

/** Why a conversation can be read, but not be continued here (messages: codex app-server 0.169.0). */
function readOnlyProblem(error: unknown): ProblemView | undefined {
  if (!(error instanceof RpcError)) return undefined;
  if (/already has an active writer/.test(error.rpcMessage)) {
    return {
      title: 'Another window has this conversation open',
      detail:
        'Here you can read it. Only one window can continue a conversation: close that window, then retry, or go on in a copy.',
      actions: ['retry', 'forkConversation'],
    };
  }
  if (/^session \S+ is archived/.test(error.rpcMessage)) {
    return {
      title: 'This conversation is archived',
      detail: 'You can read it. To continue it, take it out of the archive.',
      actions: ['unarchive'],
    };
  }
  return undefined;
}

/** The turn ended before the message reached it. */
export const NOT_TAKEN: ProblemView = {
  title: 'Not sent',
  detail: 'The turn ended before Codex took this message. It is kept.',
  actions: ['retry'],
};

/** The server ended in the middle of a turn. */
export const INTERRUPTED_BY_SERVER_END: ProblemView = {
  title: 'Codex stopped in the middle of this turn',
  detail: `${KEPT} Files already written stay as they are. Retry sends the message again.`,
  actions: ['retry', 'showLog'],
};

/** The window was reloaded or closed in the middle of a turn, and the server with it. */
export const INTERRUPTED_BY_WINDOW_END: ProblemView = {
  title: 'The window was closed in the middle of this turn',
  detail: `${KEPT} Files already written stay as they are. Retry sends the message again.`,
  actions: ['retry'],
};

/** The window was reloaded or closed while the server waited for the person. */
export const UNANSWERED_BY_WINDOW_END: ProblemView = {
  title: 'The window was closed before you answered',
  detail: `${KEPT} What Codex asked for was not done. Retry sends the message again, and Codex asks again.`,
  actions: ['retry'],
};
