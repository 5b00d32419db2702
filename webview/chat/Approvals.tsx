import { createEffect, createMemo, createSignal, on, onCleanup, Show } from 'solid-js';
import type { ApprovalView } from '../../src/shared/conversation';
import { post } from '../host/vscodeApi';
import { counted } from '../ui/format';
import { Icon } from '../ui/Icon';
import { KeyedFor } from '../ui/KeyedFor';
import { keepFocus } from './focus';
import { ProposedFiles } from './ProposedFiles';

/** A click meant for what stood here before must not answer: buttons take this long to arm, wherever they move to. */
const ARM_MS = 400;
/** The rest is counted in the approval's name. */
const NAMED_FILES = 5;
const ICONS = { command: 'terminal', files: 'shield', permissions: 'shield', tool: 'tools' } as const;

/** The open questions of the conversation, above the composer. They never take the focus. */
export function Approvals(props: { readonly approvals: readonly ApprovalView[] }) {
  return (
    <Show when={props.approvals.length > 0}>
      <div class="approvals">
        <KeyedFor each={props.approvals} keyOf={(approval) => approval.id}>
          {(approval) => <Approval approval={approval()} position={props.approvals.indexOf(approval())} />}
        </KeyedFor>
      </div>
    </Show>
  );
}

function Approval(props: { readonly approval: ApprovalView; readonly position: number }) {
  const [armed, setArmed] = createSignal(false);
  let element: HTMLDivElement | undefined;
  // Whoever answered with the keyboard goes on in the composer, not at the top of the page.
  keepFocus(() => element);
  const position = createMemo(() => props.position);
  createEffect(
    on(position, () => {
      setArmed(false);
      const timer = setTimeout(() => setArmed(true), ARM_MS);
      onCleanup(() => clearTimeout(timer));
    }),
  );
  const subject = () => props.approval.command ?? namesOf(props.approval.files);
  return (
    <div
      class="approval"
      role="group"
      ref={(group) => (element = group)}
      aria-label={`Approval: ${props.approval.title} ${subject()}`.trim()}
    >
      <div class="approval-title">
        <Icon name={ICONS[props.approval.kind]} /> {props.approval.title}
      </div>
      <Show when={props.approval.command}>{(command) => <pre class="approval-command">{command()}</pre>}</Show>
      <Show when={props.approval.files.length > 0}>
        <ProposedFiles approval={props.approval} />
      </Show>
      <Show when={props.approval.reason}>
        <div class="approval-why">{props.approval.reason}</div>
      </Show>
      <Show when={props.approval.folder}>{(folder) => <div class="approval-why">in {folder()}</div>}</Show>
      <div class="actions">
        <KeyedFor each={props.approval.decisions} keyOf={(decision) => decision.id}>
          {(decision) => (
            <button
              type="button"
              class="button"
              classList={{ secondary: decision().tone === 'secondary', quiet: decision().tone === 'quiet' }}
              disabled={!armed()}
              onClick={() => post({ type: 'approve', approvalId: props.approval.id, decisionId: decision().id })}
            >
              {decision().label}
            </button>
          )}
        </KeyedFor>
      </div>
    </div>
  );
}

/** "a.ts, b.ts": as much as one wants to hear at once. */
function namesOf(files: ApprovalView['files']): string {
  const names = files.slice(0, NAMED_FILES).map((file) => file.label);
  const more = files.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${counted(more, 'more file', 'more files')}` : '');
}
