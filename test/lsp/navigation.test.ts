// Navigation as an editor gets it: the outline, definitions and references, the call hierarchy, links on includes.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
	CallHierarchyIncomingCall,
	CallHierarchyItem,
	CallHierarchyOutgoingCall,
	DocumentLink,
	DocumentSymbol,
	InitializeResult,
	Location,
	Range,
} from 'vscode-languageserver';
import { TestClient, USUAL } from './client.js';
import { positionOf } from './documents.js';

const URI = 'file:///project/navigate.bpf.c';
const SOURCE = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct entry {
	u64 hits;
	struct task_struct __kptr *task;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, u32);
	__type(value, struct entry);
} entries SEC(".maps");

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

int later(struct __sk_buff *skb);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(u32));
	__array(values, int(void *));
} jumps SEC(".maps") = {
	.values = { [0] = (void *)&later },
};

const volatile u32 limit = 4;

static void count(struct task_struct *entries_of)
{
	struct task_struct *held = bpf_task_acquire(entries_of);

	if (held)
		bpf_task_release(held);
}

static long step(u64 index, void *data)
{
	u32 entries = 1; /* hides the map */

	return entries;
}

SEC("tp_btf/task_newtask")
int BPF_PROG(watch, struct task_struct *task, u64 clone_flags)
{
	u32 key = 0;

	if (bpf_map_lookup_elem(&entries, &key))
		count(task);
	bpf_loop(limit, step, NULL, 0);
	return 0;
}

SEC("tc")
int first(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &jumps, 0);
	return 0;
}

SEC("tc")
int later(struct __sk_buff *skb)
{
	return 0;
}

int thrown(u64 cookie)
{
	return 0;
}

SEC("tc")
__attribute__((btf_decl_tag("exception_callback:thrown")))
int thrower(struct __sk_buff *skb)
{
	return 0;
}

SEC("struct_ops/ssthresh")
u32 BPF_PROG(threshold, struct sock *sk)
{
	return 2;
}

