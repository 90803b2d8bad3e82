// An MCP server with what the conformance suite asks of one and what the public servers lack: large results, bursts of
// progress, calls that end only when they are cancelled, streams that are dropped, and a sudden death.
//   node fixture.mjs stdio | http PORT
import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import * as types from '@modelcontextprotocol/sdk/types.js';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=';
const sleep = (ms) => new Promise((ok) => setTimeout(ok, ms));
const say = (text) => ({ type: 'text', text });
const image = { type: 'image', data: PNG, mimeType: 'image/png' };
const embedded = (uri, mimeType, text) => ({ type: 'resource', resource: { uri, mimeType, text } });
const object = (properties = {}, more = {}) => ({ type: 'object', properties, ...more });
const string = { type: 'string' };
const counts = { cancelled: 0 };
const said = {};

const sample = (x, prompt) => x.sendRequest(
  { method: 'sampling/createMessage', params: { messages: [{ role: 'user', content: say(prompt) }], maxTokens: 100 } },
  types.CreateMessageResultSchema);
const elicit = (x, message, properties, required) => x.sendRequest(
  { method: 'elicitation/create', params: { message, requestedSchema: object(properties, required && { required }) } },
  types.ElicitResultSchema);
const progress = (x, at, total) => x.progress === undefined ? undefined
  : x.sendNotification({ method: 'notifications/progress', params: { progressToken: x.progress, progress: at, total } });
const titled = ['one', 'two', 'three'].map((word, i) => ({ const: `value${i + 1}`, title: `Number ${word}` }));
const plain = { type: 'string', enum: ['option1', 'option2', 'option3'] };
const name = (x, message = 'What is your name?') => elicit(x, message, { name: string }, ['name']);
const confirmed = async (x) => { await elicit(x, 'Please confirm', { ok: { type: 'boolean' } }, ['ok']); return say('state-ok'); };
const rooted = (x) => x.sendRequest({ method: 'roots/list' }, types.ListRootsResultSchema);
const logged = async (x) => {
  for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
    await x.sendNotification({ method: 'notifications/message', params: { level: 'info', data } });
    await sleep(20);
  }
  return say('logged');
};
const answered = (r) => say(`Elicitation completed: action=${r.action}, content=${JSON.stringify(r.content ?? {})}`);

