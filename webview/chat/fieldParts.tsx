import { Show } from 'solid-js';
import type { FieldValue, FieldView } from '../../src/shared/questions';

/** What one field's input needs. */
export interface FieldProps<F extends FieldView = FieldView> {
  readonly field: F;
  readonly value: FieldValue;
  readonly onInput: (value: FieldValue) => void;
  /** Goes onto the element that takes the value. */
  readonly input: {
    readonly id: string;
    readonly 'aria-describedby': string | undefined;
    readonly 'aria-invalid': boolean;
    readonly 'aria-required': boolean;
  };
}

/** Marks what must be filled in. */
export function Needed(props: { readonly field: FieldView }) {
  return (
    <Show when={props.field.required && props.field.kind !== 'boolean'}>
      <span class="field-needed"> (needed)</span>
    </Show>
  );
}
