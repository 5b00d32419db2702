import type { Conversation } from '../../conversation/conversation';
import type { ChatChannel } from './chatChannel';

/** The chat that had the focus last: what a command without a target is about. */
export class FocusedChat {
  private channel: ChatChannel | undefined;

  get conversation(): Conversation | undefined {
    return this.channel?.conversation;
  }

  isAt(channel: ChatChannel): boolean {
    return this.channel === channel;
  }

  note(channel: ChatChannel): void {
    this.channel = channel;
  }

  /** The chat was closed. */
  forget(channel: ChatChannel): void {
    if (this.channel === channel) this.channel = undefined;
  }
}
