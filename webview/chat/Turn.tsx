import { createMemo, createSignal, For, Match, Show, Switch } from 'solid-js';
import type { FilesItem, ItemView, TurnChangesView, TurnView, YouItem } from '../../src/shared/conversation';
import { Changes } from '../ui/Changes';
import { counted, formatDuration } from '../ui/format';
import { Icon } from '../ui/Icon';
import { Problem } from './Problem';
import { Prose } from './Prose';
import { keepFocus } from './focus';
import { Command, Files, Plan, Reasoning, Step } from './Steps';
import { RestoreCheckpoint, TurnActions } from './TurnActions';

/** One turn: the person's words, the work, Codex's words. A finished turn folds its work into one line. */
export function Turn(props: {
  readonly turn: TurnView;
  readonly isNewest: boolean;
  /** What it changed in the files, if anything. */
  readonly changes: TurnChangesView | undefined;
}) {
  const [unfolded, setUnfolded] = createSignal(false);
  const work = createMemo(() => props.turn.items.filter(isWork));
  const folds = () => props.turn.status === 'completed' && work().length > 1;
  const shown = createMemo(() => {
    if (!folds() || unfolded()) return props.turn.items;
    return props.turn.items.filter((item) => !isWork(item));
  });
  const opening = createMemo(() => shown().filter((item) => item.type === 'you'));
  const rest = createMemo(() => shown().filter((item) => item.type !== 'you' || item !== opening()[0]));
  let element: HTMLDivElement | undefined;
  keepFocus(() => element);
  return (
    <div class="turn" ref={(turn) => (element = turn)}>
      <For each={opening().slice(0, 1)}>{(item) => <You item={item} opens={props.turn.id} />}</For>
      <Show when={folds()}>
        <button type="button" class="step folded" aria-expanded={unfolded()} onClick={() => setUnfolded(!unfolded())}>
          <Icon name={unfolded() ? 'chevron-down' : 'chevron-right'} />
          <span class="step-summary">
            <WorkSummary turn={props.turn} />
          </span>
        </button>
      </Show>
      <For each={rest()}>{(item) => <Item item={item} turnId={props.turn.id} />}</For>
      <Show when={props.turn.status === 'stopped'}>
        <div class="step ended">
          <Icon name="circle-slash" /> <span class="step-summary">Stopped</span>
        </div>
      </Show>
      <Show when={props.turn.problem}>
        {(problem) => <Problem problem={problem()} id={props.turn.id} hasActions={props.isNewest} />}
      </Show>
      <Show when={props.turn.status === 'working' ? undefined : props.changes}>
        {(changes) => <TurnActions changes={changes()} />}
      </Show>
    </div>
  );
}

function isWork(item: ItemView): boolean {
  return item.type === 'reasoning' || item.type === 'command' || item.type === 'step';
}

function WorkSummary(props: { readonly turn: TurnView }) {
  const changes = createMemo(() => {
    const done = props.turn.items.filter(
      (item): item is FilesItem => item.type === 'files' && item.status === 'completed',
    );
    return done.flatMap((item) => item.changes);
  });
  const sum = (count: 'added' | 'removed') => changes().reduce((total, change) => total + change[count], 0);
  const parts = createMemo(() => {
    const commands = props.turn.items.filter((item) => item.type === 'command').length;
    const files = new Set(changes().map((change) => change.path)).size;
    const duration = formatDuration(props.turn.durationMs);
    return [
      duration === '' ? '' : `for ${duration}`,
      commands > 0 ? counted(commands, 'command') : '',
      files > 0 ? counted(files, 'file') : '',
    ].filter((part) => part !== '');
  });
  return (
    <>
      <b>Worked</b> {parts().join(' · ')}{' '}
      <Show when={changes().length > 0}>
        <Changes added={sum('added')} removed={sum('removed')} />
      </Show>
    </>
  );
}

function Item(props: { readonly item: ItemView; readonly turnId: string }) {
  const as = <T extends ItemView['type']>(type: T) =>
    props.item.type === type ? (props.item as Extract<ItemView, { type: T }>) : undefined;
  return (
    <Switch>
      <Match when={as('you')}>{(item) => <You item={item()} />}</Match>
      <Match when={as('message')}>
        {(item) => (
          <article class="codex" aria-label="Codex" aria-busy={item().streaming}>
            <Prose text={item().text} streaming={item().streaming} />
          </article>
        )}
      </Match>
      <Match when={as('reasoning')}>{(item) => <Reasoning item={item()} />}</Match>
      <Match when={as('command')}>{(item) => <Command item={item()} turnId={props.turnId} />}</Match>
      <Match when={as('files')}>{(item) => <Files item={item()} turnId={props.turnId} />}</Match>
      <Match when={as('step')}>{(item) => <Step item={item()} />}</Match>
      <Match when={as('plan')}>{(item) => <Plan item={item()} />}</Match>
      <Match when={as('notice')}>{(item) => <div class="notice">{item().text}</div>}</Match>
    </Switch>
  );
}

/** A message of the person. `opens`: the turn that it began, and that can be gone back before. */
function You(props: { readonly item: YouItem; readonly opens?: string }) {
  return (
    <article class="you" aria-label={`You: ${props.item.text.slice(0, 80)}`}>
      <div class="you-text" dir="auto">
        {props.item.text}
        <For each={props.item.attachments}>{(name) => <span class="chip">{name.split(/[\\/]/).at(-1)}</span>}</For>
      </div>
      <Show when={props.opens}>{(turnId) => <RestoreCheckpoint turnId={turnId()} />}</Show>
    </article>
  );
}