/** Name to schema of the arguments and action; an action gives one content block, several, or a whole result. */
const tools = {
  test_simple_text: [object(), () => say('This is a simple text response for testing.')],
  test_image_content: [object(), () => image],
  test_audio_content: [object(), () => ({ type: 'audio', data: WAV, mimeType: 'audio/wav' })],
  test_embedded_resource: [object(), () => embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  test_multiple_content_types: [object(), () => [
    say('Multiple content types test:'), image,
    embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}')]],
  test_error_handling: [object(), () => ({ isError: true, content: [say('This tool intentionally returns an error for testing')] })],
  test_tool_with_logging: [object(), logged],
  test_logging_tool: [object(), logged],
  test_tool_with_progress: [object(), async (x) => {
    for (const at of [0, 50, 100]) { await progress(x, at, 100); await sleep(20); }
    return say('progressed');
  }],
  test_sampling: [object({ prompt: string }, { required: ['prompt'] }), async (x, { prompt }) => say(`LLM response: ${(await sample(x, prompt)).content.text}`)],
  test_elicitation: [object({ message: string }, { required: ['message'] }), async (x, { message }) => {
    const r = await elicit(x, message, { username: string, email: string }, ['username', 'email']);
    return say(`User response: action=${r.action}, content=${JSON.stringify(r.content ?? {})}`);
  }],
  test_elicitation_sep1034_defaults: [object(), async (x) => answered(await elicit(x, 'Are these right?', {
    name: { type: 'string', default: 'John Doe' }, age: { type: 'integer', default: 30 }, score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' }, verified: { type: 'boolean', default: true } }))],
  test_elicitation_sep1330_enums: [object(), async (x) => answered(await elicit(x, 'Which?', {
    untitledSingle: plain, titledSingle: { type: 'string', oneOf: titled },
    legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['Option One', 'Option Two', 'Option Three'] },
    untitledMulti: { type: 'array', items: plain }, titledMulti: { type: 'array', items: { anyOf: titled } } }))],
  test_reconnection: [object(), async (x) => { x.closeSSEStream?.(); await sleep(100); return say('Reconnection test completed successfully'); }],

  // What the suite of the modern era asks: a server of the legacy one asks back, and the gateway makes input that is required of it.
  test_streaming_elicitation: [object(), async (x) => { await name(x); return say('ok'); }],
  test_missing_capability: [object(), (x) => {
    if (!x.capabilities.sampling) throw new types.McpError(-32021, 'Missing required client capability', { requiredCapabilities: { sampling: {} } });
    return say('ok');
  }],
  test_input_required_result_elicitation: [object(), async (x) => say(`Hello, ${(await name(x)).content?.name}!`)],
  test_input_required_result_sampling: [object(), async (x) => say((await sample(x, 'What is the capital of France?')).content.text)],
  test_input_required_result_list_roots: [object(), async (x) => say(`roots: ${(await rooted(x)).roots.map((r) => r.uri).join()}`)],
  test_input_required_result_request_state: [object(), confirmed],
  test_input_required_result_tampered_state: [object(), confirmed],
  test_input_required_result_multiple_inputs: [object(), async (x) => {
    await Promise.all([name(x), sample(x, 'Generate a greeting'), rooted(x)]);
    return say('all inputs received');
  }],
  test_input_required_result_multi_round: [object(), async (x) => {
    const first = await name(x, 'Step 1: What is your name?');
    const second = await elicit(x, 'Step 2: What is your favourite colour?', { color: string }, ['color']);
    return say(`${first.content?.name} likes ${second.content?.color}`);
  }],
  test_input_required_result_capabilities: [object(), async (x) => {
    await Promise.all([
      x.capabilities.elicitation && name(x), x.capabilities.sampling && sample(x, 'What is the capital of France?'), x.capabilities.roots && rooted(x)]);
    return say('ok');
  }],

  // A text of that many characters, an e-mail address at its very end.
  large: [object({ length: { type: 'integer' } }), (x, { length }) => {
    const end = 'write to last@example.com';
    return say('lorem ipsum '.repeat(length / 12 + 1).slice(0, length - end.length) + end);
  }],
  // Progress without a pause, and the result right behind the last of it.
  burst: [object({ steps: { type: 'integer' } }), (x, { steps }) => {
    for (let at = 1; at <= steps; at++) progress(x, at, steps);
    return say('burst');
  }],
  endless: [object(), async (x) => {
    await progress(x, 1);
    await new Promise((ok) => x.signal.addEventListener('abort', ok));
    counts.cancelled++;
    return say('cancelled');
  }],
  cancellations: [object(), () => say(String(counts.cancelled))],
  roots: [object(), async (x) => say((await rooted(x)).roots.map((r) => r.uri).join())],
  // Describes a tool otherwise from now on, as a server does that was changed behind its users' backs.
  describe: [object({ tool: string, text: string }), (x, { tool, text }) => { said[tool] = text; return say(`described ${tool}`); }],
  pid: [object(), () => say(String(process.pid))],
  die: [object(), async () => { process.kill(process.pid, 'SIGKILL'); await sleep(60000); }],
};

const user = (content) => ({ role: 'user', content });
const prompts = {
  test_simple_prompt: [[], () => [user(say('This is a simple prompt for testing.'))]],
  test_prompt_with_arguments: [['arg1', 'arg2'], (a) => [user(say(`Prompt with arguments: arg1='${a.arg1}', arg2='${a.arg2}'`))]],
  test_prompt_with_embedded_resource: [['resourceUri'], (a) => [
    user(embedded(a.resourceUri, 'text/plain', 'Embedded resource content for testing.')), user(say('Please process the embedded resource above.'))]],
  test_prompt_with_image: [[], () => [user(image), user(say('Please analyze the image above.'))]],
  test_input_required_result_prompt: [[], async (a, x) => [user(say(`For ${JSON.stringify((await elicit(x, 'What is this about?', { context: string }, ['context'])).content ?? {})}`))]],
};

const resources = {
  'test://static-text': { mimeType: 'text/plain', text: 'This is the content of the static text resource.' },
  'test://static-binary': { mimeType: 'image/png', blob: PNG },
  'test://watched-resource': { mimeType: 'text/plain', text: 'Watched.' },
};
const read = (uri) => {
  const [, id] = /^test:\/\/template\/([^/]+)\/data$/.exec(uri) ?? [];
  if (id) return { uri, mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) };
  if (!resources[uri]) throw new types.McpError(-32002, `No resource [${uri}]`);
  return { uri, ...resources[uri] };
};

function server() {
  const s = new Server({ name: 'fixture', version: '1' },
    { capabilities: { tools: {}, prompts: {}, resources: { subscribe: true }, logging: {}, completions: {} } });
  s.setRequestHandler(types.ListToolsRequestSchema, () => (
    { tools: Object.entries(tools).map(([name, [inputSchema]]) => ({ name, description: said[name] ?? `Does ${name}`, inputSchema })) }));
  s.setRequestHandler(types.CallToolRequestSchema, async ({ params }, extra) => {
    const tool = tools[params.name];
    if (!tool) throw new types.McpError(-32602, `No tool [${params.name}]`);
    const made = await tool[1]({ ...extra, progress: params._meta?.progressToken, capabilities: s.getClientCapabilities() ?? {} }, params.arguments ?? {});
    return made.content ? made : { content: [made].flat() };
  });
  s.setRequestHandler(types.ListPromptsRequestSchema, () => ({ prompts: Object.entries(prompts).map(([name, [names]]) => (
    { name, description: `Says ${name}`, arguments: names.map((n) => ({ name: n, required: true })) })) }));
  s.setRequestHandler(types.GetPromptRequestSchema, async ({ params }, extra) => ({ messages: await prompts[params.name][1](params.arguments ?? {}, extra) }));
  s.setRequestHandler(types.ListResourcesRequestSchema, () => ({ resources: Object.entries(resources).map(([uri, { mimeType }]) => ({ uri, name: uri, mimeType })) }));
  s.setRequestHandler(types.ListResourceTemplatesRequestSchema, () => (
    { resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'template', mimeType: 'application/json' }] }));
  s.setRequestHandler(types.ReadResourceRequestSchema, ({ params }) => ({ contents: [read(params.uri)] }));
  s.setRequestHandler(types.SubscribeRequestSchema, () => ({}));
  s.setRequestHandler(types.UnsubscribeRequestSchema, () => ({}));
  s.setRequestHandler(types.SetLevelRequestSchema, () => ({}));
  s.setRequestHandler(types.CompleteRequestSchema, () => ({ completion: { values: ['paris', 'park'], total: 2, hasMore: false } }));
  return s;
}

/** Keeps the events of all streams, so that a client can come back for those it missed. */
class Events {
  #kept = [];
  async storeEvent(stream, message) { this.#kept.push({ stream, message }); return String(this.#kept.length); }
  async getStreamIdForEventId(id) { return this.#kept[Number(id) - 1]?.stream; }
  async replayEventsAfter(id, { send }) {
    const { stream } = this.#kept[Number(id) - 1];
    for (const [i, event] of this.#kept.entries()) {
      if (i >= Number(id) && event.stream === stream && event.message.jsonrpc) await send(String(i + 1), event.message);
    }
    return stream;
  }
}

if (process.argv[2] === 'stdio') {
  await server().connect(new StdioServerTransport());
} else {
  const sessions = new Map();
  http.createServer(async (request, response) => {
    let transport = sessions.get(request.headers['mcp-session-id']);
    if (!transport && request.headers['mcp-session-id']) { response.writeHead(404).end(); return; }
    if (!transport) {
      transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID, eventStore: new Events(), retryInterval: 100, onsessioninitialized: (id) => { sessions.set(id, transport); } });
      transport.onclose = () => sessions.delete(transport.sessionId);
      await server().connect(transport);
    }
    await transport.handleRequest(request, response);
  }).listen(Number(process.argv[3]), '127.0.0.1');
}