SEC(".struct_ops")
struct tcp_congestion_ops own = {
	.ssthresh = (void *)threshold,
};
`;

describe('navigation over the protocol', () => {
	let client: TestClient;
	before(async () => {
		client = new TestClient();
		await client.initialize({
			...USUAL,
			textDocument: { ...USUAL.textDocument, documentSymbol: { hierarchicalDocumentSymbolSupport: true } },
		});
		await client.open(URI, SOURCE);
	});
	after(() => client.close());

	const at = (what: string, into = 0, nth = 1) => ({ textDocument: { uri: URI }, position: positionOf(SOURCE, what, into, nth) });
	const textOf = ({ start, end }: Range) => {
		const lines = SOURCE.split('\n');
		assert.equal(start.line, end.line);
		return lines[start.line]!.slice(start.character, end.character);
	};
	const lineOf = (range: Range) => SOURCE.split('\n')[range.start.line]!.trim();
	const definition = (what: string, into = 0, nth = 1) => client.request<Location[] | null>('textDocument/definition', at(what, into, nth));
	const references = (what: string, into = 0, includeDeclaration = true) =>
		client.request<Location[] | null>('textDocument/references', { ...at(what, into), context: { includeDeclaration } });
	const item = async (what: string, into = 0, nth = 1) => {
		const items = await client.request<CallHierarchyItem[] | null>('textDocument/prepareCallHierarchy', at(what, into, nth));
		assert.equal(items?.length, 1, `${what} has one item`);
		return items![0]!;
	};
	const incoming = async (one: CallHierarchyItem) => {
		const calls = await client.request<CallHierarchyIncomingCall[]>('callHierarchy/incomingCalls', { item: one });
		return calls.map((call) => `${call.from.name}: ${call.from.detail} (${call.fromRanges.map(textOf).join()})`);
	};
	const outgoing = async (one: CallHierarchyItem) => {
		const calls = await client.request<CallHierarchyOutgoingCall[]>('callHierarchy/outgoingCalls', { item: one });
		return calls.map((call) => `${call.to.name}: ${call.to.detail} (${call.fromRanges.map(textOf).join()})`);
	};

	it('outlines programs with their sections and maps with what they hold', async () => {
		const symbols = await client.request<DocumentSymbol[]>('textDocument/documentSymbol', { textDocument: { uri: URI } });
		assert.deepEqual(
			symbols.map(({ name, detail, children }) => `${name}: ${detail}${children?.length ? ` {${children.map((one) => one.name)}}` : ''}`),
			[
				'entry: struct {hits,task}',
				'entries: HASH, u32 to struct entry, 16 entries',
				'bpf_task_acquire: kfunc',
				'bpf_task_release: kfunc',
				'jumps: PROG_ARRAY, 1 entries',
				'limit: const volatile u32, .rodata',
				'count: subprogram',
				'step: subprogram',
				'watch: tp_btf/task_newtask',
				'first: tc',
				'later: tc',
				'thrown: global subprogram',
				'thrower: tc',
				'threshold: struct_ops/ssthresh, tcp_congestion_ops.ssthresh',
				'own: struct tcp_congestion_ops, .struct_ops',
			],
		);
		for (const { name, selectionRange, range } of symbols) {
			assert.equal(textOf(selectionRange), name);
			assert.ok(range.start.line <= selectionRange.start.line && selectionRange.end.line <= range.end.line);
		}
		const watch = symbols.find((one) => one.name === 'watch')!;
		assert.equal(lineOf(watch.range), 'SEC("tp_btf/task_newtask")');
		assert.equal(watch.range.end.line, positionOf(SOURCE, '}\n\nSEC("tc")').line);
	});

	it('gives a list to clients that show no tree', async () => {
		const plain = new TestClient();
		await plain.initialize();
		await plain.open(URI, SOURCE);
		const symbols = await plain.request<{ name: string; location: Location }[]>('textDocument/documentSymbol', {
			textDocument: { uri: URI },
		});
		assert.ok(symbols.some((one) => one.name === 'task'));
		for (const { name, location } of symbols) assert.equal(textOf(location.range), name);
		await plain.close();
	});

	it("goes to a kfunc's declaration, a map, a subprogram, a program", async () => {
		const target = async (what: string, into = 0, nth = 1) => (await definition(what, into, nth))!.map((one) => lineOf(one.range));
		assert.deepEqual(await target('bpf_task_acquire(entries_of)'), ['struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;']);
		assert.deepEqual(await target('&entries,', 2), ['} entries SEC(".maps");']);
		assert.deepEqual(await target('count(task)', 5), ['static void count(struct task_struct *entries_of)']);
		assert.deepEqual(await target('&later }', 3), ['int later(struct __sk_buff *skb)']);
		assert.equal((await definition('&later }', 3))![0]!.range.start.line, positionOf(SOURCE, 'int later', 0, 2).line);
	});

	it('does not take a local for the map of its name', async () => {
		assert.equal(await definition('return entries;', 9), null);
		assert.deepEqual(
			(await references('entries SEC', 2))!.map((one) => lineOf(one.range)),
			['} entries SEC(".maps");', 'if (bpf_map_lookup_elem(&entries, &key))'],
		);
	});

	it('finds references, with and without declarations', async () => {
		const lines = async (what: string, declarations: boolean) => (await references(what, 0, declarations))!.map((one) => lineOf(one.range));
		assert.deepEqual(await lines('bpf_task_release(held)', true), [
			'void bpf_task_release(struct task_struct *p) __ksym;',
			'bpf_task_release(held);',
		]);
		assert.deepEqual(await lines('bpf_task_release(held)', false), ['bpf_task_release(held);']);
		assert.deepEqual(await lines('watch, struct', true), ['int BPF_PROG(watch, struct task_struct *task, u64 clone_flags)']);
		assert.deepEqual(await lines('limit = 4', false), ['bpf_loop(limit, step, NULL, 0);']);
	});

	describe('references in other open documents', () => {
		let folder: string;
		let count = 0;
		before(() => {
			folder = mkdtempSync(join(tmpdir(), 'bpfls-references-'));
			writeFileSync(join(folder, 'shared.h'), 'static inline int twice(int n)\n{\n\treturn 2 * n;\n}\n');
		});
		after(() => rmSync(folder, { recursive: true }));
		const open = async (body: string): Promise<string> => {
			const uri = pathToFileURL(join(folder, `open${++count}.bpf.c`)).href;
			await client.open(uri, `#include "vmlinux.h"\n#include <bpf/bpf_helpers.h>\n#include "shared.h"\n${body}`);
			return uri;
		};
		/** Where the name stands, as files with 1-based lines. */
		const found = async (uri: string, line: number, character: number): Promise<string[]> => {
			const position = { line, character };
			const places = await client.request<Location[]>('textDocument/references', {
				textDocument: { uri },
				position,
				context: { includeDeclaration: true },
			});
			return places.map((one) => `${one.uri.slice(one.uri.lastIndexOf('/') + 1)}:${one.range.start.line + 1}`).sort();
		};

		it('are those of one kernel function, one header, one definition; and no others', async () => {
			const one = await open(`void bpf_rcu_read_lock(void) __ksym;
int shown;
int mine;
SEC("tc")
int first(struct __sk_buff *skb)
{
	bpf_rcu_read_lock();
	mine = twice(shown);
	return 0;
}
`);
			const other = await open(`void bpf_rcu_read_lock(void) __ksym;
extern int shown;
int mine;
SEC("tc")
int second(struct __sk_buff *skb)
{
	bpf_rcu_read_lock();
	mine = twice(shown);
	return 0;
}
`);
			const [a, b] = [one, other].map((uri) => uri.slice(uri.lastIndexOf('/') + 1));
			assert.deepEqual(await found(one, 3, 7), [`${a}:10`, `${a}:4`, `${b}:10`, `${b}:4`]);
			assert.deepEqual(await found(one, 10, 9), [`${a}:11`, `${b}:11`, 'shared.h:1']);
			assert.deepEqual(await found(other, 10, 15), [`${a}:11`, `${a}:5`, `${b}:11`, `${b}:5`]);
			assert.deepEqual(await found(one, 10, 2), [`${a}:11`, `${a}:6`]);
			await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri: other } });
			assert.deepEqual(await found(one, 3, 7), [`${a}:10`, `${a}:4`]);
		});
	});

	it('shows calls, callbacks and tail calls', async () => {
		assert.deepEqual(await outgoing(await item('watch, struct')), ['count: subprogram (count)', 'step: callback, subprogram (step)']);
		assert.deepEqual(await incoming(await item('step(u64')), ['watch: callback, tp_btf/task_newtask (step)']);
		assert.deepEqual(await outgoing(await item('first(struct')), ['later: tail call, tc (bpf_tail_call)']);
		assert.deepEqual(await incoming(await item('later(struct', 0, 2)), ['first: tail call, tc (bpf_tail_call)']);
		assert.deepEqual(await outgoing(await item('count(struct')), [
			'bpf_task_acquire: kfunc (bpf_task_acquire)',
			'bpf_task_release: kfunc (bpf_task_release)',
		]);
		assert.deepEqual(await incoming(await item('bpf_task_release(held)')), ['count: subprogram (bpf_task_release)']);
	});

	it('shows exception callbacks, and the struct_ops map that names a program', async () => {
		assert.deepEqual(await incoming(await item('thrown(u64')), ['thrower: exception callback, tc (thrower)']);
		assert.deepEqual(await incoming(await item('threshold, struct')), [
			'own: struct_ops, struct tcp_congestion_ops, .struct_ops (threshold)',
		]);
	});

	it('answers an item that is not its own with nothing', async () => {
		const { data: _, ...foreign } = await item('count(struct');
		assert.equal(await client.request('callHierarchy/incomingCalls', { item: foreign }), null);
	});

	it('colours names by what they are to BPF', async () => {
		const { capabilities } = await offered();
		const { legend } = capabilities.semanticTokensProvider as { legend: { tokenTypes: string[]; tokenModifiers: string[] } };
		const { data } = await client.request<{ data: number[] }>('textDocument/semanticTokens/full', { textDocument: { uri: URI } });
		const lines = SOURCE.split('\n');
		const shown: string[] = [];
		let line = 0;
		let character = 0;
		for (let i = 0; i < data.length; i += 5) {
			character = data[i] ? data[i + 1]! : character + data[i + 1]!;
			line += data[i]!;
			const modifiers = legend.tokenModifiers.filter((_, bit) => data[i + 4]! & (1 << bit));
			shown.push(
				`${lines[line]!.slice(character, character + data[i + 2]!)}: ${legend.tokenTypes[data[i + 3]!]} ${modifiers.join(' ')}`.trim(),
			);
		}
		for (const wanted of [
			'entries: variable declaration map',
			'bpf_task_acquire: function declaration defaultLibrary kfunc',
			'bpf_task_acquire: function defaultLibrary kfunc',
			'limit: variable declaration readonly',
			'count: function declaration',
			'watch: function declaration program',
			'bpf_map_lookup_elem: function defaultLibrary helper',
			'entries: variable map',
			'step: function',
			'later: function declaration program',
		])
			assert.ok(shown.includes(wanted), `${wanted} is among\n${shown.join('\n')}`);
		assert.equal(shown.filter((one) => one.startsWith('entries:')).length, 2, 'the local of that name is not coloured');
	});

	describe('with headers on the disk', () => {
		const folder = mkdtempSync(join(tmpdir(), 'bpfls-navigation-'));
		const uri = pathToFileURL(join(folder, 'main.bpf.c')).href;
		const source =
			'#include "vmlinux.h"\n#include <shared.h>\n#include "missing.h"\nSEC("tp_btf/task_newtask")\nint p(void *ctx) { return shared(); }\n';
		before(() => {
			writeFileSync(join(folder, 'vmlinux.h'), 'typedef void (*btf_trace_task_newtask)(void *, struct task_struct *, unsigned long);\n');
			writeFileSync(join(folder, 'shared.h'), '#define SEC(x) __attribute__((section(x)))\nstatic int shared(void) { return 0; }\n');
			writeFileSync(join(folder, 'compile_flags.txt'), '-I.\n');
		});
		after(() => rmSync(folder, { recursive: true }));

		it('links includes that were found', async () => {
			await client.open(uri, source);
			const links = await client.request<DocumentLink[]>('textDocument/documentLink', { textDocument: { uri } });
			assert.deepEqual(
				links.map(({ range, target }) => [source.split('\n')[range.start.line]!.slice(range.start.character, range.end.character), target]),
				[
					['"vmlinux.h"', pathToFileURL(join(folder, 'vmlinux.h')).href],
					['<shared.h>', pathToFileURL(join(folder, 'shared.h')).href],
				],
			);
		});

		it('goes into headers, and from a section to the tracepoint', async () => {
			const go = async (what: string) => {
				const found = await client.request<Location[]>('textDocument/definition', {
					textDocument: { uri },
					position: positionOf(source, what, 1),
				});
				return found.map((one) => `${one.uri} ${one.range.start.line}:${one.range.start.character}`);
			};
			assert.deepEqual(await go('shared();'), [`${pathToFileURL(join(folder, 'shared.h')).href} 1:11`]);
			assert.deepEqual(await go('task_newtask'), [`${pathToFileURL(join(folder, 'vmlinux.h')).href} 0:15`]);
		});
	});
});

/** What a server says that it can. */
async function offered(): Promise<InitializeResult> {
	const client = new TestClient();
	try {
		return await client.initialize();
	} finally {
		await client.close();
	}
}
