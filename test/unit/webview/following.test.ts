// @vitest-environment jsdom
import { createRoot } from 'solid-js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import '../../support/webviewApi';
import { createFollowing, type Following } from '../../../webview/chat/following';

const CLIENT_HEIGHT = 100;
let resized: () => void;
let dispose: () => void;

vi.stubGlobal(
  'ResizeObserver',
  class {
    constructor(run: () => void) {
      resized = run;
    }
    observe = vi.fn();
    disconnect = vi.fn();
  },
);

/** A log at its end, and what happens to it. */
function openLog() {
  const size = { scrollTop: 900, scrollHeight: 1_000, clientHeight: CLIENT_HEIGHT };
  const scroller = document.createElement('div');
  Object.defineProperties(scroller, {
    scrollTop: {
      get: () => size.scrollTop,
      set: (top: number) => (size.scrollTop = Math.min(top, size.scrollHeight - CLIENT_HEIGHT)),
    },
    scrollHeight: { get: () => size.scrollHeight },
    clientHeight: { get: () => CLIENT_HEIGHT },
  });
  const following = createRoot((end): Following => {
    dispose = end;
    return createFollowing({
      ...{ scroller: () => scroller, content: () => scroller, handle: () => undefined, loadEarlier: vi.fn() },
      ...{ rows: () => [], startMargin: () => 0, conversation: () => ({ loading: false, earlier: 'none' }) },
    });
  });
  const scrollTo = (top: number): void => {
    scroller.scrollTop = top;
    following.onScroll();
  };
  const grow = (): void => {
    size.scrollHeight += 500;
    resized();
  };
  return { scroller, following, scrollTo, grow };
}

afterEach(() => dispose());

describe('a log that follows its end', () => {
  it('goes there with every word that comes', () => {
    const { scroller, grow } = openLog();
    grow();
    expect(scroller.scrollTop).toBe(1_400);
  });

  it('stays at what was gone to, whatever comes meanwhile, until it is scrolled to its end', () => {
    const { scroller, following, scrollTo, grow } = openLog();
    following.unfollow();
    grow();
    expect([scroller.scrollTop, following.isFollowed()]).toEqual([900, false]);
    scrollTo(300);
    grow();
    expect(scroller.scrollTop).toBe(300);
    scrollTo(1_900);
    grow();
    expect([scroller.scrollTop, following.isFollowed()]).toEqual([2_400, true]);
  });

  it('does not take what opened a menu for a hand that is still on it', () => {
    const { scroller, following, scrollTo, grow } = openLog();
    vi.useFakeTimers();
    grow();
    scroller.dispatchEvent(new Event('pointerdown'));
    window.dispatchEvent(new Event('contextmenu'));
    vi.advanceTimersByTime(1_000);
    // The browser moves it up where something above shrinks; it is near the end after that.
    scrollTo(1_390);
    vi.useRealTimers();
    expect(following.isFollowed()).toBe(true);
  });
});
