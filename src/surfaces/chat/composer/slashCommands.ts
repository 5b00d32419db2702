import * as vscode from 'vscode';
import type { Catalog } from '../../../conversation/catalog';
import type { Conversation } from '../../../conversation/conversation';
import type { Feedback } from '../../../conversation/feedback';
import { type CompletionView, type ComposerCommand, takesArgument } from '../../../shared/composer';
import type { TurnChanges } from '../../restore/turnChanges';
import type { ReviewActions } from '../../review/reviewActions';
import { setGoal } from '../goals';
import type { SideQuestions } from '../sideQuestions';
import { chooseReview } from './chooseReview';
import type { ComposerContexts } from './composerContexts';
import { type TierSource, toggleFast } from './fastTier';
import { giveFeedback } from './giveFeedback';
import { nameOf } from '../../status/conversationStatus';

export interface SlashContext {
  readonly catalog: Catalog;
  readonly turns: Pick<TurnChanges, 'undo'>;
  readonly review: Pick<ReviewActions, 'open'>;
  readonly contexts: Pick<ComposerContexts, 'view' | 'includeActive'>;
  readonly sides: Pick<SideQuestions, 'ask'>;
  readonly status: TierSource;
  readonly feedback: Feedback;
}

interface SlashCommand {
  readonly icon: string;
  readonly detail: string;
  /** A command of the extension that does it, or what to do. */
  readonly run: string | ((conversation: Conversation, context: SlashContext, argument: string) => unknown);
  /** Another name of a command: listed once somebody types it. */
  readonly isAlias?: true;
}

/** Functions, because translations are there only once the extension runs. */
const COMMANDS: Readonly<Record<ComposerCommand, () => SlashCommand>> = {
  new: () => ({ icon: 'add', detail: vscode.l10n.t('New conversation'), run: 'newConversation' }),
  compact: () => ({
    icon: 'fold',
    detail: vscode.l10n.t('Summarise the conversation, to make room in the model’s context'),
    run: (conversation) => conversation.compact(),
  }),
  review: () => ({ icon: 'eye', detail: vscode.l10n.t('Let Codex review changes'), run: chooseAndReview }),
  fork: () => ({
    icon: 'git-branch',
    detail: vscode.l10n.t('Go on in a copy of this conversation'),
    run: 'forkConversation',
  }),
  model: () => ({ icon: 'sparkle', detail: vscode.l10n.t('Choose model and effort'), run: 'selectModel' }),
  mode: () => ({ icon: 'shield', detail: vscode.l10n.t('Choose what Codex may do'), run: 'selectMode' }),
  plan: () => ({
    icon: 'checklist',
    detail: vscode.l10n.t('Plan mode: read only, nothing is written'),
    run: planMode,
  }),
  status: () => ({
    icon: 'info',
    detail: vscode.l10n.t('Model, mode, folder and context of this conversation'),
    run: showStatus,
  }),
  init: () => ({
    icon: 'new-file',
    detail: vscode.l10n.t('Let Codex write AGENTS.md, its instructions for this project'),
    run: (conversation) => conversation.send(INIT_PROMPT),
  }),
  mcp: () => ({ icon: 'server-process', detail: vscode.l10n.t('MCP servers and their tools'), run: showMcp }),
  diff: () => ({
    icon: 'git-compare',
    detail: vscode.l10n.t('Open the unreviewed changes of this conversation'),
    run: ({ view }, { review }) => review.open(view.unreviewed.map(({ path }) => path)),
  }),
  undo: () => ({ icon: 'discard', detail: vscode.l10n.t('Undo the file changes of the last turn'), run: undoLastTurn }),
  restore: () => ({ icon: 'history', detail: vscode.l10n.t('Go back to before a message'), run: 'restoreCheckpoint' }),
  rename: () => ({ icon: 'edit', detail: vscode.l10n.t('Rename this conversation'), run: 'renameConversation' }),
  history: () => ({
    icon: 'comment-discussion',
    detail: vscode.l10n.t('Open another conversation'),
    run: 'showHistory',
  }),
  archive: () => ({ icon: 'archive', detail: vscode.l10n.t('Put this conversation away'), run: 'archiveConversation' }),
  log: () => ({ icon: 'output', detail: vscode.l10n.t('Show the log'), run: 'showLog' }),
  side: () => ({
    icon: 'comment-unresolved',
    detail: vscode.l10n.t('Ask something beside the conversation, without disturbing the turn'),
    run: askBeside,
  }),
  btw: () => ({
    icon: 'comment-unresolved',
    detail: vscode.l10n.t('As /side'),
    run: askBeside,
    isAlias: true,
  }),
  reasoning: () => ({
    icon: 'sparkle',
    detail: vscode.l10n.t('Choose how long the model thinks'),
    run: 'selectModel',
  }),
  approvals: () => ({
    icon: 'shield',
    detail: vscode.l10n.t('As /mode: choose what Codex may do without asking'),
    run: 'selectMode',
    isAlias: true,
  }),
  'ide-context': () => ({
    icon: 'eye',
    detail: vscode.l10n.t('Send what the editor shows with each message, or stop sending it'),
    run: toggleActive,
  }),
  export: () => ({
    icon: 'markdown',
    detail: vscode.l10n.t('Open this conversation as a Markdown document'),
    run: 'exportConversation',
  }),
  goal: () => ({
    icon: 'target',
    detail: vscode.l10n.t('Set what Codex is to reach, over as many turns as it takes'),
    run: (conversation, _context, words) => setGoal(conversation, words),
  }),
  fast: () => ({
    icon: 'zap',
    detail: vscode.l10n.t('Switch between the fast and the standard speed of the model'),
    run: (conversation, { status }) => toggleFast(conversation, status),
  }),
  feedback: () => ({
    icon: 'feedback',
    detail: vscode.l10n.t('Tell the makers of Codex what you think; nothing is sent before you have seen it'),
    run: (conversation, { feedback }) => giveFeedback(conversation, feedback),
  }),
};

