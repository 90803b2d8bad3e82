// Drives a real client through Sallyport at a real server and prints one line a probe: `ok NAME` or `FAIL NAME: why`.
//   node probe.mjs --server everything|filesystem|memory|notes|fixture|restarts|wire|resumption --client sdk1|sdk2|modern [--prefix files__] (--url URL | --cmd CMD...)
import { connect, httpSession, option, sleep, target, text, wire } from './clients.mjs';

const prefix = option('prefix', '');
const folder = option('folder', '/tmp');
const must = (what, got) => { if (!what) throw new Error(`got ${JSON.stringify(got)?.slice(0, 300)}`); };
const within = (promise, ms) => Promise.race([promise, sleep(ms).then(() => { throw new Error(`no answer within ${ms} ms`); })]);

const everything = {
  'lists tools with their schemas': async ({ client }) => {
    const { tools } = await client.listTools();
    const echo = tools.find((tool) => tool.name === prefix + 'echo');
    must(echo?.inputSchema?.properties?.message && tools.length >= 12, tools.map((tool) => tool.name));
  },
  'calls a tool with text beyond ASCII': async ({ call }) => { const r = await call(prefix + 'echo', { message: 'hé ☃ 𝄞' }); must(text(r).includes('hé ☃ 𝄞'), r); },
  'carries 1 MiB there and back': async ({ call }) => { const m = 'w '.repeat(1 << 19); const r = await call(prefix + 'echo', { message: m }); must(text(r).includes(m), text(r)?.length); },
  'keeps structured content': async ({ call }) => { const r = await call(prefix + 'get-structured-content', { location: 'Chicago' }); must(typeof r.structuredContent === 'object', r); },
  'keeps images': async ({ call }) => { const r = await call(prefix + 'get-tiny-image'); must(r.content.some((c) => c.type === 'image' && c.data.length > 100), r); },
  'passes errors of unknown tools on': async ({ call }) => {
    let failed;
    try { const r = await call(prefix + 'no-such-tool'); failed = r.isError; } catch (e) { failed = e.code === -32602; }
    must(failed, failed);
  },
  'gives 20 answers to 20 calls at once': async ({ call }) => {
    const r = await Promise.all(Array.from({ length: 20 }, (_, i) => call(prefix + 'get-sum', { a: i, b: 1 })));
    r.forEach((x, i) => must(text(x).includes(String(i + 1)), x));
  },
  'reports progress before the result, in order': async ({ call }) => {
    const got = [];
    await call(prefix + 'trigger-long-running-operation', { duration: 1, steps: 4 }, { onprogress: (p) => p.message?.startsWith('Fulfilling input') || got.push(p.progress) });
    // The second SDK counts its own rounds of input as progress, too, and sometimes drops a progress message that arrives together with the result, also without a gateway.
    must(JSON.stringify([1, 2, 3, 4]).startsWith(JSON.stringify(got).slice(0, -1)) && got.length >= 3, got);
  },
  'does not let a slow call hold others': async ({ call }) => {
    const slow = call(prefix + 'trigger-long-running-operation', { duration: 3, steps: 1 }).then(() => 'slow');
    const quick = call(prefix + 'echo', { message: 'quick' }).then(() => 'quick');
    must(await Promise.race([slow, quick]) === 'quick', 'slow'); await slow;
  },
  'lets the server ask the client for a sample': async ({ call }) => { const r = await call(prefix + 'trigger-sampling-request', { prompt: 'hi', maxTokens: 10 }); must(JSON.stringify(r).includes('sampled'), r); },
  'lets the server ask the user': async ({ call }) => { const r = await call(prefix + 'trigger-elicitation-request'); must(/accept|provided|Ann/i.test(JSON.stringify(r)), r); },
  'lets the server ask for roots': async ({ call }) => { const r = await call(prefix + 'get-roots-list'); must(JSON.stringify(r).includes('file:///tmp'), r); },
  'gets prompts': async ({ client }) => {
    const { prompts } = await client.listPrompts();
    must(prompts.some((p) => p.name === prefix + 'args-prompt'), prompts);
    const r = await client.getPrompt({ name: prefix + 'args-prompt', arguments: { city: 'Berlin', state: 'BE' } });
    must(r.messages[0].content.text.includes('Berlin'), r);
  },
  'reads resources': async ({ client }) => {
    const { resources } = await client.listResources();
    must(resources.length > 0, resources);
    const r = await client.readResource({ uri: resources[0].uri });
    must(r.contents[0].text.length > 0, r);
    must((await client.listResourceTemplates()).resourceTemplates.length > 0, 'no templates');
  },
  'completes arguments': async ({ client }) => {
    const r = await client.complete({ ref: { type: 'ref/prompt', name: prefix + 'completable-prompt' }, argument: { name: 'department', value: 'E' } });
    must(r.completion.values.includes('Engineering'), r);
  },
  'subscribes and unsubscribes': async ({ client }) => {
    const { resources } = await client.listResources();
    await client.subscribeResource({ uri: resources[0].uri });
    await client.unsubscribeResource({ uri: resources[0].uri });
  },
  'sets the log level': async ({ client }) => { await client.setLoggingLevel('debug'); },
  'answers pings': async ({ client }) => { await client.ping(); },
};

// What the modern era has no more, or in another form.
const legacyOnly = ['subscribes and unsubscribes', 'sets the log level', 'answers pings'];
if (option('client') === 'modern') {
  for (const name of legacyOnly) delete everything[name];
  everything['subscribes to changes'] = async ({ client }) => {
    const { resources } = await client.listResources();
    await (await client.listen({ toolsListChanged: true, resourceSubscriptions: [resources[0].uri] })).close();
  };
}

