import { onCleanup } from 'solid-js';
import { requestComposerFocus } from './state';

const CONTROLS = 'button:not(:disabled), input:not(:disabled)';

/** The move that is due. What goes later, or around what went first, decides. */
let due: (() => void) | undefined;

/**
 * Call it in the component that shows `element`: when that goes while it holds the focus, the focus moves to the first
 * of `neighbours` that is left, there to the control of the same name, and to the composer when none is left. While
 * the person is elsewhere in the editor nothing moves before they come back.
 */
export function keepFocus(
  element: () => HTMLElement | undefined,
  neighbours: (element: HTMLElement) => readonly Element[] = () => [],
): void {
  onCleanup(() => {
    const going = element();
    const focused = document.activeElement;
    if (!going || !focused || !going.contains(focused)) return;
    const candidates = neighbours(going);
    const move = (): void => {
      if (due !== move || document.activeElement !== document.body) return;
      const target = controlIn(
        candidates.find((candidate) => candidate.isConnected),
        nameOf(focused),
      );
      if (target) target.focus();
      else requestComposerFocus();
    };
    due = move;
    if (document.hasFocus()) queueMicrotask(move);
    else window.addEventListener('focus', move, { once: true });
  });
}

/** What stands after `element` among `all`, then what stands before it, the nearest first. */
export function nearestFirst(element: Element, all: Iterable<Element>): Element[] {
  const list = [...all];
  const at = list.indexOf(element);
  return [...list.slice(at + 1), ...list.slice(0, at).reverse()];
}

function controlIn(place: Element | undefined, name: string): HTMLElement | undefined {
  const controls = [...(place?.querySelectorAll<HTMLElement>(CONTROLS) ?? [])];
  return controls.find((control) => nameOf(control) === name) ?? controls[0];
}

function nameOf(control: Element): string {
  return control.getAttribute('aria-label') ?? control.textContent;
}
