import type { ConversationView } from '../../shared/conversation';
import type { ChatChannel } from './chatChannel';
import type { Drafts } from './drafts';
import type { FocusedChat } from './focusedChat';

type Owner = { readonly view: Pick<ConversationView, 'threadId' | 'key'> };

/** Messages that go back into the composer of a conversation, and out of it again, wherever it is shown. */
export class Composers {
  constructor(
    private readonly channels: () => readonly ChatChannel[],
    private readonly focused: FocusedChat,
    private readonly drafts: Drafts,
  ) {}

  /** Adds a message to what stands in the composer: of the chat that had the focus last, if it shows the conversation. */
  putBack({ view }: Owner, text: string): void {
    const draft = this.drafts.get(view);
    const addition = draft.trim() === '' ? text : `\n\n${text}`;
    const shown = this.shownOf(view.key);
    const channel = shown.find((each) => this.focused.isAt(each)) ?? shown[0];
    if (channel) channel.insertText(addition);
    else this.drafts.set(view, draft + addition);
  }

  /** Puts a text into the composer in the place of what stands there; the chat that had the focus last gets the cursor. */
  replace({ view }: Owner, text: string): void {
    this.drafts.set(view, text);
    const shown = this.shownOf(view.key);
    for (const channel of shown) channel.setText(text);
    (shown.find((each) => this.focused.isAt(each)) ?? shown[0])?.focusComposer();
  }

  /** Takes a message out again, unless the person has changed what stands there. */
  takeOut({ view }: Owner, text: string): void {
    if (this.drafts.get(view).trim() === text.trim()) this.drafts.set(view, '');
    for (const channel of this.shownOf(view.key)) channel.withdrawText(text);
  }

  private shownOf(key: string): readonly ChatChannel[] {
    return this.channels().filter((channel) => channel.isVisible && channel.conversation.key === key);
  }
}
