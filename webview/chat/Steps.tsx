import { createMemo, For, Match, Show, Switch } from 'solid-js';
import type {
  CommandItem,
  FileChangeView,
  FilesItem,
  PlanItem,
  ReasoningItem,
  StepItem,
  StepStatus,
} from '../../src/shared/conversation';
import { post } from '../host/vscodeApi';
import { AnsiText } from '../ui/ansi/AnsiText';
import { Changes } from '../ui/Changes';
import { DiffText } from '../ui/diff/DiffText';
import { Disclosure } from '../ui/Disclosure';
import { FilePath } from '../ui/FilePath';
import { counted, formatDuration } from '../ui/format';
import { Icon } from '../ui/Icon';
import { IconButton } from '../ui/IconButton';
import { KeyedFor } from '../ui/KeyedFor';
import { lineEnds } from '../ui/lineEnds';
import { createLongList, ShowAll } from '../ui/LongList';
import { ItemImages } from './ImageStep';
import { kept } from './kept';
import { CHANGE_ICONS } from './labels';
import { Prose } from './Prose';
import { ReviewButtons } from './ReviewButtons';
import { unreviewedFile } from './state';
import { baseName } from '../../src/shared/paths';

const PREVIEW_LINES = 4;
const FAILED_PREVIEW_LINES = 12;

/** Whether the person opened or closed an item. Finding words in it opens it as well. */
function openSignal(turnId: string, itemId: string) {
  return kept<boolean | undefined>(`${turnId}/${itemId}/open`, undefined);
}

export function Reasoning(props: { readonly item: ReasoningItem; readonly turnId: string }) {
  return (
    <Disclosure
      icon="lightbulb"
      summary={<b>{props.item.streaming ? 'Thinking' : 'Thought'}</b>}
      trailing={formatDuration(props.item.durationMs)}
      chosen={openSignal(props.turnId, props.item.id)}
    >
      <Prose text={props.item.text} streaming={props.item.streaming} />
    </Disclosure>
  );
}

export function Command(props: { readonly item: CommandItem; readonly turnId: string }) {
  const quiet = () => props.item.summary !== null && props.item.status === 'completed';
  return (
    <div role="group" aria-label={`Command ${props.item.command}`} class="command">
      <Show when={quiet()} fallback={<CommandCard item={props.item} turnId={props.turnId} />}>
        <Disclosure
          icon="search"
          summary={<QuietSummary text={props.item.summary ?? ''} />}
          trailing={formatDuration(props.item.durationMs)}
          chosen={openSignal(props.turnId, props.item.id)}
        >
          <CommandCard item={props.item} turnId={props.turnId} />
        </Disclosure>
      </Show>
    </div>
  );
}

/** "Read a.ts": the verb stands out, the rest is calm. */
function QuietSummary(props: { readonly text: string }) {
  const space = () => props.text.indexOf(' ');
  return (
    <>
      <b>{props.text.slice(0, space())}</b> {props.text.slice(space() + 1)}
    </>
  );
}

function CommandCard(props: { readonly item: CommandItem; readonly turnId: string }) {
  const [expanded, setExpanded] = kept(`${props.turnId}/${props.item.id}/expanded`, false);
  const lineCount = createMemo(() => lineEnds(props.item.text.trimEnd()) + 1);
  const previewLines = () => (props.item.status === 'failed' ? FAILED_PREVIEW_LINES : PREVIEW_LINES);
  const hasMore = () => lineCount() > previewLines();
  return (
    <div class="card">
      <div class="card-bar">
        <Icon name="terminal" />
        <code class="card-title" title={props.item.command}>
          {props.item.command}
        </code>
        <span class="card-actions">
          <IconButton
            icon="copy"
            label="Copy command"
            onClick={() => post({ type: 'copy', text: props.item.command })}
          />
          <IconButton
            icon="debug-console"
            label="Open in terminal"
            onClick={() => post({ type: 'openInTerminal', turnId: props.turnId, itemId: props.item.id })}
          />
        </span>
        <StepMark status={props.item.status} exitCode={props.item.exitCode} />
        <span class="step-trailing">{formatDuration(props.item.durationMs)}</span>
      </div>
      <Show when={props.item.text !== ''}>
        <div class="card-output" tabIndex={expanded() ? 0 : undefined} classList={{ expanded: expanded() }}>
          <AnsiText text={props.item.text} {...(expanded() ? {} : { tailLines: previewLines() })} />
        </div>
        <Show when={hasMore()}>
          <button type="button" class="card-more" aria-expanded={expanded()} onClick={() => setExpanded(!expanded())}>
            {expanded() ? 'Show less' : `Show all ${lineCount()} lines`}
          </button>
        </Show>
      </Show>
    </div>
  );
}