const filesystem = {
  'writes, reads and lists files': async ({ call }) => {
    await call(prefix + 'write_file', { path: `${folder}/probe.txt`, content: 'written through the gateway' });
    must(text(await call(prefix + 'read_text_file', { path: `${folder}/probe.txt` })).includes('written through'), 'read');
    must(text(await call(prefix + 'list_directory', { path: folder })).includes('probe.txt'), 'list');
  },
  'passes a failing tool on as a result': async ({ call }) => { const r = await call(prefix + 'read_text_file', { path: '/etc/passwd' }); must(r.isError === true, r); },
};

const memory = {
  'creates and finds an entity': async ({ call }) => {
    await call(prefix + 'create_entities', { entities: [{ name: 'Sallyport', entityType: 'gateway', observations: ['guarded'] }] });
    must(JSON.stringify(await call(prefix + 'search_nodes', { query: 'guarded' })).includes('Sallyport'), 'search');
  },
};

const notes = {
  'redacts an e-mail address': async ({ call }) => {
    const list = text(await call(prefix + 'list_notes'));
    const names = [...list.matchAll(/[a-z][a-z0-9-]+/g)].map((m) => m[0]);
    let redacted = 0, blocked = 0;
    for (const name of names) {
      try { const r = await call(prefix + 'fetch_note', { name }); if (/REDACTED/.test(text(r)) && !/@/.test(text(r))) redacted++; } catch (e) { if (e.code === -32000) blocked++; }
    }
    must(redacted >= 1 && blocked >= 1, { names, redacted, blocked });
  },
  'echoes': async ({ call }) => { const r = await call(prefix + 'echo', { message: 'hello' }); must(text(r) === 'hello', r); },
};

const large = (length) => async ({ call }) => {
  const got = text(await call(prefix + 'large', { length }));
  must(got.length > length - 100 && got.startsWith('lorem ipsum ') && /write to \[\w+ REDACTED by Sallyport\]$/.test(got), [got.length, got.slice(-80)]);
};
const burst = (id, steps) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: prefix + 'burst', arguments: { steps }, _meta: { progressToken: `of ${id}` } } });
const asBurst = (id, steps) => JSON.stringify([...Array.from({ length: steps }, (_, i) => i + 1), id]);
const inShort = (messages) => JSON.stringify(messages.map((m) => m.params?.progress ?? m.id));

const fixture = {
  'gets a result of 1 MB, scanned to its end': large(1_000_000),
  'gets a result of 5 MB, scanned to its end': large(5_000_000),
  'gets a result of 10 MB, scanned to its end': large(10_000_000),
  'cancels a call at the server': async ({ call }) => {
    const before = Number(text(await call(prefix + 'cancellations'))), abort = new AbortController();
    await call(prefix + 'endless', {}, { signal: abort.signal, onprogress: () => abort.abort() }).then((r) => must(false, r), () => {});
    while (Number(text(await call(prefix + 'cancellations'))) !== before + 1) await sleep(20);
  },
  'samples, asks the user and lists roots during calls': async ({ call }) => {
    must(text(await call(prefix + 'test_sampling', { prompt: 'hi' })) === 'LLM response: sampled', 'sampling');
    must(/action=accept.*Ann/.test(text(await call(prefix + 'test_elicitation', { message: 'who?' }))), 'elicitation');
    must(text(await call(prefix + 'roots')) === 'file:///tmp', 'roots');
  },
  'gets the answer of a server that drops its stream': async ({ call }) => { must(text(await call(prefix + 'test_reconnection')).includes('successfully'), 'reconnection'); },
};

const restarts = {
  'is told that the server died, three times, and served by a new one': async ({ call }) => {
    const pids = new Set([text(await call(prefix + 'pid'))]);
    for (let i = 0; i < 3; i++) {
      const failed = await call(prefix + 'die').then(() => undefined, (e) => e.code);
      must(failed === -32004, failed);
      pids.add(text(await call(prefix + 'pid')));
    }
    must(pids.size === 4, [...pids]);
  },
};

// Without a client of an SDK, which may lose the progress that arrives together with the result.
const order = {
  'gets 500 steps of progress in order, and then the result': async () => { const got = inShort(await wire(target(), burst(7, 500))); must(got === asBurst(7, 500), got); },
};

const resumption = {
  'comes back with Last-Event-ID for the events it missed': async () => {
    const session = await httpSession(option('url'));
    const first = await session.send(burst(8, 200), 3), rest = await session.resume();
    must(inShort([...first, ...rest]) === asBurst(8, 200), [inShort(first), inShort(rest)]);
  },
};

const bare = { wire: order, resumption };
const probes = { everything, filesystem, memory, notes, fixture, restarts, ...bare }[option('server')];
let failures = 0;
try {
  const session = option('server') in bare ? undefined : await within(connect(option('client', 'sdk1'), target()), 20000);
  for (const [name, probe] of Object.entries(probes)) {
    try { await within(probe(session), 20000); console.log(`ok ${name}`); } catch (e) { failures++; console.log(`FAIL ${name}: ${e.message}`); }
  }
  if (session) await within(session.client.close(), 5000);
} catch (e) { failures++; console.log(`FAIL connects: ${e.message}`); }
process.exit(failures ? 1 : 0);
