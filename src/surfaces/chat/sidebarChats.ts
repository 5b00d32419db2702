import type * as vscode from 'vscode';
import { DisposableStore } from '../../base/disposable';
import type { Conversation } from '../../conversation/conversation';
import type { Conversations } from '../../conversation/conversations';
import type { ChannelHost, ChatChannel } from './chatChannel';
import { SidebarChat, type SidebarPlace } from './sidebarChat';

const PRIMARY: SidebarPlace = { view: 'switchyard.chat', surface: 'sidebar', storageKey: 'sidebar' };
/** Editors before VS Code 1.106 leave it out. */
const SECONDARY: SidebarPlace = {
  view: 'switchyard.chatSecondary',
  surface: 'secondary',
  storageKey: 'secondarySidebar',
};
const LAST_USED_KEY = 'lastUsedSidebar';

/** The chats in the side bars. What names none of them is about the one that was used last. */
export class SidebarChats implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly primary: SidebarChat;
  private readonly secondary: SidebarChat;
  private lastUsed: SidebarChat;

  constructor(
    extensionUri: vscode.Uri,
    private readonly memory: vscode.Memento,
    conversations: Conversations,
    host: ChannelHost,
  ) {
    const open = (place: SidebarPlace): SidebarChat =>
      this.store.add(new SidebarChat(place, extensionUri, memory, conversations, host));
    this.primary = open(PRIMARY);
    this.secondary = open(SECONDARY);
    this.lastUsed = memory.get(LAST_USED_KEY) === SECONDARY.view ? this.secondary : this.primary;
    this.store.add(
      host.focused.onDidFocus((channel) => {
        const used = this.both.find(({ channels }) => channels.includes(channel));
        if (used) this.use(used);
      }),
    );
  }

  /** The conversation in the side bar that was used last, whether or not it is shown. */
  get conversation(): Conversation {
    return this.lastUsed.conversation;
  }

  get channels(): readonly ChatChannel[] {
    return this.both.flatMap(({ channels }) => channels);
  }

  /** Whether it is in a side bar, shown or not. */
  has(conversation: Conversation): boolean {
    return this.holding(conversation).length > 0;
  }

  isVisible(conversation: Conversation): boolean {
    return this.holding(conversation).some(({ isVisible }) => isVisible);
  }

  /** Shows a conversation in the side bar that it is in, else in the one used last, with the cursor in the composer. */
  async show(conversation: Conversation): Promise<void> {
    const holding = this.holding(conversation);
    const chat = holding.includes(this.lastUsed) ? this.lastUsed : (holding[0] ?? this.lastUsed);
    try {
      await chat.show(conversation);
      this.use(chat);
    } catch (error) {
      // The settings of this workspace may come from an editor that has more side bars than this one.
      if (chat === this.primary) throw error;
      this.use(this.primary);
      await this.primary.show(conversation);
    }
  }

  /** Shows another conversation wherever this one is, without opening a view. */
  replace(conversation: Conversation, create: () => Conversation): void {
    for (const chat of this.holding(conversation)) chat.replace(create());
  }

  /** Remembers for the next window where a conversation is shown; call it when the conversation got its thread. */
  remember(conversation: Conversation): void {
    for (const chat of this.holding(conversation)) chat.remember();
  }

  dispose(): void {
    this.store.dispose();
  }

  private get both(): readonly SidebarChat[] {
    return [this.primary, this.secondary];
  }

  private holding(conversation: Conversation): readonly SidebarChat[] {
    return this.both.filter((chat) => chat.has(conversation));
  }

  private use(chat: SidebarChat): void {
    if (chat === this.lastUsed) return;
    this.lastUsed = chat;
    void this.memory.update(LAST_USED_KEY, chat === this.secondary ? SECONDARY.view : PRIMARY.view);
  }
}
