import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, onMount, Show } from 'solid-js';
import type { ApprovalView, DecisionView } from '../../src/shared/conversation';
import { post } from '../host/vscodeApi';
import { counted } from '../ui/format';
import { Icon } from '../ui/Icon';
import { KeyedFor } from '../ui/KeyedFor';
import { createForm, type Form, FormFields } from './ElicitationForm';
import { keepFocus } from './focus';
import { IS_MAC, isTextField } from './keys';
import { MODE_LABELS } from './labels';
import { ProposedFiles } from './ProposedFiles';
import { state } from './state';

/** A click meant for what stood here before must not answer: buttons take this long to arm, wherever they move to. */
const ARM_MS = 400;
/** The rest is counted in the approval's name. */
const NAMED_FILES = 5;
const ICONS: Readonly<Record<ApprovalView['kind'], string>> = {
  command: 'terminal',
  files: 'shield',
  permissions: 'shield',
  tool: 'tools',
  question: 'question',
  form: 'question',
  link: 'link-external',
};
/** Another mode would ask less, or more, for these. */
const MODE_KINDS: ReadonlySet<ApprovalView['kind']> = new Set(['command', 'files', 'permissions', 'tool'] as const);
const ALT = IS_MAC ? '⌥' : 'Alt+';

/** The open questions of the conversation, above the composer. They never take the focus. */
export function Approvals(props: { readonly approvals: readonly ApprovalView[] }) {
  return (
    <Show when={props.approvals.length > 0}>
      <div class="approvals">
        <KeyedFor each={props.approvals} keyOf={(approval) => approval.id}>
          {(approval) => (
            <Approval
              approval={approval()}
              position={props.approvals.indexOf(approval())}
              count={props.approvals.length}
            />
          )}
        </KeyedFor>
      </div>
    </Show>
  );
}

interface ApprovalProps {
  readonly approval: ApprovalView;
  readonly position: number;
  readonly count: number;
}

