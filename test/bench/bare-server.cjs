// The floor that other servers are measured against: MCP over stdio (2025-11-25) by hand, with no SDK and no dependency.
// CommonJS, as everything that starts fast in Node is.
'use strict';

const tool = (name, description, properties) => ({
  name,
  title: name,
  description,
  inputSchema: { type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
});

const TEXT = { type: 'string', maxLength: 200 };
const TOOLS = [
  tool('list_notes', 'Lists the notes there are.', {}),
  tool('get_note', 'Gets one note by its name.', { name: TEXT }),
  tool('plan_note', 'Plans a change of one note.', { name: TEXT, text: TEXT }),
  tool('commit_note', 'Commits a planned change.', { planId: TEXT }),
  tool('plan_removal', 'Plans the removal of one note.', { name: TEXT }),
];

const METHODS = {
  initialize: () => ({
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'bare-server', version: '1.0.0' },
  }),
  'tools/list': () => ({ tools: TOOLS }),
  'tools/call': ({ name }) => ({
    content: [{ type: 'text', text: `There is nothing behind ${name}.` }],
    isError: true,
  }),
};

function answer(line) {
  const { id, method, params = {} } = JSON.parse(line);
  if (id === undefined) return;
  const known = METHODS[method];
  const outcome = known ? { result: known(params) } : { error: { code: -32_601, message: 'Method not found' } };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...outcome })}\n`);
}

let rest = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop();
  for (const line of lines) answer(line);
});
