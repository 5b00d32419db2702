import { render } from 'solid-js/web';
import '@vscode/codicons/dist/codicon.css';
import './chat/chat.css';
import './chat/questions.css';
import './chat/transcript.css';
import './chat/composer/composer.css';
import './ui/ansi/ansi.css';
import './ui/diff/diff.css';
import './ui/markdown/markdown.css';
import { App } from './chat/App';
import { follow } from './chat/state';

const root = document.getElementById('app');
if (root) {
  render(() => <App surface={document.body.dataset.surface ?? 'sidebar'} />, root);
  follow();
  // Tests and screen recorders wait for this: everything that is typed from now on is kept.
  document.documentElement.dataset.ready = 'true';
}
