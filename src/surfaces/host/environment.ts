/** Set by the editor for its own processes. A command run by Codex would take them for its own. */
const EDITOR_VARIABLES = /^(?:ELECTRON_|VSCODE_)/;

/** The environment as a terminal of the editor would have it. */
export function withoutEditorVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !EDITOR_VARIABLES.test(name)));
}
