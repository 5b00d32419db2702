import type { ServerRequests } from '../protocol/generated/methods';
import type { RoutedRequest } from '../router/appServerClient';
import type { ApprovalView, DecisionView, FileChangeView } from '../shared/conversation';
import { pathLabel, unwrapShell } from './commandText';
import { ProposalChoices } from './proposalChoices';

/** An open question of the server: what the person sees, and what each of their decisions answers. */
export interface Approval {
  readonly view: ApprovalView;
  readonly answers: ReadonlyMap<string, unknown>;
  /** Of a change of files: what is to be written of it. */
  readonly choices?: ProposalChoices;
}

/** What an approval is built from besides the request. */
export interface ApprovalContext {
  readonly id: string;
  readonly folder: string;
  /** The changes of the item the request is about: the request itself carries none (codex app-server 0.169.0). */
  readonly changes: readonly FileChangeView[];
  /** Folders inside of which changes are expected, absolute. */
  readonly folders: readonly string[];
}

type Params<M extends keyof ServerRequests> = ServerRequests[M]['params'];

interface Choice extends DecisionView {
  readonly answer: unknown;
}

const choice = (id: string, label: string, tone: DecisionView['tone'], answer: unknown): Choice => ({
  id,
  label,
  tone,
  answer,
});

/**
 * The approval for a request of the server, or `undefined` when this version cannot show it: it must then be answered
 * with an error, never with an acceptance.
 */
export function toApproval(request: RoutedRequest, context: ApprovalContext): Approval | undefined {
  switch (request.method) {
    case 'item/commandExecution/requestApproval':
      return commandApproval(request.params as Params<typeof request.method>, context);
    case 'item/fileChange/requestApproval':
      return filesApproval(request.params as Params<typeof request.method>, context);
    case 'item/permissions/requestApproval':
      return permissionsApproval(request.params as Params<typeof request.method>, context);
    case 'mcpServer/elicitation/request':
      return toolApproval(request.params as Params<typeof request.method>, context);
    default:
      return undefined;
  }
}

function build(view: Omit<ApprovalView, 'decisions'>, choices: readonly Choice[]): Approval {
  return {
    view: { ...view, decisions: choices.map(({ id, label, tone }) => ({ id, label, tone })) },
    answers: new Map(choices.map(({ id, answer }) => [id, answer])),
  };
}

function commandApproval(
  params: Params<'item/commandExecution/requestApproval'>,
  { id, folder }: ApprovalContext,
): Approval {
  const command = params.command ? unwrapShell(params.command) : null;
  const network = params.networkApprovalContext;
  const always = params.availableDecisions?.flatMap((decision): Choice[] => {
    if (typeof decision !== 'object') return [];
    if ('acceptWithExecpolicyAmendment' in decision) {
      const prefix = decision.acceptWithExecpolicyAmendment.execpolicy_amendment.join(' ');
      return [choice('always', `Always allow “${prefix} …”`, 'quiet', { decision })];
    }
    const { host, action } = decision.applyNetworkPolicyAmendment.network_policy_amendment;
    return action === 'allow' ? [choice(`host-${host}`, `Always allow ${host}`, 'quiet', { decision })] : [];
  });
  return build(
    {
      id,
      kind: 'command',
      turnId: params.turnId,
      itemId: params.itemId,
      title: network
        ? `Connect to ${network.host}?`
        : params.kind === 'writeStdin'
          ? 'Type into a running command?'
          : 'Run this command?',
      command,
      folder: params.cwd ? pathLabel(params.cwd, folder) : null,
      reason: withGrants(params.reason, params.additionalPermissions),
      files: [],
    },
    [
      choice('accept', 'Allow once', 'primary', { decision: 'accept' }),
      choice('acceptForSession', 'Allow for this conversation', 'secondary', { decision: 'acceptForSession' }),
      ...(always ?? []),
      choice('decline', 'Decline', 'secondary', { decision: 'decline' }),
      choice('cancel', 'Decline and stop', 'quiet', { decision: 'cancel' }),
    ],
  );
}

