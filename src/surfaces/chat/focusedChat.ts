import { Emitter } from '../../base/event';
import type { Conversation } from '../../conversation/conversation';
import type { ChatChannel } from './chatChannel';

/** The chat that had the focus last: what a command without a target is about. */
export class FocusedChat {
  private readonly emitter = new Emitter<ChatChannel>();
  private channel: ChatChannel | undefined;

  readonly onDidFocus = this.emitter.event;

  get conversation(): Conversation | undefined {
    return this.channel?.conversation;
  }

  isAt(channel: ChatChannel): boolean {
    return this.channel === channel;
  }

  note(channel: ChatChannel): void {
    this.channel = channel;
    this.emitter.fire(channel);
  }

  /** The chat was closed. */
  forget(channel: ChatChannel): void {
    if (this.channel === channel) this.channel = undefined;
  }
}
