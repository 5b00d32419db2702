import { Show } from 'solid-js';
import type { ConversationView } from '../../../src/shared/conversation';
import type { AppView } from '../../../src/shared/messages';
import { isBusy } from '../labels';
import { messageContext } from '../state';
import { Chips } from './Chips';
import { EDITING_ID, EditingBanner } from './EditingBanner';
import { createEditor } from './editor';
import { createIntake } from './intake';
import { MENU_ID, MenuList, optionId } from './MenuList';
import { Tools } from './Tools';

/** What the host accepts; Codex itself takes 48,576 more. */
const MAX_MESSAGE_CHARACTERS = 1_000_000;

interface ComposerProps {
  readonly conversation: ConversationView;
  readonly app: AppView;
}

/** Where the person writes. The text is theirs: nothing that arrives from the host replaces it. */
export function Composer(props: ComposerProps) {
  const intake = createIntake();
  const editor = createEditor({
    key: () => props.conversation.key,
    sendKey: () => props.app.sendKey,
    whenRead: intake.whenRead,
  });
  const { draft, menu, editing } = editor;
  const isOpen = () => menu.items().length > 0;
  return (
    <div class="composer" onPaste={intake.paste} onDragOver={intake.dragOver} onDrop={intake.drop}>
      <MenuList menu={menu} onChoose={editor.choose} />
      <Show when={editing.isEditing()}>
        <EditingBanner
          canSend={editor.canSend()}
          onSend={(how) => intake.whenRead(() => editing.sendEdited(how))}
          onCancel={editing.cancelEdit}
        />
      </Show>
      <Chips conversationKey={props.conversation.key} context={messageContext()} />
      <textarea
        ref={editor.attach}
        rows={2}
        maxLength={MAX_MESSAGE_CHARACTERS}
        aria-label="Message Codex"
        aria-autocomplete="list"
        aria-describedby={editing.isEditing() ? EDITING_ID : undefined}
        aria-haspopup="listbox"
        aria-controls={isOpen() ? MENU_ID : undefined}
        aria-activedescendant={isOpen() ? optionId(menu.active()) : undefined}
        placeholder={editing.isEditing() ? 'The message, as it is to be sent' : placeholder(props)}
        value={draft.text()}
        dir="auto"
        onInput={editor.onInput}
        onKeyDown={editor.onKeyDown}
        onClick={editor.followCursor}
        onKeyUp={editor.followCursor}
        onBlur={() => menu.close()}
      />
      <div class="visually-hidden" aria-live="polite">
        {isOpen() ? `${menu.items().length} suggestions` : ''}
      </div>
      <Show when={intake.trouble() !== ''}>
        <p class="composer-trouble" role="alert">
          {intake.trouble()}
        </p>
      </Show>
      <Tools
        conversation={props.conversation}
        app={props.app}
        canSend={editor.canSend()}
        onSend={() => editor.send(false)}
      />
    </div>
  );
}

function placeholder({ conversation, app }: ComposerProps): string {
  if (!isBusy(conversation)) return 'Message Codex — @ for context, / for commands';
  return app.followUp === 'steer'
    ? 'Message Codex — goes into the running turn'
    : 'Message Codex — queued until this turn ends';
}
