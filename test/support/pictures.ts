/** The themes that pictures are taken in, by the end of their names. */
export const GALLERY_THEMES = { dark: 'Dark Modern', light: 'Light Modern' } as const;

/** What a picture of the gallery shows, by the name of its file. The order is that of the page. */
export const PICTURES = {
  Messages: {
    'user-message': 'Your message, with a file named in it.',
    'agent-message': 'An answer: prose, a list, a table and code.',
    'agent-message-questions': 'A question beside the work: the turn goes on while it is open.',
    'math-and-diagram': 'Formulas and a Mermaid diagram.',
    'right-to-left': 'Right-to-left text in both messages.',
  },
  Work: {
    reasoning: 'A summary of what the model thought, unfolded.',
    command: 'A command with coloured output.',
    'command-failed': 'A command that failed: it opens by itself and names the exit code.',
    'command-quiet': 'Commands that only look at files are one line each.',
    'command-declined': 'A command that was declined.',
    'file-changes': 'Files that were created, edited, deleted and renamed.',
    'folded-work': 'The work of a finished turn folds into one line.',
    'todo-list': 'The steps of a turn, as the agent ticks them off.',
    plan: 'A plan that the agent proposes.',
  },
  'Tools, searches and images': {
    'mcp-tool-call': 'A call of a tool of an MCP server, unfolded.',
    'mcp-tool-call-failed': 'A call of a tool that failed.',
    'dynamic-tool-call': 'A call of a tool that the editor offers.',
    'function-call-output': 'What a tool of the server gave.',
    'web-search': 'Searches of the web, and pages that were opened.',
    'image-view': 'An image that the model looked at.',
    'image-generation': 'An image that was made.',
  },
  'Agents and the conversation': {
    'sub-agents': 'Sub-agents that are started, told more, waited for and closed.',
    'sub-agent-activity': 'What a sub-agent does.',
    review: 'A review of changes.',
    compaction: 'The conversation was summarised to make room.',
    hook: 'Words that a hook added.',
    sleep: 'The agent waited.',
    unknown: 'A step of a newer Codex: its name, and all that is in it.',
    problem: 'A failure, with what to do next.',
  },
  Approvals: {
    'approve-command': 'A command outside the sandbox.',
    'approve-command-more':
      'A command that wants more of the sandbox: what an acceptance would allow is part of the question.',
    'approve-stdin': 'Keys for a command that runs already.',
    'approve-network': 'A connection to a host.',
    'approve-files': 'Changes of files; each file and hunk can be left out.',
    'approve-permissions': 'Permissions, of which each can be left out.',
    'approve-tool': 'A call of an MCP tool that changes something.',
    'approve-unshown': 'What this version cannot show can only be declined.',
    'approve-several': 'Several that wait at once.',
  },
  Questions: {
    'ask-options': 'A question with options, and room for other words.',
    'ask-several': 'Several questions at once, one of them secret.',
    'ask-form': 'A form of an MCP server, with what does not fit named.',
    'ask-form-all': 'A form with every kind of field.',
    'ask-link': 'A page to open before the answer.',
  },
} as const;

type Sections = typeof PICTURES;
export type PictureName = { [Section in keyof Sections]: keyof Sections[Section] }[keyof Sections];