const INIT_PROMPT = `Write a file AGENTS.md for this repository, as a guide for coding agents (and people) who are new to it. \
Look at the project first. If there is an AGENTS.md already, improve it instead. Keep it under 400 words. Cover: how the project is \
laid out; the commands to build, test and run it; its coding style and naming; how tests are written and run; and what a change or \
commit should look like, as the history shows. Say only what you found here.`;

/** The commands whose name fits `query` and that this version can do. */
export async function slashCompletions(query: string): Promise<CompletionView[]> {
  const known = await ourCommands();
  const wanted = query.toLowerCase();
  const names = (Object.keys(COMMANDS) as ComposerCommand[]).filter((name) => name.includes(wanted));
  names.sort((one, other) => Number(other.startsWith(wanted)) - Number(one.startsWith(wanted)));
  return names.flatMap((name): CompletionView[] => {
    const { icon, detail, run, isAlias } = COMMANDS[name]();
    if (typeof run === 'string' && !known.has(`switchyard.${run}`)) return [];
    if (isAlias && (wanted === '' || !name.startsWith(wanted))) return [];
    const entry = { id: name, icon, label: `/${name}`, detail };
    if (takesArgument(name)) return [{ ...entry, insert: `/${name} `, action: { type: 'none' } as const }];
    return [{ ...entry, insert: '', action: { type: 'run', command: name } as const }];
  });
}

/** Does a command that was written with a slash. `argument`: the words after its name. */
export async function runSlashCommand(
  name: ComposerCommand,
  conversation: Conversation,
  context: SlashContext,
  argument = '',
): Promise<void> {
  const { run } = COMMANDS[name]();
  if (typeof run === 'string') await vscode.commands.executeCommand(`switchyard.${run}`, conversation.key);
  else await run(conversation, context, argument);
}

let known: Promise<ReadonlySet<string>> | undefined;

/** Ours do not change while the window lives. */
function ourCommands(): Promise<ReadonlySet<string>> {
  known ??= Promise.resolve(vscode.commands.getCommands(true)).then(
    (ids) => new Set(ids.filter((id) => id.startsWith('switchyard.'))),
  );
  return known;
}

function askBeside(conversation: Conversation, { sides }: SlashContext, question: string): Promise<void> {
  return sides.ask(conversation, question);
}

function toggleActive({ view }: Conversation, { contexts }: SlashContext): void {
  const include = !contexts.view(view).withActive;
  contexts.includeActive(view, include);
  void vscode.window.showInformationMessage(
    include
      ? vscode.l10n.t('What the editor shows goes with the next messages of this conversation.')
      : vscode.l10n.t('What the editor shows does not go with the messages of this conversation any more.'),
  );
}

function planMode(conversation: Conversation, { status }: SlashContext): void {
  if (status.requirements.disallowedModes.includes('plan')) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('Your organisation does not allow Plan mode. The mode is as it was; choose another with /mode.'),
    );
  } else conversation.configure({ mode: 'plan' });
}

async function chooseAndReview(conversation: Conversation): Promise<void> {
  const target = await chooseReview();
  if (target) await conversation.review(target);
}

async function showStatus({ view }: Conversation): Promise<void> {
  const { title, model, effort, mode, folder, usage, threadId } = view;
  const windowTokens = usage?.windowTokens;
  const lines = [
    vscode.l10n.t('Model: {0}', [model || vscode.l10n.t('Codex’s default'), effort].filter(Boolean).join(' · ')),
    vscode.l10n.t('Mode: {0}', mode),
    vscode.l10n.t('Folder: {0}', folder),
    usage && windowTokens
      ? vscode.l10n.t('Context: {0} of {1} tokens', usage.usedTokens.toLocaleString(), windowTokens.toLocaleString())
      : '',
    threadId === null ? '' : vscode.l10n.t('Thread: {0}', threadId),
  ];
  const detail = lines.filter(Boolean).join('\n');
  await vscode.window.showInformationMessage(nameOf({ title }), { modal: true, detail });
}

async function showMcp(_conversation: Conversation, { catalog }: SlashContext): Promise<void> {
  const servers = catalog.mcpServers().then((list) =>
    list.length === 0
      ? [
          {
            label: vscode.l10n.t('No MCP servers'),
            detail: vscode.l10n.t('Add them to Codex’s config.toml, under [mcp_servers].'),
          },
        ]
      : list.map(({ name, tools, problem }) => ({
          label: `$(${problem === null ? 'server-process' : 'error'}) ${name}`,
          detail: problem ?? (tools.join(', ') || vscode.l10n.t('no tools')),
        })),
  );
  await vscode.window.showQuickPick(servers, { title: vscode.l10n.t('MCP Servers'), matchOnDetail: true });
}

async function undoLastTurn({ view }: Conversation, { turns }: SlashContext): Promise<void> {
  const last = view.changedTurns.findLast(({ undone }) => !undone);
  if (last && view.threadId !== null) await turns.undo(view.threadId, last.turnId);
  else void vscode.window.showInformationMessage(vscode.l10n.t('No turn of this conversation has changes to undo.'));
}
