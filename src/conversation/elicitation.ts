import * as z from 'zod';
import type { McpServerElicitationRequestParams } from '../protocol/generated/types/v2/McpServerElicitationRequestParams';
import type { McpServerElicitationRequestResponse } from '../protocol/generated/types/v2/McpServerElicitationRequestResponse';
import type { JsonValue } from '../protocol/generated/types/serde_json/JsonValue';
import type { ApprovalView } from '../shared/conversation';
import type { FieldView } from '../shared/questions';
import {
  type Approval,
  type ApprovalContext,
  build,
  choice,
  type Choice,
  DECLINE_AND_STOP,
  filledChoice,
} from './approval';
import { contentOf, type FormSchema, parseFormSchema } from './formSchema';

/** What Codex says of a call of an MCP tool that waits for a yes; all of it is optional (codex app-server 0.169.0). */
const toolCall = z.object({
  codex_approval_kind: z.literal('mcp_tool_call'),
  persist: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .catch(undefined),
  tool_name: z.string().optional().catch(undefined),
  tool_description: z.string().nullish().catch(undefined),
  tool_params: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  tool_annotations: z.object({ destructiveHint: z.boolean().optional() }).nullish().catch(undefined),
});
type ToolCall = z.infer<typeof toolCall>;

/**
 * A question of an MCP server, or Codex's own about a call of its tools. What cannot be shown says so and can be
 * declined: it is never answered with an error, which would leave the server without an answer.
 */
export function elicitationApproval(params: McpServerElicitationRequestParams, context: ApprovalContext): Approval {
  const tool = toolCall.safeParse(params._meta);
  if (tool.success) return toolApproval(params, tool.data, context);
  switch (params.mode) {
    case 'url':
      return linkApproval(params, context);
    case 'form':
    case 'openai/form':
    case 'openaiForm': {
      const schema = parseFormSchema(params.requestedSchema);
      return schema ? formApproval(params, schema, context) : unshownApproval(params, context);
    }
    default:
      return unshownApproval(params, context);
  }
}

const answer = (
  action: McpServerElicitationRequestResponse['action'],
  content: JsonValue = null,
  _meta: JsonValue = null,
): McpServerElicitationRequestResponse => ({ action, content, _meta });

const refusals = (): Choice[] => [
  choice('decline', 'Decline', 'secondary', answer('decline')),
  choice('cancel', 'Cancel', 'quiet', answer('cancel')),
];

function viewOf(
  params: McpServerElicitationRequestParams,
  { id }: ApprovalContext,
  kind: ApprovalView['kind'],
): Omit<ApprovalView, 'decisions'> {
  return {
    id,
    kind,
    turnId: params.turnId,
    itemId: null,
    title: titleOf(params),
    command: null,
    folder: null,
    reason: `Asked by the MCP server “${params.serverName}”.`,
    files: [],
  };
}

/** A newer server may know modes without either. */
function titleOf(params: McpServerElicitationRequestParams): string {
  const { message, title } = params as { readonly message?: string; readonly title?: string };
  return message ?? title ?? `${params.serverName} asks something`;
}

function toolApproval(params: McpServerElicitationRequestParams, tool: ToolCall, context: ApprovalContext): Approval {
  const { tool_name: name, tool_params: args } = tool;
  const persist = new Set(typeof tool.persist === 'string' ? [tool.persist] : tool.persist);
  const notes = [
    tool.tool_description ?? '',
    tool.tool_annotations?.destructiveHint ? 'The tool says that it may change or delete things for good.' : '',
  ];
  const accept = (remember: 'session' | 'always') => answer('accept', {}, { persist: remember });
  return build(
    {
      ...viewOf(params, context, 'tool'),
      reason: notes.filter((note) => note !== '').join('\n') || null,
      details: Object.entries(args ?? {}).map(([key, value]) => ({ name: key, value: readable(value) })),
    },
    [
      choice('accept', 'Allow once', 'primary', answer('accept', {})),
      ...(persist.has('session')
        ? [choice('acceptForSession', 'Allow for this conversation', 'secondary', accept('session'))]
        : []),
      ...(persist.has('always')
        ? [choice('always', `Always allow ${name ?? 'this tool'} of ${params.serverName}`, 'quiet', accept('always'))]
        : []),
      choice('decline', 'Decline', 'secondary', answer('decline')),
      // The server only cancels the call (codex app-server 0.169.0): the conversation stops the turn.
      choice(DECLINE_AND_STOP, 'Decline and stop', 'quiet', answer('cancel')),
    ],
  );
}

const readable = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

function formApproval(
  params: McpServerElicitationRequestParams,
  schema: FormSchema,
  context: ApprovalContext,
): Approval {
  const fields: readonly FieldView[] = schema.map(({ field }) => field);
  return {
    ...build({ ...viewOf(params, context, 'form'), fields }, [
      filledChoice('submit', 'Submit', 'primary', fields.length === 0 ? answer('accept', {}) : undefined),
      ...refusals(),
    ]),
    fill: (decision, values) => {
      const content = decision === 'submit' ? contentOf(schema, values) : undefined;
      return content && answer('accept', content);
    },
  };
}

function linkApproval(
  params: Extract<McpServerElicitationRequestParams, { mode: 'url' }>,
  context: ApprovalContext,
): Approval {
  if (!/^https?:\/\/[^\s/]/i.test(params.url)) {
    return unshownApproval(params, context, `The address it wants to open is no web page: ${params.url}`);
  }
  return build({ ...viewOf(params, context, 'link'), link: params.url }, [
    choice('accept', 'Continue', 'secondary', answer('accept')),
    ...refusals(),
  ]);
}

function unshownApproval(
  params: McpServerElicitationRequestParams,
  context: ApprovalContext,
  why = 'It asks for something that Switchyard cannot show.',
): Approval {
  const view = viewOf(params, context, 'tool');
  return build({ ...view, reason: `${view.reason ?? ''} ${why} You can only decline it.` }, refusals());
}
