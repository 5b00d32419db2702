import { createMemo, createSignal, createUniqueId, Index, type JSX, Match, onCleanup, Show, Switch } from 'solid-js';
import type { ApprovalView } from '../../src/shared/conversation';
import { type FieldValue, fieldProblem, type FieldView, type TextField } from '../../src/shared/questions';
import { post } from '../host/vscodeApi';
import { type FieldProps, Needed } from './fieldParts';
import { ChoiceInput, ChoicesInput } from './FormChoices';
import { conversationKey } from './state';

/** A form says this often what stands in it: another page may show it next. */
const FILL_PAUSE_MS = 250;

/** What the person fills in before they answer. */
export interface Form {
  readonly fields: readonly FieldView[];
  readonly values: () => readonly FieldValue[];
  readonly set: (index: number, value: FieldValue) => void;
  /** Why a field cannot be sent, once the person has tried to. */
  readonly problem: (index: number) => string | null;
  /** The whole form's problem, once the person has tried to send it. */
  readonly overall: () => string | null;
  /** What to send, or `null` when something does not fit: then that is shown, and the first such field has the focus. */
  readonly take: () => readonly FieldValue[] | null;
  readonly register: (index: number, element: HTMLElement) => void;
}

/** The form of an approval; its fields stay the same as long as it is open. */
export function createForm(approval: ApprovalView): Form {
  const { id, kind } = approval;
  const fields = approval.fields ?? [];
  const initial = fields.map((field, index) => plain(approval.filled?.[index] ?? field.initial));
  const [values, setValues] = createSignal<readonly FieldValue[]>(initial);
  const [tried, setTried] = createSignal(false);
  const problems = createMemo(() => fields.map((field, index) => problemOf(field, values()[index] ?? '')));
  const overall = (): string | null =>
    kind === 'question' && values().every((value) => value === '') ? 'Answer, or choose Skip.' : null;
  const elements = new Map<number, HTMLElement>();
  const key = conversationKey();
  const tellSoon = createTelling(() =>
    post({ type: 'fill', key, approvalId: id, values: withoutSecrets(fields, values()) }),
  );
  return {
    fields,
    values,
    set: (index, value) => {
      setValues(values().map((other, at) => (at === index ? value : other)));
      tellSoon();
    },
    problem: (index) => (tried() ? (problems()[index] ?? null) : null),
    overall: () => (tried() ? overall() : null),
    take: () => {
      setTried(true);
      const first = overall() === null ? problems().findIndex((problem) => problem !== null) : 0;
      if (first === -1) return values();
      elements.get(first)?.querySelector<HTMLElement>('input, textarea, select')?.focus();
      return null;
    },
    register: (index, element) => elements.set(index, element),
  };
}

/** What it returns runs `tell` a moment later: at once when the person goes elsewhere, or the form does. */
function createTelling(tell: () => void): () => void {
  let timer: number | undefined;
  const tellNow = (): void => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    tell();
  };
  window.addEventListener('blur', tellNow);
  onCleanup(() => {
    window.removeEventListener('blur', tellNow);
    tellNow();
  });
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(tellNow, FILL_PAUSE_MS);
  };
}

/** A copy that can be posted: what stands in the page's state cannot. */
const plain = (value: FieldValue): FieldValue => (typeof value === 'object' ? [...value] : value);

function problemOf(field: FieldView, value: FieldValue): string | null {
  const problem = fieldProblem(field, value);
  if (problem !== null || field.kind !== 'text' || field.pattern === null || value === '') return problem;
  try {
    return new RegExp(field.pattern, 'u').test(String(value)) ? null : `This must fit the pattern ${field.pattern}`;
  } catch {
    // The server that wrote it has to check by itself.
    return null;
  }
}

function withoutSecrets(fields: readonly FieldView[], values: readonly FieldValue[]): FieldValue[] {
  return values.map((value, index) => {
    const field = fields[index];
    const isOption = field?.kind === 'choice' && field.options.some((option) => option.value === value);
    return field && 'secret' in field && field.secret && !isOption ? '' : value;
  });
}

/** The inputs of a form, one below the other. `title`: what stands above it already. */
export function FormFields(props: { readonly form: Form; readonly title: string }) {
  return (
    <Show when={props.form.fields.length > 0}>
      <div class="fields">
        <Index each={props.form.fields}>
          {(field, index) => <Field form={props.form} field={field()} index={index} title={props.title} />}
        </Index>
        <p class="field-problem" role="alert">
          {props.form.overall()}
        </p>
      </div>
    </Show>
  );
}

