import { createSignal, createUniqueId, For, type JSX, Show } from 'solid-js';
import type { ChoiceField, ChoicesField, FieldOption } from '../../src/shared/questions';
import { type FieldProps, Needed } from './fieldParts';

/** More options than this are a list to open. */
const MAX_RADIOS = 8;

/** One of several options, or the person's own words. `isTitle`: its label stands above it already. */
export function ChoiceInput(props: FieldProps<ChoiceField> & { readonly isTitle: boolean }): JSX.Element {
  const isList = () => props.field.options.length > MAX_RADIOS && !props.field.other;
  return (
    <Show when={isList()} fallback={<Radios {...props} />}>
      <label class="field-label" classList={{ 'visually-hidden': props.isTitle }} for={props.input.id}>
        {props.field.label}
        <Needed field={props.field} />
      </label>
      <select {...props.input} class="field-input" onChange={(event) => props.onInput(event.currentTarget.value)}>
        <option value="" selected={props.value === ''}>
          {props.field.required ? 'Choose…' : 'None'}
        </option>
        <For each={props.field.options}>
          {(option) => (
            <option value={option.value} selected={props.value === option.value}>
              {option.label}
            </option>
          )}
        </For>
      </select>
    </Show>
  );
}

function Radios(props: FieldProps<ChoiceField> & { readonly isTitle: boolean }): JSX.Element {
  const name = createUniqueId();
  const isOption = (value: FieldProps['value']) => props.field.options.some((option) => option.value === value);
  const [isOther, setOther] = createSignal(props.value !== '' && !isOption(props.value));
  // They stay while an option is chosen: the arrow keys alone choose one.
  const [words, setWords] = createSignal(isOther() ? String(props.value) : '');
  const chooseOther = (written: string): void => {
    setOther(true);
    setWords(written);
    props.onInput(written);
  };
  return (
    <fieldset class="field-group" role="radiogroup" {...props.input}>
      <legend class="field-label" classList={{ 'visually-hidden': props.isTitle }}>
        {props.field.label}
        <Needed field={props.field} />
      </legend>
      <For each={props.field.options}>
        {(option) => (
          <Option option={option}>
            <input
              class="radio"
              type="radio"
              name={name}
              checked={!isOther() && props.value === option.value}
              onChange={() => {
                setOther(false);
                props.onInput(option.value);
              }}
            />
          </Option>
        )}
      </For>
      <Show when={props.field.other}>
        <OtherAnswer
          name={name}
          isChosen={isOther()}
          isSecret={props.field.secret}
          words={words()}
          onWords={chooseOther}
        />
      </Show>
    </fieldset>
  );
}

/** An option that is the person's own words. */
function OtherAnswer(props: {
  /** Of the radio buttons that it is one of. */
  readonly name: string;
  readonly isChosen: boolean;
  readonly isSecret: boolean;
  readonly words: string;
  readonly onWords: (words: string) => void;
}): JSX.Element {
  return (
    <>
      <label class="field-option">
        <input
          class="radio"
          type="radio"
          name={props.name}
          checked={props.isChosen}
          onChange={() => props.onWords(props.words)}
        />
        <span>Other</span>
      </label>
      <Show when={props.isChosen}>
        <input
          class="field-input"
          type={props.isSecret ? 'password' : 'text'}
          aria-label="Other answer"
          autocomplete="off"
          dir="auto"
          value={props.words}
          onInput={(event) => props.onWords(event.currentTarget.value)}
        />
      </Show>
    </>
  );
}

/** Any number of options. */
export function ChoicesInput(props: FieldProps<ChoicesField>): JSX.Element {
  const chosen = (): readonly string[] => (typeof props.value === 'object' ? props.value : []);
  // In the order in which they are offered, whatever the order of the clicks.
  const toggle = (value: string): void => {
    const next = new Set(chosen());
    if (!next.delete(value)) next.add(value);
    props.onInput(props.field.options.map((option) => option.value).filter((entry) => next.has(entry)));
  };
  return (
    <fieldset class="field-group" id={props.input.id} aria-describedby={props.input['aria-describedby']}>
      <legend class="field-label">
        {props.field.label}
        <Needed field={props.field} />
      </legend>
      <For each={props.field.options}>
        {(option) => (
          <Option option={option}>
            <input
              class="checkbox"
              type="checkbox"
              checked={chosen().includes(option.value)}
              onChange={() => toggle(option.value)}
            />
          </Option>
        )}
      </For>
    </fieldset>
  );
}

function Option(props: { readonly option: FieldOption; readonly children: JSX.Element }): JSX.Element {
  return (
    <label class="field-option">
      {props.children}
      <span>
        {props.option.label}
        <Show when={props.option.description !== ''}>
          {' '}
          <span class="field-about">{props.option.description}</span>
        </Show>
      </span>
    </label>
  );
}
