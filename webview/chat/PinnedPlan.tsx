import { createMemo, Show } from 'solid-js';
import type { ConversationView, PlanItem } from '../../src/shared/conversation';
import { Disclosure } from '../ui/Disclosure';
import { keepFocus } from './focus';
import { isBusy } from './labels';
import { kept } from './kept';
import { newestOf } from './rows';
import { Plan } from './Steps';

/** The plan of the running turn, above the composer, until it is done: where it stands, and all of it when unfolded. */
export function PinnedPlan(props: { readonly conversation: ConversationView }) {
  const plan = createMemo((): PlanItem | undefined => {
    if (!isBusy(props.conversation)) return undefined;
    const item = newestOf(props.conversation.turns.at(-1), 'plan');
    return item?.steps.some(({ status }) => status !== 'done') === true ? item : undefined;
  });
  return <Show when={plan()}>{(item) => <Pinned plan={item()} />}</Show>;
}

function Pinned(props: { readonly plan: PlanItem }) {
  let element: HTMLDivElement | undefined;
  keepFocus(() => element);
  return (
    <div ref={(div) => (element = div)} class="pinned-plan" role="group" aria-label="Plan of this turn">
      <Disclosure
        icon="checklist"
        summary={<PlanSummary plan={props.plan} />}
        chosen={kept<boolean | undefined>('pinned plan', undefined)}
      >
        <Plan item={props.plan} />
      </Disclosure>
    </div>
  );
}

function PlanSummary(props: { readonly plan: PlanItem }) {
  const done = () => props.plan.steps.filter(({ status }) => status === 'done').length;
  const current = () => props.plan.steps.find(({ status }) => status !== 'done');
  return (
    <>
      <b>
        {done() + 1} of {props.plan.steps.length}
      </b>{' '}
      {current()?.text}
    </>
  );
}
