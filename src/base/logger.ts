/** Where every stage writes what happened. `vscode.LogOutputChannel` satisfies it. */
export interface Logger {
  trace(message: string, ...details: unknown[]): void;
  debug(message: string, ...details: unknown[]): void;
  info(message: string, ...details: unknown[]): void;
  warn(message: string, ...details: unknown[]): void;
  error(message: string | Error, ...details: unknown[]): void;
}

const ignore = (): void => undefined;

/** A logger that keeps nothing, for tests and for tools. */
export const nullLogger: Logger = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

const SECRETS: readonly RegExp[] = [
  /\b(sk-[A-Za-z0-9_-]{8})[A-Za-z0-9_-]+/g,
  /\b(Bearer\s+)[A-Za-z0-9._~+/=-]{8,}/gi,
  /("(?:api[_-]?key|authBearerToken|access_?token|refresh_?token|id_?token|authorization|password|secret)"\s*:\s*")[^"]*/gi,
];

/** Removes keys, tokens and passwords from `text`. Everything that reaches a log body goes through here. */
export function redact(text: string): string {
  return SECRETS.reduce((result, pattern) => result.replace(pattern, '$1…'), text);
}

/** Shortens `text` to `limit` characters and says how much was left out. */
export function truncate(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length - limit} more characters)`;
}
