import { createMemo, For, Match, Show, Switch } from 'solid-js';
import type { FilesItem, ItemView, TurnChangesView, TurnView, YouItem } from '../../src/shared/conversation';
import { Changes } from '../ui/Changes';
import { counted, formatDuration, formatTokens } from '../ui/format';
import { Icon } from '../ui/Icon';
import { IconButton } from '../ui/IconButton';
import { requestEdit } from './composer/editing';
import { ItemImages } from './ImageStep';
import { kept } from './kept';
import { Problem } from './Problem';
import { Prose } from './Prose';
import { Questions } from './Questions';
import { Command, Files, Plan, Reasoning, Step } from './Steps';
import { messageContext } from './state';
import { RestoreCheckpoint, TurnActions } from './TurnActions';
import { baseName } from '../../src/shared/paths';

/** The finished turns whose work the person unfolded, by their ids. */
export function unfoldedTurns(): ReadonlySet<string> {
  return unfolding()[0]();
}

/** Whether the person unfolded the work of a finished turn. */
export function unfoldedSignal(turnId: string) {
  const [turns, setTurns] = unfolding();
  const set = (unfold: boolean): void => {
    setTurns((before) => new Set(unfold ? [...before, turnId] : [...before].filter((id) => id !== turnId)));
  };
  return [() => turns().has(turnId), set] as const;
}

/** One for all turns: each of them would cost every long conversation something. */
const unfolding = () => kept<ReadonlySet<string>>('unfolded turns', new Set());

/** The line that a finished turn folds its work into. */
export function Fold(props: { readonly turn: TurnView }) {
  const [unfolded, setUnfolded] = unfoldedSignal(props.turn.id);
  return (
    <button type="button" class="step folded" aria-expanded={unfolded()} onClick={() => setUnfolded(!unfolded())}>
      <Icon name={unfolded() ? 'chevron-down' : 'chevron-right'} />
      <span class="step-summary">
        <WorkSummary turn={props.turn} />
      </span>
    </button>
  );
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
      formatTokens(props.turn.tokens?.used),
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

/** How a turn ended, and what can be done with it. */
export function TurnEnd(props: {
  readonly turn: TurnView;
  readonly isNewest: boolean;
  /** What it changed in the files, if anything. */
  readonly changes: TurnChangesView | undefined;
}) {
  return (
    <div class="turn-end">
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

/** Anything in a turn but the message that began it. */
export function Item(props: { readonly item: ItemView; readonly turnId: string }) {
  const as = <T extends ItemView['type']>(type: T) =>
    props.item.type === type ? (props.item as Extract<ItemView, { type: T }>) : undefined;
  return (
    <Switch>
      <Match when={as('you')}>{(item) => <You item={item()} turnId={props.turnId} />}</Match>
      <Match when={as('message')}>
        {(item) => (
          <article class="codex" aria-label="Codex" aria-busy={item().streaming} tabIndex={-1}>
            <Prose text={item().text} streaming={item().streaming} />
            <Show when={item().questions}>
              <Questions item={item()} turnId={props.turnId} />
            </Show>
          </article>
        )}
      </Match>
      <Match when={as('reasoning')}>{(item) => <Reasoning item={item()} turnId={props.turnId} />}</Match>
      <Match when={as('command')}>{(item) => <Command item={item()} turnId={props.turnId} />}</Match>
      <Match when={as('files')}>{(item) => <Files item={item()} turnId={props.turnId} />}</Match>
      <Match when={as('step')}>{(item) => <Step item={item()} turnId={props.turnId} />}</Match>
      <Match when={as('plan')}>{(item) => <Plan item={item()} />}</Match>
      <Match when={as('notice')}>{(item) => <div class="notice">{item().text}</div>}</Match>
    </Switch>
  );
}

/** A message of the person. `opens`: the turn that it began, and that can be gone back before. */
export function You(props: { readonly item: YouItem; readonly turnId: string; readonly opens?: string }) {
  /** What is not shown as an image. */
  const chips = () => {
    const shown = new Set(props.item.images?.map(({ kind, address }) => (kind === 'file' ? address : 'image')));
    return props.item.attachments.filter((name) => !shown.has(name));
  };
  const isEdited = createMemo(() => props.opens !== undefined && messageContext().editing === props.opens);
  return (
    <article
      class="you"
      classList={{ edited: isEdited() }}
      aria-label={`You${isEdited() ? ' (being edited)' : ''}: ${props.item.text.slice(0, 80)}`}
      tabIndex={-1}
    >
      <div class="you-text" dir="auto">
        {props.item.text}
        <For each={chips()}>{(name) => <span class="chip">{baseName(name)}</span>}</For>
        <Show when={props.item.images}>
          {(images) => <ItemImages images={images()} turnId={props.turnId} itemId={props.item.id} />}
        </Show>
      </div>
      <Show when={props.opens}>
        {(turnId) => (
          <div class="you-tools">
            <IconButton
              icon="edit"
              label="Edit message"
              title="Edit this message and send it again"
              onClick={() => requestEdit(turnId())}
            />
            <RestoreCheckpoint turnId={turnId()} />
          </div>
        )}
      </Show>
    </article>
  );
}
