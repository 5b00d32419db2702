import { Highlighter, type WorkerLike } from './highlighter';

const IDLE_LIMIT_MS = 500;

/** The highlighter of this page. Its worker runs from a blob: the page's policy allows no other. */
export const pageHighlighter = new Highlighter({ startWorker, whenIdle });

async function startWorker(): Promise<WorkerLike> {
  const { source } = await import('./highlightWorkerMain?source');
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  try {
    return new Worker(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function whenIdle(callback: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(callback, { timeout: IDLE_LIMIT_MS });
  else setTimeout(callback);
}
