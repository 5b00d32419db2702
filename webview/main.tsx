import { render } from 'solid-js/web';
import '@vscode/codicons/dist/codicon.css';
import './ui/base.css';
import './ui/controls.css';
import './chat/layout.css';
import './chat/transcript.css';
import './chat/steps.css';
import './chat/problem.css';
import './chat/contention.css';
import './chat/approvals.css';
import './chat/review.css';
import './chat/emptyState.css';
import './chat/questions.css';
import './chat/sideQuestion.css';
import './chat/goal.css';
import './chat/composer/queue.css';
import './chat/composer/composer.css';
import './chat/composer/pickers.css';
import './ui/ansi/ansi.css';
import './ui/code/code.css';
import './ui/diff/diff.css';
import './ui/markdown/markdown.css';
import './ui/rich/rich.css';
import './failure.css';
import { App } from './chat/App';
import { Guarded } from './chat/Failure';
import { follow } from './chat/state';
import { watchForFaults } from './host/faults';

const root = document.getElementById('app');
if (root) {
  watchForFaults();
  render(
    () => (
      <Guarded>
        <App surface={document.body.dataset.surface ?? 'sidebar'} />
      </Guarded>
    ),
    root,
  );
  follow();
  // Tests and screen recorders wait for this: everything that is typed from now on is kept.
  document.documentElement.dataset.ready = 'true';
}
