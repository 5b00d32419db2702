import { Show } from 'solid-js';
import type { ConversationView } from '../../src/shared/conversation';
import { Icon } from '../ui/Icon';
import { keepFocus } from './focus';

/** Space above the first row, in pixels: with and without the button for earlier messages. */
const START_MARGIN = { with: 36, without: 4 } as const;

type EarlierState = ConversationView['earlier'];

/** How much space {@link Earlier} takes, in pixels: the virtualiser must know it. */
export function startMargin(state: EarlierState): number {
  return state === 'none' ? START_MARGIN.without : START_MARGIN.with;
}

/** What is above the first row: a button for the messages before it. */
export function Earlier(props: {
  readonly state: EarlierState;
  readonly onLoad: () => void;
  /** Where the focus goes on to when there is nothing more to load. */
  readonly log: () => HTMLElement | undefined;
}) {
  return (
    <div class="transcript-start" style={{ height: `${startMargin(props.state)}px` }}>
      <Show when={props.state !== 'none'}>
        <EarlierButton {...props} />
      </Show>
    </div>
  );
}

function EarlierButton(props: Parameters<typeof Earlier>[0]) {
  let button: HTMLButtonElement | undefined;
  const isLoading = () => props.state === 'loading';
  keepFocus(
    () => button,
    () => [...(props.log()?.querySelectorAll('.row') ?? [])],
  );
  return (
    <button
      type="button"
      class="earlier"
      aria-disabled={isLoading()}
      ref={(element) => (button = element)}
      onClick={() => props.onLoad()}
    >
      <Icon name={isLoading() ? 'loading' : 'arrow-up'} class={isLoading() ? 'codicon-modifier-spin' : ''} />
      Load earlier messages
    </button>
  );
}
