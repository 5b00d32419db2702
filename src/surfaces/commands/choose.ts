import * as vscode from 'vscode';
import { messageOf } from '../../base/errors';
import { DisposableStore } from '../../base/disposable';

/** An entry of a step. Without `value` it cannot be chosen: it is shown so that nobody looks for it. */
export interface Choice<T> extends vscode.QuickPickItem {
  readonly value?: T;
  /** The cursor starts here. */
  readonly isCurrent?: boolean;
}

export interface ChoiceStep<T> {
  readonly title: string;
  readonly placeHolder: string;
  /** Which step this is, from 1. */
  readonly step?: number;
  readonly totalSteps?: number;
  /** Read again when the person asks for it after a failure, which is shown in the list. */
  load(): Promise<readonly Choice<T>[]> | readonly Choice<T>[];
}

/** What the person chose; `back`: the step before; `undefined`: nothing. */
export type Chosen<T> = { readonly type: 'value'; readonly value: T } | { readonly type: 'back' } | undefined;

/** Lets the person choose one of a list. What cannot be chosen leaves it open, as does a list that cannot be read. */
export async function choose<T>(step: ChoiceStep<T>): Promise<Chosen<T>> {
  const store = new DisposableStore();
  const picker = store.add(vscode.window.createQuickPick<Choice<T>>());
  const retry: Choice<T> = { label: vscode.l10n.t('$(refresh) Try Again'), alwaysShow: true };
  picker.title = step.title;
  picker.placeholder = step.placeHolder;
  picker.matchOnDescription = true;
  picker.matchOnDetail = true;
  if (step.step !== undefined && step.totalSteps !== undefined && step.totalSteps > 1) {
    picker.step = step.step;
    picker.totalSteps = step.totalSteps;
    if (step.step > 1) picker.buttons = [vscode.QuickInputButtons.Back];
  }
  const fill = async (): Promise<void> => {
    picker.busy = true;
    try {
      const choices = await step.load();
      picker.items = choices;
      const current = choices.find(({ isCurrent }) => isCurrent === true);
      if (current) picker.activeItems = [current];
    } catch (error) {
      const trouble = { label: vscode.l10n.t('$(error) The list could not be read'), detail: messageOf(error) };
      picker.items = [{ ...trouble, alwaysShow: true }, retry];
      picker.activeItems = [retry];
    }
    picker.busy = false;
  };
  try {
    return await new Promise<Chosen<T>>((resolve) => {
      store.add(
        picker.onDidAccept(() => {
          const [item] = picker.activeItems;
          if (item === retry) void fill();
          else if (item?.value !== undefined) resolve({ type: 'value', value: item.value });
        }),
      );
      store.add(picker.onDidTriggerButton(() => resolve({ type: 'back' })));
      store.add(picker.onDidHide(() => resolve(undefined)));
      picker.show();
      void fill();
    });
  } finally {
    store.dispose();
  }
}

/** What an entry that the organisation does not allow says beside its name. */
export function notAllowed(): string {
  return vscode.l10n.t('$(circle-slash) Not allowed by your organisation');
}
