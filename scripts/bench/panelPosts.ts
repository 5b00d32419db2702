import type { Page } from 'playwright-core';
import { trackOf, wordsIn } from './chatTracks';

/** How the extension host calls the window for a message to a webview: the method, then the webview and the message. */
const POST = /\$postMessage[^[]{0,8}\["([^"]+)",/g;

/** What the extension posted to webviews in a span of time. */
export interface Posts {
  /** To any webview. */
  readonly count: number;
  /** To webviews that were not told words of a conversation that was to be seen. */
  readonly hidden: number;
  /** Conversations whose words were posted. */
  readonly tracks: readonly string[];
  readonly words: number;
}

/** Counts what the extension host posts to webviews, on its way to the window. */
export class PanelPosts {
  private posts: { readonly webview: string; readonly words: readonly string[] }[] = [];

  /** Call it before the page loads the editor. */
  constructor(page: Page) {
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) =>
        this.read(typeof payload === 'string' ? payload : payload.toString()),
      ),
    );
  }

  restart(): void {
    this.posts = [];
  }

  /** Since {@link restart}. `visible`: the conversations that could be seen all the while. */
  since(visible: readonly string[]): Posts {
    const words = this.posts.flatMap((post) => post.words);
    const seen = new Set(
      this.posts
        .filter((post) => post.words.some((word) => visible.includes(trackOf(word))))
        .map((post) => post.webview),
    );
    return {
      count: this.posts.length,
      hidden: this.posts.filter(({ webview }) => !seen.has(webview)).length,
      tracks: [...new Set(words.map(trackOf))].sort(),
      words: words.length,
    };
  }

  private read(frame: string): void {
    const starts = [...frame.matchAll(POST)];
    for (const [index, start] of starts.entries()) {
      const text = frame.slice(start.index, starts[index + 1]?.index);
      this.posts.push({ webview: start[1] ?? '', words: wordsIn(text) });
    }
  }
}
