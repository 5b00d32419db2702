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

  /** Keeps what stands in the composer of a panel. The other panels of the conversation show the same. */
  keep({ view }: Owner, text: string, from: ChatChannel): void {
    this.drafts.set(view, text);
    this.showElsewhere(view.key, text, from);
  }

  /**
   * A panel has sent what stood in its composer: no panel shows it any more. Its words stay the draft while it waits for
   * what is being `attached` to it (`undefined`: nothing): the window may end meanwhile.
   */
  async sending(owner: Owner, text: string, from: ChatChannel, attached: Promise<void> | undefined): Promise<void> {
    if (attached) {
      this.drafts.set(owner.view, text);
      this.showElsewhere(owner.view.key, '', from);
      await attached;
      // Another message was begun meanwhile.
      if (this.drafts.get(owner.view) !== text) return;
    }
    this.keep(owner, '', from);
  }

  /** Sends what stands in the composer. `false`: no page is there to do it. */
  submit({ view }: Owner): boolean {
    return this.shownOf(view.key).some((channel) => channel.submit());
  }

  /** Adds a message to what stands in the composer: of the chat that had the focus last, if it shows the conversation. */
  putBack({ view }: Owner, text: string): void {
    const draft = this.drafts.get(view);
    const addition = draft.trim() === '' ? text : `\n\n${text}`;
    const [channel] = this.shownOf(view.key);
    if (channel) channel.insertText(addition);
    else this.drafts.set(view, draft + addition);
  }

  /** Puts a text, with the cursor, into the composer in the place of what stands there. */
  replace({ view }: Owner, text: string): void {
    this.drafts.set(view, text);
    const [channel, ...others] = this.shownOf(view.key);
    channel?.setText(text);
    channel?.focusComposer();
    for (const other of others) other.sendDraft(text);
  }

  /** Takes a message out again, unless the person has changed what stands there. */
  takeOut({ view }: Owner, text: string): void {
    if (this.drafts.get(view).trim() === text.trim()) this.drafts.set(view, '');
    this.shownOf(view.key)[0]?.withdrawText(text);
  }

  private showElsewhere(key: string, text: string, from: ChatChannel): void {
    for (const channel of this.shownOf(key)) if (channel !== from) channel.sendDraft(text);
  }

  /** The panels that show a conversation, the one that had the focus last before the others. */
  private shownOf(key: string): readonly ChatChannel[] {
    const shown = this.channels().filter((channel) => channel.isVisible && channel.conversation.key === key);
    return shown.sort((one, other) => Number(this.focused.isAt(other)) - Number(this.focused.isAt(one)));
  }
}