function Field(props: {
  readonly form: Form;
  readonly field: FieldView;
  readonly index: number;
  readonly title: string;
}) {
  const id = createUniqueId();
  const problem = () => props.form.problem(props.index);
  const described = () =>
    [props.field.description === '' ? '' : `${id}-about`, problem() === null ? '' : `${id}-problem`]
      .filter((part) => part !== '')
      .join(' ');
  const is = <K extends FieldView['kind']>(kind: K) =>
    props.field.kind === kind ? (props.field as Extract<FieldView, { kind: K }>) : undefined;
  const common = () => ({
    value: props.form.values()[props.index] ?? '',
    onInput: (value: FieldValue) => props.form.set(props.index, value),
    input: {
      id,
      'aria-describedby': described() || undefined,
      'aria-invalid': problem() !== null,
      'aria-required': props.field.required,
    },
  });
  const isGroup = () => props.field.kind === 'choices' || props.field.kind === 'choice';
  return (
    <div class="field" ref={(element) => props.form.register(props.index, element)}>
      <Show when={!isGroup() && props.field.kind !== 'boolean'}>
        <label class="field-label" classList={{ 'visually-hidden': props.field.label === props.title }} for={id}>
          {props.field.label}
          <Needed field={props.field} />
        </label>
      </Show>
      <Switch>
        <Match when={is('text')}>{(field) => <TextInput field={field()} {...common()} />}</Match>
        <Match when={is('number')}>{(field) => <NumberInput integer={field().integer} {...common()} />}</Match>
        <Match when={is('boolean')}>{(field) => <BooleanInput label={field().label} {...common()} />}</Match>
        <Match when={is('choice')}>
          {(field) => <ChoiceInput field={field()} isTitle={field().label === props.title} {...common()} />}
        </Match>
        <Match when={is('choices')}>{(field) => <ChoicesInput field={field()} {...common()} />}</Match>
      </Switch>
      <Show when={props.field.description !== ''}>
        <div class="field-about" id={`${id}-about`}>
          {props.field.description}
        </div>
      </Show>
      <Show when={problem()}>
        <div class="field-problem" id={`${id}-problem`} role="alert">
          {problem()}
        </div>
      </Show>
    </div>
  );
}

type InputProps = Omit<FieldProps, 'field'>;

function TextInput(props: FieldProps<TextField>): JSX.Element {
  const type = () =>
    props.field.secret
      ? 'password'
      : { email: 'email', uri: 'url', date: 'date', 'date-time': 'datetime-local', none: 'text' }[
          props.field.format ?? 'none'
        ];
  const isTime = () => props.field.format === 'date-time';
  const isLong = () => props.field.format === null && !props.field.secret;
  return (
    <Show
      when={isLong()}
      fallback={
        <input
          {...props.input}
          class="field-input"
          type={type()}
          step={isTime() ? 1 : undefined}
          autocomplete="off"
          spellcheck={false}
          value={isTime() ? toLocal(String(props.value)) : String(props.value)}
          onInput={({ currentTarget: { value } }) => props.onInput(isTime() ? toUtc(value) : value)}
        />
      }
    >
      <textarea
        {...props.input}
        class="field-input"
        rows={1}
        dir="auto"
        value={String(props.value)}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </Show>
  );
}

/** A text input, not a number input: that one hides what it does not understand instead of giving it. */
function NumberInput(props: InputProps & { readonly integer: boolean }): JSX.Element {
  return (
    <input
      {...props.input}
      class="field-input"
      type="text"
      inputMode={props.integer ? 'numeric' : 'decimal'}
      autocomplete="off"
      value={String(props.value)}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  );
}

function BooleanInput(props: InputProps & { readonly label: string }): JSX.Element {
  return (
    <label class="field-option">
      <input
        {...props.input}
        class="checkbox"
        type="checkbox"
        checked={props.value === true}
        onChange={(event) => props.onInput(event.currentTarget.checked)}
      />
      <span>{props.label}</span>
    </label>
  );
}

/** A moment as the input for it shows it, in the person's own time zone. */
function toLocal(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) return '';
  const offset = new Date(time).getTimezoneOffset() * 60_000;
  return new Date(time - offset).toISOString().slice(0, 19);
}

function toUtc(local: string): string {
  return local === '' ? '' : new Date(local).toISOString();
}
