import { post } from '../host/vscodeApi';
import { Markdown } from '../ui/markdown/Markdown';

/** Codex's words, with links and copy buttons that reach the editor. */
export function Prose(props: { readonly text: string; readonly streaming: boolean }) {
  return (
    <Markdown
      text={props.text}
      streaming={props.streaming}
      onOpenLink={(href) => post({ type: 'openLink', href })}
      onCopy={(text) => post({ type: 'copy', text })}
    />
  );
}
