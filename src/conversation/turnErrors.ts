import type { TurnError } from '../protocol/generated/types/v2/TurnError';
import type { ProblemAction } from '../shared/conversation';

/** What an error kind means to the person, and what helps. */
export interface ErrorMeaning {
  readonly title: string;
  readonly advice: string;
  readonly actions: readonly ProblemAction[];
}

/** Error kinds that always mean the same (codex app-server 0.169.0); the server's own words go below the advice. */
export const MEANINGS: Readonly<Record<string, ErrorMeaning>> = {
  contextWindowExceeded: {
    title: 'The conversation is too long for the model',
    advice:
      'Compact it: Codex goes on with a summary of what was said, and takes your message again. Or start a new conversation.',
    actions: ['compactAndRetry', 'newConversation'],
  },
  sessionBudgetExceeded: {
    title: 'The budget of this conversation is used up',
    advice: 'Start a new conversation, or raise the budget in Codex’s configuration.',
    actions: ['newConversation'],
  },
  flexUnavailable: {
    title: 'Flexible processing is not available now',
    advice: 'Choose another speed or model below the message box, or retry later.',
    actions: ['retry', 'selectModel'],
  },
  modelNotFound: {
    title: 'The model is not available',
    advice: 'Choose another model below the message box, then retry.',
    actions: ['selectModel', 'retry'],
  },
  policyCapacityUnavailable: {
    title: 'The model service has no room for this request',
    advice: 'Retry later, or choose another model below the message box.',
    actions: ['retry', 'selectModel'],
  },
  inferenceHookDenied: {
    title: 'A hook refused the request',
    advice:
      'A hook that checks what goes to the model did not let it pass. Edit your message, or ask who set the hook up.',
    actions: ['showLog'],
  },
  cyberPolicy: {
    title: 'The model refused this for reasons of security',
    advice: 'It looks like something that could be misused. Edit your message and say what it is for.',
    actions: ['selectModel'],
  },
  misalignmentPolicyViolation: {
    title: 'Codex was stopped, because it may have gone against what you want',
    advice: 'Look at what it did, then tell it how to go on.',
    actions: [],
  },
  tooManyDenials: {
    title: 'Codex stopped, because too many of its actions were refused',
    advice: 'Tell it another way to go on, or choose another mode below the message box.',
    actions: ['selectMode'],
  },
  badRequest: {
    title: 'The model did not accept the request',
    advice: 'Edit your message or what is attached to it, or choose another model.',
    actions: ['retry', 'selectModel', 'showLog'],
  },
  threadRollbackFailed: {
    title: 'The conversation could not be taken back',
    advice: 'Nothing was removed.',
    actions: ['showLog'],
  },
  sandboxError: {
    title: 'The sandbox did not work',
    advice: 'Codex runs commands in a sandbox, which this computer did not provide. The log says why.',
    actions: ['retry', 'selectMode', 'showLog'],
  },
  activeTurnNotSteerable: {
    title: 'The running turn takes no messages',
    advice: 'A review or a compaction runs to its end. Retry after it.',
    actions: ['retry'],
  },
};

/** What is being tried while the connection to the model is repeated, in a line. */
export function retryLine({ message, additionalDetails }: TurnError): string {
  const [counted, attempt = '', attempts = ''] = /^Reconnecting\D*(\d+)\s*\/\s*(\d+)/.exec(message) ?? [];
  const reason = additionalDetails ?? (counted === undefined ? message : '');
  const which = counted === undefined ? '' : `, ${attempt} of ${attempts}`;
  return `Reconnecting to the model${which}${reason === '' ? '…' : `: ${reason}`}`;
}
