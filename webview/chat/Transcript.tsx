import { createSignal, onCleanup, onMount, Show } from 'solid-js';
import type { ConversationView } from '../../src/shared/conversation';
import { Icon } from '../ui/Icon';
import { Announcer } from './Announcer';
import { Earlier } from './Earlier';
import { FindBar } from './FindBar';
import { keepFor } from './kept';
import { IS_MAC, isTextField } from './keys';
import { createLog } from './log';
import { Outbox, Retry } from './Outbox';
import { requestComposerFocus } from './state';
import { TranscriptRows } from './TranscriptRows';

/** The conversation. It follows its end until the person scrolls away from it. */
export function Transcript(props: { readonly conversation: ConversationView }) {
  return (
    <Show when={props.conversation.key} keyed>
      {(key) => {
        keepFor(key);
        return (
          <>
            <Log conversation={props.conversation} />
            <Announcer conversation={props.conversation} />
          </>
        );
      }}
    </Show>
  );
}

function Log(props: { readonly conversation: ConversationView }) {
  const log = createLog(() => props.conversation);
  /** Grows whenever the person wants to find something; 0: they do not. */
  const [findWish, setFindWish] = createSignal(0);
  listenForKeys({ find: () => setFindWish((count) => count + 1), goToMessage: log.goToMessage });
  return (
    <div class="transcript">
      <div
        class="scroller"
        role="log"
        aria-label="Conversation"
        aria-live="off"
        tabIndex={0}
        ref={log.setScroller}
        onScroll={() => log.onScroll()}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && !event.defaultPrevented) requestComposerFocus();
        }}
        onFocusIn={(event) => log.setFocusedRow(event.target.closest<HTMLElement>('[data-row]')?.dataset.row)}
        onFocusOut={({ currentTarget, relatedTarget }) => {
          // The row that gets the focus next is kept in the page for that already.
          if (relatedTarget instanceof Node && currentTarget.contains(relatedTarget)) return;
          // While the whole window has lost the focus, it comes back to the same row.
          if (document.hasFocus()) log.setFocusedRow(undefined);
        }}
      >
        <div class="content" ref={log.setContent}>
          <Earlier state={props.conversation.earlier} onLoad={log.loadEarlier} log={log.scroller} />
          <Show when={log.scroller()} keyed>
            {(scroller) => <TranscriptRows log={log} scroller={scroller} />}
          </Show>
          <Outbox conversation={props.conversation} />
          <Retry line={props.conversation.retry} />
        </div>
      </div>
      <Show when={findWish() > 0}>
        <FindBar
          log={log}
          wish={findWish()}
          onClose={() => {
            setFindWish(0);
            log.scroller()?.focus();
          }}
        />
      </Show>
      <Show when={!log.isFollowed()}>
        <button type="button" class="jump" onClick={() => log.follow()}>
          <Icon name="arrow-down" /> Jump to latest
        </button>
      </Show>
    </div>
  );
}

/** The keys that work wherever the focus is in the panel, unless what has it uses them. */
function listenForKeys(actions: { find(): void; goToMessage(by: 1 | -1): void }): void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || event.shiftKey) return;
    const isCommand = (IS_MAC ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey) && !event.altKey;
    const isAlt = event.altKey && !event.ctrlKey && !event.metaKey && !usesAltArrows(event.target);
    if (isCommand && event.key.toLowerCase() === 'f') actions.find();
    else if (isAlt && event.key === 'ArrowUp') actions.goToMessage(-1);
    else if (isAlt && event.key === 'ArrowDown') actions.goToMessage(1);
    else return;
    event.preventDefault();
    // The page around ours listens at the window, and hands the keys it knows to the editor: Ctrl+F would open its find.
    event.stopPropagation();
  };
  onMount(() => {
    document.addEventListener('keydown', onKeyDown);
    onCleanup(() => document.removeEventListener('keydown', onKeyDown));
  });
}

/** Lists and calendars of a form open with Alt and an arrow; on a Mac these go through any text by paragraphs. */
function usesAltArrows(target: EventTarget | null): boolean {
  if (IS_MAC && isTextField(target)) return true;
  return target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type.startsWith('date'));
}
