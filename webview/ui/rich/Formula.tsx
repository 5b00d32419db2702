import { createMemo, Match, Switch } from 'solid-js';
import { setFormula } from './typeset';

/**
 * A formula. Until it is set, and where it cannot be, its source is shown. Selecting it copies the source, as it was
 * written.
 */
export function Formula(props: { readonly tex: string; readonly source: string; readonly display: boolean }) {
  const formula = createMemo(() => setFormula(props.tex, props.display));
  const as = <K extends 'element' | 'problem'>(key: K) => {
    const now = formula();
    return now && key in now ? (now as Record<K, K extends 'element' ? MathMLElement : string>)[key] : undefined;
  };
  return (
    <Switch fallback={<code class="math-source">{props.source}</code>}>
      <Match when={as('element')}>
        {(element) => (
          <span
            class="math"
            classList={{ 'math-display': props.display }}
            dir="ltr"
            tabIndex={props.display ? 0 : undefined}
            role={props.display ? 'group' : undefined}
            aria-label={props.display ? 'Formula' : undefined}
          >
            {element()}
            <span class="math-copied" aria-hidden="true">
              {props.source}
            </span>
          </span>
        )}
      </Match>
      <Match when={as('problem')}>
        {(problem) => (
          <code class="math-source math-wrong" title={`This formula cannot be shown: ${problem()}`}>
            {props.source}
          </code>
        )}
      </Match>
    </Switch>
  );
}
