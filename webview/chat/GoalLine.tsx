import { Show } from 'solid-js';
import type { GoalView } from '../../src/shared/conversation';
import type { FromWebview } from '../../src/shared/messages';
import { post } from '../host/vscodeApi';
import { Disclosure } from '../ui/Disclosure';
import { formatDuration, formatTokens } from '../ui/format';
import { IconButton } from '../ui/IconButton';
import { keepFocus } from './focus';
import { kept } from './kept';
import { conversationKey } from './state';

type Action = Extract<FromWebview, { type: 'goal' }>['action'];

const act = (action: Action): void => post({ type: 'goal', key: conversationKey(), action });

const STATUS: Readonly<Record<GoalView['status'], { readonly label: string; readonly icon: string }>> = {
  active: { label: 'Goal', icon: 'target' },
  paused: { label: 'Goal paused', icon: 'debug-pause' },
  blocked: { label: 'Goal blocked', icon: 'warning' },
  usageLimited: { label: 'Goal waits: usage limit reached', icon: 'warning' },
  budgetLimited: { label: 'Goal waits: token budget used up', icon: 'warning' },
  complete: { label: 'Goal reached', icon: 'pass' },
};

/** What the conversation is to reach, above the composer: how it stands, and what can be done with it. */
export function GoalLine(props: { readonly goal: GoalView }) {
  let element: HTMLDivElement | undefined;
  keepFocus(() => element);
  const status = () => STATUS[props.goal.status];
  const isComplete = () => props.goal.status === 'complete';
  return (
    <div ref={(line) => (element = line)} class="goal-line" role="group" aria-label="Goal of this conversation">
      <Disclosure
        icon={status().icon}
        summary={
          <span dir="auto">
            <b>{status().label}</b> {props.goal.objective}
          </span>
        }
        chosen={kept<boolean | undefined>('goal', undefined)}
      >
        <p class="goal-objective" dir="auto" tabIndex={0} role="group" aria-label="Words of the goal">
          {props.goal.objective}
        </p>
        <p class="goal-usage">{usageOf(props.goal)}</p>
      </Disclosure>
      <Show when={!isComplete()}>
        <PauseOrResume isActive={props.goal.status === 'active'} />
        <IconButton icon="edit" label="Edit goal" onClick={() => act('edit')} />
      </Show>
      <IconButton icon="close" label={isComplete() ? 'Dismiss goal' : 'Clear goal'} onClick={() => act('clear')} />
      <span class="visually-hidden" aria-live="polite">
        {status().label}
      </span>
    </div>
  );
}

/** One button, so that it keeps the focus. */
function PauseOrResume(props: { readonly isActive: boolean }) {
  return (
    <IconButton
      icon={props.isActive ? 'debug-pause' : 'debug-start'}
      label={props.isActive ? 'Pause goal' : 'Resume goal'}
      title={
        props.isActive ? 'Pause goal: Codex ends this turn, and starts no more' : 'Resume goal: Codex goes on with it'
      }
      onClick={() => act(props.isActive ? 'pause' : 'resume')}
    />
  );
}

function usageOf({ status, seconds, tokensUsed }: GoalView): string {
  const used = [formatDuration(seconds * 1_000), formatTokens(tokensUsed || undefined)].filter(Boolean).join(' · ');
  return status === 'blocked' ? `${used} · Codex could not go on; resume it, or tell Codex what to do` : used;
}
