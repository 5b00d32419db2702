import { createComputed, createMemo, createSignal, type JSX, on, Show, type Signal, untrack } from 'solid-js';
import { Icon } from './Icon';

/**
 * One calm line that opens. `openWhen` opens it by itself (a failed step); what the person did last wins until that
 * changes again. `chosen` keeps that where the line itself may go and come back.
 */
export function Disclosure(props: {
  readonly icon: string;
  readonly iconClass?: string;
  readonly summary: JSX.Element;
  readonly trailing?: JSX.Element;
  readonly openWhen?: boolean;
  readonly chosen?: Signal<boolean | undefined>;
  readonly children: JSX.Element;
}) {
  const [chosen, setChosen] = untrack(() => props.chosen) ?? createSignal<boolean>();
  const openWhen = createMemo(() => props.openWhen ?? false);
  createComputed(on(openWhen, () => setChosen(undefined), { defer: true }));
  const open = () => chosen() ?? openWhen();
  return (
    <div class="disclosure">
      <button type="button" class="step" aria-expanded={open()} onClick={() => setChosen(!open())}>
        <Icon name={props.icon} class={props.iconClass} />
        <span class="step-summary">{props.summary}</span>
        <Icon name={open() ? 'chevron-down' : 'chevron-right'} class="step-chevron" />
        <span class="step-trailing">{props.trailing}</span>
      </button>
      <Show when={open()}>
        <div class="step-body">{props.children}</div>
      </Show>
    </div>
  );
}
