import type { ServerRequests } from '../protocol/generated/methods';
import type { RoutedRequest } from '../router/appServerClient';
import type { FieldValue, FieldView } from '../shared/questions';
import { type Approval, type ApprovalContext, build, choice, type Choice, filledChoice } from './approval';
import { folderLabel, unwrapShell } from './commandText';
import { elicitationApproval } from './elicitation';
import { describeGrants, grantedPart, grantsOf } from './permissionGrants';
import { ProposalChoices } from './proposalChoices';
import { questionApproval } from './questions';

type Params<M extends keyof ServerRequests> = ServerRequests[M]['params'];

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
      return elicitationApproval(request.params as Params<typeof request.method>, context);
    case 'item/tool/requestUserInput':
      return questionApproval(request.params as Params<typeof request.method>, context);
    default:
      return undefined;
  }
}

function commandApproval(
  params: Params<'item/commandExecution/requestApproval'>,
  { id, folder }: ApprovalContext,
): Approval {
  const command = params.command ? unwrapShell(params.command) : null;
  const network = params.networkApprovalContext;
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
      folder: params.cwd ? folderLabel(params.cwd, folder) : null,
      reason: withGrants(
        params.reason,
        params.additionalPermissions ? describeGrants(params.additionalPermissions, folder) : '',
      ),
      files: [],
      ...(network && { details: [{ name: 'Connection', value: `${PROTOCOLS[network.protocol]} to ${network.host}` }] }),
    },
    [...acceptances(params.availableDecisions), ...REFUSALS],
  );
}

const PROTOCOLS = { http: 'HTTP', https: 'HTTPS', socks5Tcp: 'TCP (SOCKS 5)', socks5Udp: 'UDP (SOCKS 5)' } as const;
const ACCEPT = choice('accept', 'Allow once', 'primary', { decision: 'accept' });
const ACCEPT_FOR_SESSION = choice('acceptForSession', 'Allow for this conversation', 'secondary', {
  decision: 'acceptForSession',
});
/** Refusing is always possible: the server takes both whatever it lists (codex app-server 0.169.0). */
const REFUSALS = [
  choice('decline', 'Decline', 'secondary', { decision: 'decline' }),
  choice('cancel', 'Decline and stop', 'quiet', { decision: 'cancel' }),
];

/** What grants anything is offered exactly as the server offers it. */
function acceptances(offered: Params<'item/commandExecution/requestApproval'>['availableDecisions']): Choice[] {
  if (!offered) return [ACCEPT, ACCEPT_FOR_SESSION];
  return offered.flatMap((decision): Choice[] => {
    if (decision === 'accept') return [ACCEPT];
    if (decision === 'acceptForSession') return [ACCEPT_FOR_SESSION];
    if (typeof decision !== 'object') return [];
    if ('acceptWithExecpolicyAmendment' in decision) {
      const prefix = decision.acceptWithExecpolicyAmendment.execpolicy_amendment.join(' ');
      return [choice('always', `Always allow “${prefix} …”`, 'quiet', { decision })];
    }
    if (!('applyNetworkPolicyAmendment' in decision)) return [];
    const { host, action } = decision.applyNetworkPolicyAmendment.network_policy_amendment;
    return [
      action === 'allow'
        ? choice(`host-${host}`, `Always allow ${host}`, 'quiet', { decision })
        : choice(`deny-${host}`, `Never allow ${host}`, 'quiet', { decision }),
    ];
  });
}

/** What an acceptance would grant besides is part of the question. */
function withGrants(reason: string | null | undefined, grants: string): string | null {
  const said = grants === '' ? '' : `This also allows: ${grants}`;
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
      reason: withGrants(params.reason, params.grantRoot ? `write to ${params.grantRoot}` : ''),
      files: choices.files,
    },
    [ACCEPT, ACCEPT_FOR_SESSION, ...REFUSALS],
  );
  return { ...approval, choices };
}

function permissionsApproval(
  params: Params<'item/permissions/requestApproval'>,
  { id, folder }: ApprovalContext,
): Approval {
  const { permissions } = params;
  const grants = grantsOf(permissions, folder);
  const wanted = [
    ...(permissions.network?.enabled ? ['network access'] : []),
    ...(permissions.fileSystem ? ['more of the file system'] : []),
  ];
  const answer = (scope: 'turn' | 'session', granted: readonly FieldValue[]) => ({
    permissions: grantedPart(
      permissions,
      new Set(grants.filter((_, index) => granted[index] === true).map(({ key }) => key)),
    ),
    scope,
  });
  const all = grants.map(() => true);
  const fields = grants.map(({ label }): FieldView => {
    return { kind: 'boolean', label, description: '', required: false, initial: true };
  });
  const scopes: ReadonlyMap<string, 'turn' | 'session'> = new Map([
    ['accept', 'turn'],
    ['acceptForSession', 'session'],
  ]);
  return {
    ...build(
      {
        id,
        kind: 'permissions',
        turnId: params.turnId,
        itemId: params.itemId,
        title: `Allow ${wanted.join(' and ') || 'more permissions'}?`,
        command: null,
        folder: folderLabel(params.cwd, folder),
        reason: params.reason,
        files: [],
        fields,
      },
      [
        filledChoice('accept', 'Allow once', 'primary', answer('turn', all)),
        filledChoice('acceptForSession', 'Allow for this conversation', 'secondary', answer('session', all)),
        choice('decline', 'Decline', 'secondary', { permissions: {}, scope: 'turn' }),
      ],
    ),
    fill: (decision, values) => {
      const scope = scopes.get(decision);
      return scope && values.length === grants.length ? answer(scope, values) : undefined;
    },
  };
}
