import { Show } from 'solid-js';
import type { ConversationView } from '../../src/shared/conversation';
import type { AppView } from '../../src/shared/messages';
import { post } from '../host/vscodeApi';
import { IconButton } from '../ui/IconButton';
import { Approvals } from './Approvals';
import { Composer } from './composer/Composer';
import { Contention } from './Contention';
import { EmptyState } from './EmptyState';
import { GoalLine } from './GoalLine';
import { statusLine } from './labels';
import { isMessage } from './Outbox';
import { Problem } from './Problem';
import { Queue } from './composer/Queue';
import { UsageNotices } from './composer/UsageNotices';
import { PinnedPlan } from './PinnedPlan';
import { ReviewBar } from './ReviewBar';
import { SideQuestion } from './SideQuestion';
import { state } from './state';
import { Transcript } from './Transcript';

/** The chat of one conversation. */
export function App(props: { readonly surface: string }) {
  return (
    <Show
      when={
        state.app !== null && state.conversation !== null
          ? { app: state.app, conversation: state.conversation }
          : undefined
      }
    >
      {(view) => <Chat app={view().app} conversation={view().conversation} surface={props.surface} />}
    </Show>
  );
}

interface ChatProps {
  readonly app: AppView;
  readonly conversation: ConversationView;
  readonly surface: string;
}

function Chat(props: ChatProps) {
  const isEmpty = () =>
    props.conversation.turns.length === 0 && props.conversation.outbox.length === 0 && !props.conversation.loading;
  // A message that was not sent says it already.
  const serverProblem = () =>
    isEmpty() || props.conversation.outbox.some((message) => message.problem !== null && isMessage(message))
      ? null
      : props.app.problem;
  return (
    <>
      <Header {...props} />
      <Show when={!isEmpty()} fallback={<EmptyState app={props.app} />}>
        <Transcript conversation={props.conversation} />
      </Show>
      <footer aria-label={`Composer of ${nameOf(props)}`}>
        <div class="above-composer">
          <Show when={serverProblem()}>{(problem) => <Problem problem={problem()} />}</Show>
          <Contention files={props.conversation.contention} />
          {/* Nothing stays unfolded from one conversation to the next. */}
          <Show when={props.conversation.key} keyed>
            <Show when={props.conversation.goal}>{(goal) => <GoalLine goal={goal()} />}</Show>
            <PinnedPlan conversation={props.conversation} />
            <Approvals approvals={props.conversation.approvals} />
            <ReviewBar files={props.conversation.unreviewed} />
          </Show>
          <Show when={props.conversation.side}>{(side) => <SideQuestion side={side()} />}</Show>
          <Queue messages={props.conversation.queue} />
          <UsageNotices conversation={props.conversation} app={props.app} />
        </div>
        <Composer conversation={props.conversation} app={props.app} />
        <StatusLine {...props} />
      </footer>
    </>
  );
}

/** Tells the landmarks of one chat from those of another that is shown beside it. */
function nameOf({ conversation, surface }: ChatProps): string {
  const title = conversation.title || 'new conversation';
  if (surface === 'editor') return title;
  return `${title}, in the ${surface === 'secondary' ? 'secondary side bar' : 'side bar'}`;
}

function Header(props: ChatProps) {
  return (
    <header aria-label={`Header of ${nameOf(props)}`}>
      <h1 title={props.conversation.title}>{props.conversation.title || 'New conversation'}</h1>
      <IconButton
        icon="add"
        label="New conversation"
        onClick={() => post({ type: 'command', command: 'newConversation' })}
      />
      <IconButton icon="history" label="History" onClick={() => post({ type: 'command', command: 'showHistory' })} />
      <Show when={props.surface !== 'editor'}>
        <IconButton
          icon="link-external"
          label="Open in editor"
          onClick={() => post({ type: 'command', command: 'openConversation' })}
        />
      </Show>
    </header>
  );
}

function StatusLine(props: ChatProps) {
  return (
    <div class="status-line">
      <span role="status">{statusLine(props.conversation, props.app)}</span>
      <span class="spacer" />
      <Show when={props.app.demo}>
        <span class="demo" title="Answers are scripted. Start with “npm start -- --account” to use your own Codex.">
          Demo model
        </span>
      </Show>
    </div>
  );
}
