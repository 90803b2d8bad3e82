// The two official clients behind one small face, the second one in either era; and a bare one that shows what is on the wire.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioClientTransport as LegacyStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import * as types from '@modelcontextprotocol/sdk/types.js';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const SAMPLED = { role: 'assistant', model: 'test-model', content: { type: 'text', text: 'sampled' } };
const ELICITED = { action: 'accept', content: { name: 'Ann', ok: true } };
const ROOTS = { roots: [{ uri: 'file:///tmp', name: 'tmp' }] };

/**
 * Connects a client.
 * @param kind 'sdk1' (@modelcontextprotocol/sdk), 'sdk2' (@modelcontextprotocol/client in legacy mode) or 'modern' (the same, 2026-07-28)
 * @param target {url} or {command: [words]}
 */
export async function connect(kind, target) {
  const seen = { logs: [], listChanged: 0, updated: [] };
  const capabilities = { sampling: {}, elicitation: { form: {} }, roots: { listChanged: true } };
  const [command, ...args] = target.command ?? [];
  if (kind === 'sdk1') {
    const client = new LegacyClient({ name: 'probe', version: '1' }, { capabilities });
    client.setRequestHandler(types.CreateMessageRequestSchema, () => SAMPLED);
    client.setRequestHandler(types.ElicitRequestSchema, () => ELICITED);
    client.setRequestHandler(types.ListRootsRequestSchema, () => ROOTS);
    client.setNotificationHandler(types.LoggingMessageNotificationSchema, (n) => { seen.logs.push(n.params.data); });
    client.setNotificationHandler(types.ToolListChangedNotificationSchema, () => { seen.listChanged++; });
    client.setNotificationHandler(types.ResourceUpdatedNotificationSchema, (n) => { seen.updated.push(n.params.uri); });
    await client.connect(target.url ? new LegacyHttp(new URL(target.url)) : new LegacyStdio({ command, args, stderr: 'inherit' }));
    return { client, seen, call: (name, arguments_, options) => client.callTool({ name, arguments: arguments_ ?? {} }, undefined, options) };
  }
  const mode = kind === 'modern' ? { pin: '2026-07-28' } : 'legacy';
  const client = new Client({ name: 'probe', version: '1' }, { capabilities, versionNegotiation: { mode } });
  client.setRequestHandler('sampling/createMessage', () => SAMPLED);
  client.setRequestHandler('elicitation/create', () => ELICITED);
  client.setRequestHandler('roots/list', () => ROOTS);
  client.setNotificationHandler('notifications/message', (n) => { seen.logs.push(n.params.data); });
  client.setNotificationHandler('notifications/tools/list_changed', () => { seen.listChanged++; });
  client.setNotificationHandler('notifications/resources/updated', (n) => { seen.updated.push(n.params.uri); });
  await client.connect(target.url ? new StreamableHTTPClientTransport(new URL(target.url)) : new StdioClientTransport({ command, args, stderr: 'inherit' }));
  return { client, seen, call: (name, arguments_, options) => client.callTool({ name, arguments: arguments_ ?? {} }, options) };
}

const INITIALIZE = {
  jsonrpc: '2.0', id: 'init', method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'wire', version: '1' } },
};
const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' };

/** Every message that arrives until one is the response to the request, in the order of the wire. */
export async function wire(target, request) {
  return target.url ? (await httpSession(target.url)).send(request) : overStdio(target.command, request);
}

async function overStdio([command, ...args], request) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const write = (message) => child.stdin.write(JSON.stringify(message) + '\n');
  const seen = [];
  write(INITIALIZE);
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line);
    if (message.id === 'init') { write(INITIALIZED); write(request); continue; }
    seen.push(message);
    if (message.id === request.id && !message.method) break;
  }
  child.stdin.end();
  await new Promise((ok) => child.once('close', ok));
  return seen;
}

/** A session over bare HTTP; `send` may stop after so many events, `resume` goes on behind the last of them. */
export async function httpSession(url) {
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const post = (body, signal) => fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
  const first = await post(INITIALIZE);
  await first.text();
  Object.assign(headers, { 'mcp-session-id': first.headers.get('mcp-session-id'), 'mcp-protocol-version': '2025-11-25' });
  await (await post(INITIALIZED)).text();
  let last;
  async function read(response, most) {
    if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
    if (!response.headers.get('content-type').startsWith('text/event-stream')) return [await response.json()];
    const seen = [];
    let buffer = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      buffer += chunk;
      for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
        const field = (name) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(buffer.slice(0, end))?.[1];
        last = field('id') ?? last;
        if (field('data')) seen.push(JSON.parse(field('data')));
        buffer = buffer.slice(end + 2);
        if (seen.length === most) return seen;
      }
    }
    return seen;
  }
  return {
    async send(request, most) {
      const abort = new AbortController();
      const seen = await read(await post(request, abort.signal), most);
      if (most) abort.abort();
      return seen;
    },
    resume: async () => read(await fetch(url, { headers: { ...headers, 'last-event-id': last } })),
  };
}

/** What comes after `--name`; all words up to the end for `--cmd`. */
export function option(name, otherwise) {
  const at = process.argv.indexOf('--' + name);
  return at < 0 ? otherwise : name === 'cmd' ? process.argv.slice(at + 1) : process.argv[at + 1];
}

export const target = () => (option('url') ? { url: option('url') } : { command: option('cmd') });
export const text = (result) => result.content?.[0]?.text;
export const sleep = (ms) => new Promise((ok) => setTimeout(ok, ms));
