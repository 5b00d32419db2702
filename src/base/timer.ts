import type { Disposable } from './disposable';

/** Runs `run` once after `ms` milliseconds, unless what it returns is disposed before. Pure stages are given one. */
export type Timer = (ms: number, run: () => void) => Disposable;
