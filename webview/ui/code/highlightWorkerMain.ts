import { HighlightWorker } from './highlightWorker';
import type { ToHighlightWorker } from './highlighting';

const worker = new HighlightWorker((message) => self.postMessage(message));
self.addEventListener('message', (event: MessageEvent<ToHighlightWorker>) => worker.receive(event.data));
