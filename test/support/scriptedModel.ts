import * as z from 'zod';
import { demoAnswer } from './demoModel';
import {
  applyPatch,
  execCommand,
  type InputItem,
  message,
  type ModelAnswer,
  type ModelCall,
  type ModelServer,
  modelTurn,
  startModelServer,
} from './modelServer';

/** What the model does next: patches files or runs a command. */
export type ScriptStep =
  { readonly patch: string } | { readonly exec: string; readonly escalated?: boolean | undefined };

const SCRIPT = '@script ';
const steps: z.ZodType<readonly ScriptStep[]> = z.array(
  z.union([z.object({ patch: z.string() }), z.object({ exec: z.string(), escalated: z.boolean().optional() })]),
);

/** The message that makes {@link startScriptedModel} take these steps, one a request, and then say "Done.". */
export function script(...list: readonly ScriptStep[]): string {
  return SCRIPT + JSON.stringify(list);
}

/** A patch of one file that replaces lines, `[old, new]`; an empty `new` deletes them. */
export function replaceLines(file: string, ...changes: readonly (readonly [string, string])[]): string {
  const signed = (sign: string, text: string) => (text === '' ? [] : text.split('\n').map((line) => sign + line));
  const hunks = changes.map(([before, after]) => ['@@', ...signed('-', before), ...signed('+', after)].join('\n'));
  return `*** Begin Patch\n*** Update File: ${file}\n${hunks.join('\n')}\n*** End Patch`;
}

/** Starts a model that follows the script in the person's own message; without one it is the demo model. */
export async function startScriptedModel(): Promise<ModelServer> {
  const server = await startModelServer();
  server.respond((call) => followScript(call) ?? demoAnswer(call, 0));
  return server;
}

/** The next step of the newest script. What was said since, such as a note of the editor, does not begin it anew. */
function followScript({ request }: ModelCall): ModelAnswer | undefined {
  const { input } = request.body;
  const scriptOf = ({ content }: InputItem): string | undefined =>
    content?.find(({ text }) => text?.startsWith(SCRIPT))?.text?.slice(SCRIPT.length);
  const at = input.findLastIndex((item) => scriptOf(item) !== undefined);
  const script = input[at] && scriptOf(input[at]);
  if (script === undefined) return undefined;
  const list = steps.parse(JSON.parse(script));
  const step = list[input.slice(at + 1).filter(({ type }) => type.endsWith('_output')).length];
  if (step === undefined) return modelTurn(message('Done.'));
  return modelTurn('patch' in step ? applyPatch(step.patch) : execCommand(step.exec, { escalated: step.escalated }));
}