/** What an acceptance would grant besides is part of the question. */
function withGrants(reason: string | null | undefined, grants: object | null | undefined): string | null {
  const said = grants ? `This also allows: ${JSON.stringify(grants)}` : '';
  return [reason ?? '', said].filter((part) => part !== '').join('\n') || null;
}

function filesApproval(
  params: Params<'item/fileChange/requestApproval'>,
  { id, changes, folders }: ApprovalContext,
): Approval {
  const count = changes.length;
  const choices = new ProposalChoices(changes, folders);
  const approval = build(
    {
      id,
      kind: 'files',
      turnId: params.turnId,
      itemId: params.itemId,
      title: count === 1 ? 'Change 1 file?' : count === 0 ? 'Change files?' : `Change ${count} files?`,
      command: null,
      folder: null,
      reason: withGrants(params.reason, params.grantRoot ? { writableRoot: params.grantRoot } : null),
      files: choices.files,
    },
    [
      choice('accept', 'Allow once', 'primary', { decision: 'accept' }),
      choice('acceptForSession', 'Allow for this conversation', 'secondary', { decision: 'acceptForSession' }),
      choice('decline', 'Decline', 'secondary', { decision: 'decline' }),
      choice('cancel', 'Decline and stop', 'quiet', { decision: 'cancel' }),
    ],
  );
  return { ...approval, choices };
}

function permissionsApproval(
  params: Params<'item/permissions/requestApproval'>,
  { id, folder }: ApprovalContext,
): Approval {
  const { permissions } = params;
  const wanted = [
    ...(permissions.network?.enabled ? ['network access'] : []),
    ...(permissions.fileSystem ? ['more of the file system'] : []),
  ];
  const granted = { network: permissions.network ?? undefined, fileSystem: permissions.fileSystem ?? undefined };
  return build(
    {
      id,
      kind: 'permissions',
      turnId: params.turnId,
      itemId: params.itemId,
      title: `Allow ${wanted.join(' and ') || 'more permissions'}?`,
      command: permissions.fileSystem ? JSON.stringify(permissions.fileSystem, null, 2) : null,
      folder: pathLabel(params.cwd, folder),
      reason: params.reason,
      files: [],
    },
    [
      choice('accept', 'Allow once', 'primary', { permissions: granted, scope: 'turn' }),
      choice('acceptForSession', 'Allow for this conversation', 'secondary', {
        permissions: granted,
        scope: 'session',
      }),
      choice('decline', 'Decline', 'secondary', { permissions: {}, scope: 'turn' }),
    ],
  );
}

/** An MCP tool that asks to run. Forms and links of MCP servers cannot be filled in here yet: they can only be declined. */
function toolApproval(params: Params<'mcpServer/elicitation/request'>, { id }: ApprovalContext): Approval {
  const meta = '_meta' in params && typeof params._meta === 'object' && params._meta !== null ? params._meta : {};
  const isToolCall = 'codex_approval_kind' in meta && meta.codex_approval_kind === 'mcp_tool_call';
  const answer = (action: 'accept' | 'decline' | 'cancel', content: object | null = null) => ({
    action,
    content,
    _meta: null,
  });
  return build(
    {
      id,
      kind: 'tool',
      turnId: params.turnId,
      itemId: null,
      title: 'message' in params ? params.message : params.title,
      command: 'tool_params' in meta ? JSON.stringify(meta.tool_params, null, 2) : null,
      folder: null,
      reason: isToolCall ? null : `${params.serverName} asks for input that Switchyard cannot show yet.`,
      files: [],
    },
    [
      ...(isToolCall ? [choice('accept', 'Allow once', 'primary', answer('accept', {}))] : []),
      choice('decline', 'Decline', 'secondary', answer('decline')),
      choice('cancel', 'Decline and stop', 'quiet', answer('cancel')),
    ],
  );
}
