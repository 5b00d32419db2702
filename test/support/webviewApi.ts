import type { FromWebview } from '../../src/shared/messages';

/** What the chat page said to the extension, and what it asked to be remembered. Tests empty it. */
export const posted = { messages: [] as FromWebview[], states: [] as unknown[] };

// The page asks for it once, while its scripts are loaded: import this before them.
Object.assign(globalThis, {
  acquireVsCodeApi: () => ({
    postMessage: (message: FromWebview) => posted.messages.push(message),
    setState: (state: unknown) => posted.states.push(state),
    getState: () => posted.states.at(-1),
  }),
  // Missing in jsdom.
  ResizeObserver: class {
    observe(): void {
      return undefined;
    }
    unobserve(): void {
      return undefined;
    }
    disconnect(): void {
      return undefined;
    }
  },
});

// Nothing has a size there, and nothing scrolls.
const nothing = (): void => undefined;
Object.assign(Element.prototype, { scrollTo: nothing, scrollBy: nothing, scrollIntoView: nothing });
