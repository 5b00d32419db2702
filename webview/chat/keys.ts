/** Whether the keys are those of a Mac: there Alt writes letters and moves by paragraphs, and Ctrl moves the cursor. */
export const IS_MAC = navigator.userAgent.includes('Mac');

/** Inputs that no text is written into. */
const BUTTONS: ReadonlySet<string> = new Set(['button', 'checkbox', 'radio', 'submit']);

/** Whether the person writes text where a key was pressed. */
export function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && !BUTTONS.has(target.type));
}
