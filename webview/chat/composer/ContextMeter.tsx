import { createEffect, createMemo, createSignal, on, onCleanup, Show } from 'solid-js';
import type { ConversationView } from '../../../src/shared/conversation';
import type { AppView } from '../../../src/shared/messages';
import { post } from '../../host/vscodeApi';
import { Icon } from '../../ui/Icon';
import { contextLabel, contextPercent, isNearlyFull } from './usage';
import { UsagePanel } from './UsagePanel';

const PANEL_ID = 'usage-panel';

/** How full the model's context is. It opens what stands behind that, and what the account may still use. */
export function ContextMeter(props: { readonly conversation: ConversationView; readonly app: AppView }) {
  const [isOpen, setOpen] = createSignal(false);
  let button: HTMLButtonElement | undefined;
  let panel: HTMLElement | undefined;
  const isInside = (target: EventTarget | null): boolean =>
    target instanceof Node && (button?.contains(target) === true || panel?.contains(target) === true);
  const close = (): void => {
    const hadFocus = panel?.contains(document.activeElement) === true;
    setOpen(false);
    if (hadFocus) button?.focus();
  };
  const toggle = (): void => {
    if (isOpen()) {
      close();
      return;
    }
    post({ type: 'refreshLimits' });
    setOpen(true);
  };
  const closeFromOutside = ({ target }: PointerEvent): void => {
    if (isOpen() && !isInside(target)) setOpen(false);
  };
  document.addEventListener('pointerdown', closeFromOutside);
  onCleanup(() => document.removeEventListener('pointerdown', closeFromOutside));
  createEffect(on(() => props.conversation.key, close, { defer: true }));
  return (
    <>
      <MeterButton
        usage={props.conversation.usage}
        isOpen={isOpen()}
        onClick={toggle}
        onEscape={close}
        attach={(element) => (button = element)}
      />
      <Show when={isOpen()}>
        <UsagePanel
          id={PANEL_ID}
          conversation={props.conversation}
          limits={props.app.limits}
          attach={(element) => (panel = element)}
          onClose={close}
          onLeave={(target) => {
            // Without a target the whole window lost the focus: it comes back to the panel.
            if (target !== null && !isInside(target)) setOpen(false);
          }}
        />
      </Show>
    </>
  );
}

function MeterButton(props: {
  readonly usage: ConversationView['usage'];
  readonly isOpen: boolean;
  readonly onClick: () => void;
  readonly onEscape: () => void;
  readonly attach: (element: HTMLButtonElement) => void;
}) {
  // Only a different number changes the button: the usage is told anew with every answer.
  const percent = createMemo(() => contextPercent(props.usage));
  const label = createMemo(() => contextLabel(props.usage));
  const isWarning = () => isNearlyFull(percent());
  const name = () => `Context: ${label()}${isWarning() ? ', nearly full' : ''}`;
  return (
    <button
      ref={(element) => props.attach(element)}
      type="button"
      class="picker meter"
      classList={{ warning: isWarning() }}
      aria-label={name()}
      title={`${name()} — details, usage limits and Compact`}
      aria-haspopup="dialog"
      aria-expanded={props.isOpen}
      aria-controls={props.isOpen ? PANEL_ID : undefined}
      onClick={() => props.onClick()}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !props.isOpen) return;
        event.stopPropagation();
        props.onEscape();
      }}
    >
      <Show when={isWarning()} fallback={<Ring percent={percent() ?? 0} />}>
        <Icon name="warning" />
      </Show>
      <Show when={percent() !== 0}>
        <span>{label()}</span>
      </Show>
    </button>
  );
}

/** A circle of which so much is drawn. */
function Ring(props: { readonly percent: number }) {
  return (
    <svg class="ring" viewBox="0 0 12 12" aria-hidden="true">
      <circle class="ring-track" cx="6" cy="6" r="4.5" />
      <circle class="ring-value" cx="6" cy="6" r="4.5" pathLength="100" stroke-dasharray={`${props.percent} 100`} />
    </svg>
  );
}
