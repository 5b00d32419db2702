import { post } from '../host/vscodeApi';
import { Markdown } from '../ui/markdown/Markdown';
import { pictureOf } from '../ui/rich/picture';
import { ProseImage } from './ImageStep';
import { conversationKey } from './state';

/** Codex's words, with links and copy buttons that reach the editor. */
export function Prose(props: { readonly text: string; readonly streaming: boolean }) {
  return (
    <Markdown
      text={props.text}
      streaming={props.streaming}
      onOpenLink={(href) => post({ type: 'openLink', href })}
      picture={(href, words) => {
        const picture = pictureOf(href);
        return picture && <ProseImage picture={picture} words={words} />;
      }}
      onCopy={(text) => post({ type: 'copy', text })}
      onInsertCode={(code) => post({ type: 'insertCode', code })}
      onApplyCode={(code, info) => post({ type: 'applyCode', key: conversationKey(), code, info })}
    />
  );
}
