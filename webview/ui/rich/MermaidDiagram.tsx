import { createRenderEffect, createSignal, onCleanup, Show } from 'solid-js';
import { IconButton } from '../IconButton';
import { type Diagram, drawDiagram, keptDiagram } from './diagram';
import { pageColors } from './themeColors';

/** The diagrams whose source the person wants to see: a row that comes back shows it again. */
const [withSource, setWithSource] = createSignal<ReadonlySet<string>>(new Set());

/** A diagram in Mermaid's language, as an image. Its source until it is drawn, and where it cannot be. */
export function MermaidDiagram(props: { readonly source: string; readonly onCopy: (text: string) => void }) {
  const { diagram, problem } = createDrawing(() => props.source);
  const showsSource = () => diagram() === undefined || withSource().has(props.source);
  const toggleSource = () => {
    const next = new Set(withSource());
    if (!next.delete(props.source)) next.add(props.source);
    setWithSource(next);
  };
  let dialog: HTMLDialogElement | undefined;
  return (
    <figure class="diagram" aria-label={nameOf(diagram())}>
      <div class="diagram-bar">
        <span>mermaid</span>
        <Show when={diagram()}>
          <IconButton
            icon={showsSource() ? 'type-hierarchy' : 'code'}
            label={showsSource() ? 'Show diagram' : 'Show source'}
            onClick={toggleSource}
          />
          <IconButton icon="zoom-in" label="Open larger" onClick={() => dialog?.showModal()} />
        </Show>
        <IconButton icon="copy" label="Copy source" onClick={() => props.onCopy(props.source)} />
      </div>
      <Show when={showsSource()}>
        <pre tabIndex={0} class="diagram-source">
          <code>{props.source}</code>
        </pre>
      </Show>
      <Show when={showsSource() ? undefined : diagram()}>{(drawn) => <Picture diagram={drawn()} />}</Show>
      <Show when={diagram() === undefined && problem() !== ''}>
        <figcaption class="diagram-problem">This diagram cannot be drawn: {problem()}</figcaption>
      </Show>
      <Show when={diagram()}>
        {(drawn) => (
          <dialog
            ref={(element) => (dialog = element)}
            class="diagram-dialog"
            aria-label={nameOf(drawn())}
            onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
          >
            <IconButton icon="close" label="Close" onClick={() => dialog?.close()} />
            <div class="diagram-scroll" tabIndex={0}>
              <Picture diagram={drawn()} />
            </div>
          </dialog>
        )}
      </Show>
    </figure>
  );
}

/** What is drawn of a source, in the colours of the page as they are. */
function createDrawing(source: () => string) {
  const [diagram, setDiagram] = createSignal<Diagram>();
  const [problem, setProblem] = createSignal('');
  createRenderEffect(() => {
    const [wanted, wantedIn] = [source(), pageColors()];
    const known = keptDiagram(wanted, wantedIn);
    if (known) {
      setDiagram(known);
      return;
    }
    let isCurrent = true;
    onCleanup(() => (isCurrent = false));
    drawDiagram(wanted, wantedIn).then(
      (drawn) => isCurrent && setDiagram(drawn),
      (error: unknown) => isCurrent && setProblem(firstLines(error)),
    );
  });
  return { diagram, problem };
}

function Picture(props: { readonly diagram: Diagram }) {
  return (
    <img
      src={props.diagram.url}
      width={props.diagram.width}
      height={props.diagram.height}
      alt={nameOf(props.diagram)}
      draggable={false}
    />
  );
}

function nameOf(diagram: Diagram | undefined): string {
  return diagram?.title ? `Diagram: ${diagram.title}` : 'Diagram';
}

/** What the parser says first; a drawing of the place follows, which needs a fixed width. */
function firstLines(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n').slice(0, 2).join(' ').slice(0, 300);
}
