import { For, type JSX, onMount, Show } from 'solid-js';
import type { ConversationView, TokenCounts, UsageView } from '../../../src/shared/conversation';
import type { LimitsView, LimitWindowView } from '../../../src/shared/limits';
import { post } from '../../host/vscodeApi';
import { resetText } from '../../ui/format';
import { IconButton } from '../../ui/IconButton';
import { isBusy } from '../labels';
import { contextPercent, isNearlyFull } from './usage';

/** Where the context's tokens went, what compacting does, and what the account may still use. */
export function UsagePanel(props: {
  readonly id: string;
  readonly conversation: ConversationView;
  readonly limits: LimitsView | null;
  readonly attach: (element: HTMLElement) => void;
  readonly onClose: () => void;
  /** The focus went to another element; `null`: out of the page. */
  readonly onLeave: (target: EventTarget | null) => void;
}) {
  let panel: HTMLDivElement | undefined;
  onMount(() => panel?.focus());
  return (
    <div
      ref={(element) => {
        panel = element;
        props.attach(element);
      }}
      id={props.id}
      class="usage-panel"
      role="dialog"
      aria-label="Context and limits"
      tabindex="-1"
      onFocusOut={(event) => props.onLeave(event.relatedTarget)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        props.onClose();
      }}
    >
      <div class="usage-head">
        <h2>Context</h2>
        <IconButton icon="close" label="Close" onClick={() => props.onClose()} />
      </div>
      <Show when={props.conversation.usage} fallback={<p>Nothing is in the model’s context yet.</p>}>
        {(usage) => <Context usage={usage()} />}
      </Show>
      <Compact conversation={props.conversation} onClose={props.onClose} />
      <h2>Usage limits</h2>
      <Show when={props.limits} fallback={<p>Codex tells of no limits for this account.</p>}>
        {(limits) => <Limits limits={limits()} />}
      </Show>
    </div>
  );
}

function Context(props: { readonly usage: UsageView }) {
  const percent = () => contextPercent(props.usage);
  const total = () => props.usage.total;
  // After a compaction there is only an estimate of the whole.
  const last = () => {
    const { last } = props.usage;
    return last && last.input + last.output > 0 ? last : undefined;
  };
  return (
    <>
      <Show when={percent() !== null} fallback={<p>{count(props.usage.usedTokens)} tokens used</p>}>
        <Meter
          name="Context used"
          percent={percent() ?? 0}
          text={`${count(props.usage.usedTokens)} of ${count(props.usage.windowTokens ?? 0)} tokens`}
          isWarning={isNearlyFull(percent())}
        />
      </Show>
      <Show when={last() ?? total()}>
        <table>
          <thead>
            <tr>
              <th scope="col">Tokens</th>
              <Show when={last()}>
                <th scope="col">Last answer</th>
              </Show>
              <Show when={total()}>
                <th scope="col">In all</th>
              </Show>
            </tr>
          </thead>
          <tbody>
            <Row name="Input" last={last()} total={total()} of={({ input }) => input} />
            <Row name="cached" isPart last={last()} total={total()} of={({ cached }) => cached} />
            <Row name="Output" last={last()} total={total()} of={({ output }) => output} />
            <Row name="reasoning" isPart last={last()} total={total()} of={({ reasoning }) => reasoning} />
          </tbody>
        </table>
      </Show>
    </>
  );
}

function Row(props: {
  readonly name: string;
  readonly isPart?: boolean;
  readonly last: TokenCounts | undefined;
  readonly total: TokenCounts | undefined;
  readonly of: (counts: TokenCounts) => number;
}) {
  return (
    <tr classList={{ part: props.isPart === true }}>
      <th scope="row">{props.name}</th>
      <Show when={props.last}>{(counts) => <td>{count(props.of(counts()))}</td>}</Show>
      <Show when={props.total}>{(counts) => <td>{count(props.of(counts()))}</td>}</Show>
    </tr>
  );
}

function Compact(props: { readonly conversation: ConversationView; readonly onClose: () => void }) {
  const busy = () => isBusy(props.conversation);
  const canCompact = () => props.conversation.threadId !== null && props.conversation.turns.length > 0;
  return (
    <div class="usage-compact">
      <p id="compact-text">
        {busy()
          ? 'Codex works: compact when the turn has ended.'
          : 'Compacting replaces what the model was told so far by a summary. You keep the whole conversation here.'}
      </p>
      <button
        type="button"
        class="button secondary"
        aria-describedby="compact-text"
        disabled={busy() || !canCompact()}
        onClick={() => {
          props.onClose();
          post({ type: 'runCommand', key: props.conversation.key, command: 'compact' });
        }}
      >
        Compact now
      </button>
    </div>
  );
}

function Limits(props: { readonly limits: LimitsView }) {
  const account = () =>
    [props.limits.plan === null ? '' : `Plan: ${props.limits.plan}`, props.limits.credits ?? '']
      .filter(Boolean)
      .join(' · ');
  return (
    <>
      <For each={props.limits.windows} fallback={<p>No limit is told.</p>}>
        {(window) => <Limit window={window} />}
      </For>
      <Show when={account() !== ''}>
        <p>{account()}</p>
      </Show>
    </>
  );
}

function Limit(props: { readonly window: LimitWindowView }) {
  const name = () => props.window.name.charAt(0).toUpperCase() + props.window.name.slice(1);
  return (
    <Meter
      name={name()}
      percent={props.window.usedPercent}
      text={[name(), resetText(props.window.resetsAtMs, Date.now())].filter(Boolean).join(', ')}
      isWarning={isNearlyFull(props.window.usedPercent)}
    />
  );
}

function Meter(props: {
  readonly name: string;
  readonly percent: number;
  readonly text: JSX.Element;
  readonly isWarning: boolean;
}) {
  const width = () => `${Math.max(0, Math.min(100, props.percent))}%`;
  return (
    <div class="usage-meter" classList={{ warning: props.isWarning }}>
      <span class="usage-text">{props.text}</span>
      <span class="usage-percent">{`${props.percent}\u00a0%`}</span>
      <div
        class="bar"
        role="meter"
        aria-label={props.name}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow={Math.max(0, Math.min(100, props.percent))}
      >
        <div style={{ width: width() }} />
      </div>
    </div>
  );
}

function count(tokens: number): string {
  return tokens.toLocaleString();
}