function Approval(props: ApprovalProps) {
  let element: HTMLDivElement | undefined;
  const armed = createArming(() => props.position);
  const form = createForm(props.approval);
  // Whoever answered with the keyboard goes on in the composer, not at the top of the page.
  keepFocus(() => element);
  onMount(() => {
    if (props.position === 0) element?.scrollIntoView({ block: 'nearest' });
  });
  const decide = (decision: DecisionView): void => {
    if (!armed()) return;
    const approvalId = props.approval.id;
    if (!decision.takesValues) post({ type: 'approve', approvalId, decisionId: decision.id });
    else {
      const values = form.take();
      if (values) post({ type: 'answer', approvalId, decisionId: decision.id, values });
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const decision = event.isComposing ? undefined : decisionOf(event, props.approval);
    if (!decision) return;
    event.preventDefault();
    decide(decision);
  };
  return (
    <div
      class="approval"
      role="group"
      ref={(group) => (element = group)}
      aria-label={nameOf(props.approval)}
      onKeyDown={onKeyDown}
    >
      <div class="approval-title">
        <Icon name={ICONS[props.approval.kind]} /> <span class="approval-words">{props.approval.title}</span>
        <Show when={props.count > 1}>
          <span class="approval-count">{`${props.position + 1} of ${props.count}`}</span>
        </Show>
      </div>
      <Body approval={props.approval} form={form} />
      <Answers approval={props.approval} armed={armed()} onDecide={decide} />
    </div>
  );
}

/** Until they are armed its buttons do nothing. They are not disabled then: one that has the focus would lose it. */
function Answers(props: {
  readonly approval: ApprovalView;
  readonly armed: boolean;
  readonly onDecide: (decision: DecisionView) => void;
}) {
  return (
    <div class="actions">
      <Show when={props.approval.link}>{(link) => <OpenLink link={link()} armed={props.armed} />}</Show>
      <KeyedFor each={props.approval.decisions} keyOf={(decision) => decision.id}>
        {(decision) => (
          <button
            type="button"
            class="button"
            classList={{ secondary: decision().tone === 'secondary', quiet: decision().tone === 'quiet' }}
            aria-disabled={!props.armed}
            {...shortcutOf(decision(), props.approval)}
            onClick={() => props.onDecide(decision())}
          >
            {decision().label}
          </button>
        )}
      </KeyedFor>
      <Show when={MODE_KINDS.has(props.approval.kind) && state.conversation}>
        {(conversation) => <ChangeMode label={MODE_LABELS[conversation().mode]} />}
      </Show>
    </div>
  );
}

/** False for a moment after every change of `position`. */
function createArming(position: () => number): () => boolean {
  const [armed, setArmed] = createSignal(false);
  createEffect(
    on(createMemo(position), () => {
      setArmed(false);
      const timer = setTimeout(() => setArmed(true), ARM_MS);
      onCleanup(() => clearTimeout(timer));
    }),
  );
  return armed;
}

function Body(props: { readonly approval: ApprovalView; readonly form: Form }) {
  return (
    <>
      <Show when={props.approval.command}>{(command) => <pre class="approval-command">{command()}</pre>}</Show>
      <Show when={(props.approval.details?.length ?? 0) > 0}>
        <dl class="approval-details">
          <For each={props.approval.details}>
            {(detail) => (
              <div>
                <dt>{detail.name}</dt>
                <dd>{detail.value}</dd>
              </div>
            )}
          </For>
        </dl>
      </Show>
      <Show when={props.approval.files.length > 0}>
        <ProposedFiles approval={props.approval} />
      </Show>
      <Show when={props.approval.link}>
        {(link) => <pre class="approval-command">{addressOf(link())?.href ?? link()}</pre>}
      </Show>
      <FormFields form={props.form} title={props.approval.title} />
      <Show when={props.approval.reason}>
        <div class="approval-why">{props.approval.reason}</div>
      </Show>
      <Show when={props.approval.folder}>{(folder) => <div class="approval-why">in {folder()}</div>}</Show>
    </>
  );
}

/** What it leads to is named by the browser's own reading of the address, in which look-alike letters show. */
function OpenLink(props: { readonly link: string; readonly armed: boolean }) {
  const address = () => addressOf(props.link);
  const open = (): void => {
    if (props.armed) post({ type: 'openLink', href: address()?.href ?? '' });
  };
  return (
    <button type="button" class="button" disabled={!address()} aria-disabled={!props.armed} onClick={open}>
      {`Open ${address()?.host ?? 'the page'}`}
    </button>
  );
}

function ChangeMode(props: { readonly label: string }): JSX.Element {
  return (
    <button
      type="button"
      class="picker approval-mode"
      aria-label={`Change mode, now ${props.label}`}
      title="Change how much Codex asks"
      aria-haspopup="listbox"
      onClick={() => post({ type: 'command', command: 'selectMode' })}
    >
      {props.label} <Icon name="chevron-down" />
    </button>
  );
}

/**
 * The keys of an approval that holds the focus: Alt+Y takes it and Alt+N does not, unless text is written there; Enter
 * sends what was filled in.
 */
function decisionOf(event: KeyboardEvent, { kind, decisions }: ApprovalView): DecisionView | undefined {
  if (event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    // Letters of many languages are written with Alt.
    if (isTextField(event.target)) return undefined;
    const key = event.code.replace('Key', '');
    return decisions.find((decision) => shortcutKey(decision, decisions) === key);
  }
  const isField = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
  if (event.key !== 'Enter' || event.shiftKey || !isField || (kind !== 'question' && kind !== 'form')) return undefined;
  return decisions.find((decision) => decision.takesValues);
}

function shortcutKey({ id, tone }: DecisionView, decisions: readonly DecisionView[]): 'Y' | 'N' | undefined {
  if (tone === 'primary') return 'Y';
  return id === 'skip' || (id === 'decline' && decisions.length > 1) ? 'N' : undefined;
}

function shortcutOf(decision: DecisionView, { decisions }: ApprovalView) {
  const key = shortcutKey(decision, decisions);
  return key === undefined ? {} : { 'aria-keyshortcuts': `Alt+${key}`, 'data-keys': `${ALT}${key}` };
}

function addressOf(link: string): URL | undefined {
  return URL.canParse(link) ? new URL(link) : undefined;
}

/** "Approval: Run this command? npm test". */
function nameOf({ kind, title, command, files, link }: ApprovalView): string {
  const subject = command ?? (link === undefined ? namesOf(files) : (addressOf(link)?.host ?? ''));
  return `${kind === 'question' || kind === 'form' ? 'Question' : 'Approval'}: ${title} ${subject}`.trim();
}

/** "a.ts, b.ts": as much as one wants to hear at once. */
function namesOf(files: ApprovalView['files']): string {
  const names = files.slice(0, NAMED_FILES).map((file) => file.label);
  const more = files.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${counted(more, 'more file', 'more files')}` : '');
}
