// The two official clients behind one small face, both in the legacy era.
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
 * @param kind 'sdk1' (@modelcontextprotocol/sdk) or 'sdk2' (@modelcontextprotocol/client in legacy mode)
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
  const client = new Client({ name: 'probe', version: '1' }, { capabilities, versionNegotiation: { mode: 'legacy' } });
  client.setRequestHandler('sampling/createMessage', () => SAMPLED);
  client.setRequestHandler('elicitation/create', () => ELICITED);
  client.setRequestHandler('roots/list', () => ROOTS);
  client.setNotificationHandler('notifications/message', (n) => { seen.logs.push(n.params.data); });
  client.setNotificationHandler('notifications/tools/list_changed', () => { seen.listChanged++; });
  client.setNotificationHandler('notifications/resources/updated', (n) => { seen.updated.push(n.params.uri); });
  await client.connect(target.url ? new StreamableHTTPClientTransport(new URL(target.url)) : new StdioClientTransport({ command, args, stderr: 'inherit' }));
  return { client, seen, call: (name, arguments_, options) => client.callTool({ name, arguments: arguments_ ?? {} }, options) };
}

/** What comes after `--name`; all words up to the end for `--cmd`. */
export function option(name, otherwise) {
  const at = process.argv.indexOf('--' + name);
  return at < 0 ? otherwise : name === 'cmd' ? process.argv.slice(at + 1) : process.argv[at + 1];
}

export const target = () => (option('url') ? { url: option('url') } : { command: option('cmd') });
export const text = (result) => result.content?.[0]?.text;
export const sleep = (ms) => new Promise((ok) => setTimeout(ok, ms));
