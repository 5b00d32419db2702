import { createEffect, createSignal, on } from 'solid-js';
import { post } from '../../host/vscodeApi';
import { messageContext, replacement } from '../state';

const [editRequest, setEditRequest] = createSignal<{ readonly turnId: string } | null>(null);

/** Wants the message that began a turn in the composer. What stands there is put aside. */
export function requestEdit(turnId: string): void {
  setEditRequest({ turnId });
}

export interface EditedField {
  /** The conversation that messages are for. */
  key(): string;
  text(): string;
  canSend(): boolean;
  /** Puts a text in the place of what stands there. */
  replace(text: string): void;
  focus(): void;
}

/** The editing of a message that was sent before, in the text field for new ones. Call it in the component of the field. */
export function createEditing(field: EditedField) {
  const isEditing = (): boolean => messageContext().editing !== undefined;
  // What stands here goes only when the host has sent it: the person may still change their mind.
  const sendEdited = (how: 'inPlace' | 'copy'): void => {
    if (field.canSend()) post({ type: 'sendEdited', key: field.key(), text: field.text(), how });
  };
  const cancelEdit = (): void => {
    post({ type: 'cancelEdit', key: field.key() });
    field.focus();
  };
  const begin = (wish: { readonly turnId: string } | null): void => {
    if (wish) post({ type: 'editMessage', key: field.key(), turnId: wish.turnId, draft: field.text() });
  };
  const replace = (wish: { readonly text: string } | null): void => {
    if (wish) field.replace(wish.text);
  };
  createEffect(on(editRequest, begin, { defer: true }));
  createEffect(on(replacement, replace, { defer: true }));
  /** `true`: the key ended the editing. */
  const handle = (event: KeyboardEvent): boolean => {
    if (event.key !== 'Escape' || !isEditing()) return false;
    event.preventDefault();
    event.stopPropagation();
    cancelEdit();
    return true;
  };
  return { isEditing, sendEdited, cancelEdit, handle };
}