function StepMark(props: { readonly status: StepStatus; readonly exitCode?: number | null }) {
  return (
    <Switch>
      <Match when={props.status === 'working'}>
        <span class="mark" title="Running">
          <Icon name="loading" class="codicon-modifier-spin" />
          <span class="visually-hidden">running</span>
        </span>
      </Match>
      <Match when={props.status === 'failed'}>
        <span class="mark failed" title={props.exitCode ? `Ended with code ${props.exitCode}` : 'Failed'}>
          <Icon name="error" />
          <span class="visually-hidden">{props.exitCode ? `failed with code ${props.exitCode}` : 'failed'}</span>
        </span>
      </Match>
      <Match when={props.status === 'declined'}>
        <span class="mark word">declined</span>
      </Match>
      <Match when={props.status === 'stopped'}>
        <span class="mark word">stopped</span>
      </Match>
      <Match when={props.status === 'completed'}>
        <span class="mark done" title="Done">
          <Icon name="check" />
          <span class="visually-hidden">done</span>
        </span>
      </Match>
    </Switch>
  );
}

const CHANGE_VERBS = { add: 'Created', delete: 'Deleted', update: 'Edited' } as const;

export function Files(props: { readonly item: FilesItem; readonly turnId: string }) {
  const list = createLongList(() => props.item.changes);
  return (
    <div role="group" aria-label={`File changes: ${counted(props.item.changes.length, 'file')}`} class="files">
      <KeyedFor each={list.shown()} keyOf={(change) => change.path}>
        {(change) => <FileChange change={change()} item={props.item} turnId={props.turnId} />}
      </KeyedFor>
      <Show when={list.isCut()}>
        <ShowAll list={list} noun="files" />
      </Show>
      <For each={props.item.notes}>
        {(note) => (
          <div class="note">
            <Icon name={props.item.status === 'completed' ? 'info' : 'warning'} /> {note}
          </div>
        )}
      </For>
    </div>
  );
}

function FileChange(props: { readonly change: FileChangeView; readonly item: FilesItem; readonly turnId: string }) {
  const [open, setOpen] = kept(`${props.turnId}/${props.item.id}/diff/${props.change.path}`, false);
  const written = () => props.item.status !== 'working' && props.item.status !== 'declined';
  const unreviewed = () => (written() ? unreviewedFile(props.change.movedTo ?? props.change.path) : undefined);
  return (
    <div class="card">
      <div class="card-bar">
        <Icon name={CHANGE_ICONS[props.change.kind]} class={`kind-${props.change.kind}`} />
        <button
          type="button"
          class="card-title link path-button"
          aria-label={props.change.label}
          title={`${CHANGE_VERBS[props.change.kind]} ${props.change.label} — open the diff`}
          onClick={() =>
            post({ type: 'openDiff', turnId: props.turnId, itemId: props.item.id, path: props.change.path })
          }
        >
          <FilePath path={props.change.label} />
          <Show when={props.change.movedTo}>{(to) => <span class="path-moved">→ {baseName(to())}</span>}</Show>
        </button>
        <Changes added={props.change.added} removed={props.change.removed} />
        <Show when={props.item.status === 'working'}>
          <span class="mark word">proposed</span>
        </Show>
        <Show when={props.item.status !== 'completed' && props.item.status !== 'working'}>
          <StepMark status={props.item.status} />
        </Show>
        <Show when={unreviewed()}>{(file) => <ReviewButtons file={file()} />}</Show>
        <IconButton
          icon={open() ? 'chevron-down' : 'chevron-right'}
          label={open() ? 'Hide changes' : 'Show changes'}
          onClick={() => setOpen(!open())}
        />
      </div>
      <Show when={open()}>
        <DiffText kind={props.change.kind} diff={props.change.diff} />
      </Show>
    </div>
  );
}

/** A step, and the images it shows. */
export function Step(props: { readonly item: StepItem; readonly turnId: string }) {
  return (
    <>
      <StepLine item={props.item} turnId={props.turnId} />
      <Show when={props.item.images}>
        {(images) => (
          <ItemImages
            images={images()}
            turnId={props.turnId}
            itemId={props.item.id}
            large={props.item.isResult ?? false}
          />
        )}
      </Show>
    </>
  );
}

function StepLine(props: { readonly item: StepItem; readonly turnId: string }) {
  const failed = () => props.item.status === 'failed';
  const summary = () => (
    <>
      <b>{props.item.verb}</b> {props.item.subject}
    </>
  );
  return (
    <Show
      when={props.item.text !== ''}
      fallback={
        <div class="step">
          <Icon name={props.item.icon} />
          <span class="step-summary">{summary()}</span>
          <span class="step-trailing">{formatDuration(props.item.durationMs)}</span>
        </div>
      }
    >
      <Disclosure
        icon={failed() ? 'error' : props.item.icon}
        iconClass={failed() ? 'failed' : ''}
        summary={summary()}
        trailing={formatDuration(props.item.durationMs)}
        openWhen={failed()}
        chosen={openSignal(props.turnId, props.item.id)}
      >
        <pre class="step-text">{props.item.text}</pre>
      </Disclosure>
    </Show>
  );
}

const PLAN_ICONS = { done: 'check', working: 'arrow-right', pending: 'circle-outline' } as const;

export function Plan(props: { readonly item: PlanItem }) {
  return (
    <ol class="plan" aria-label="Plan">
      <For each={props.item.steps}>
        {(step) => (
          <li class={step.status} aria-current={step.status === 'working' ? 'step' : undefined}>
            <Icon name={PLAN_ICONS[step.status]} />
            <span>{step.text}</span>
            <span class="visually-hidden">, {step.status}</span>
          </li>
        )}
      </For>
    </ol>
  );
}
