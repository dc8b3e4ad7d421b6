// What the analysis saw, as an editor gets it: the state at the cursor, hints, highlights, lenses, and a finding's path.
import assert from 'node:assert/strict';
import type { CodeLens, DocumentHighlight, Hover, InitializeResult, InlayHint, MarkupContent, Range } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { TestClient, USUAL } from './client.js';
import { LEAK, LEAK_URI, positionOf } from './documents.js';

const ABLE = {
	...USUAL,
	textDocument: { ...USUAL.textDocument, inlayHint: {}, documentHighlight: {}, codeLens: {} },
};

/** A read section, a pointer that is walked, two ways to the same variable, a reference in a subprogram, and one that leaks on some paths. */
const TOUR_URI = 'file:///project/tour.bpf.c';
const TOUR = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
struct task_struct *bpf_task_from_pid(int pid) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;
void bpf_rcu_read_lock(void) __ksym;
void bpf_rcu_read_unlock(void) __ksym;

int watched;

static struct task_struct *find(int pid)
{
	struct task_struct *found;

	if (pid == watched)
		return NULL;
	found = bpf_task_from_pid(pid);
	return found;
}

SEC("tp_btf/task_newtask")
int BPF_PROG(tour, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *held, *other;

	held = bpf_task_acquire(task);
	other = find(7);
	if (!held) {
		if (other)
			bpf_task_release(other);
		return 0;
	}
	bpf_task_release(held);
	if (clone_flags & 1)
		return 1; /* may leak */
	if (other)
		bpf_task_release(other);
	return 0;
}

SEC("lsm.s/file_open")
int BPF_PROG(sections, struct file *file)
{
	struct task_struct *current = bpf_get_current_task_btf(), *parent;
	int pid;

	bpf_rcu_read_lock();
	parent = current->real_parent;
	pid = parent->parent->pid;
	if (pid == watched) {
		bpf_rcu_read_unlock();
		return 0;
	}
	bpf_rcu_read_unlock();
	return 0;
}
`;

const textOf = (text: string, range: Range) => TextDocument.create('file:///x', 'c', 1, text).getText(range);
const lineOf = (what: string, nth = 1) => positionOf(TOUR, what, 0, nth).line + 1;

describe('what the analysis saw, over the protocol', () => {
	let client: TestClient;
	let offered: InitializeResult;
	/** Kinds of hints that are switched on. */
	let hints: Record<string, boolean> = {};
	before(async () => {
		client = new TestClient();
		client.settings = () => ({ inlayHints: hints });
		const capabilities = { ...ABLE, workspace: { ...ABLE.workspace, configuration: true } };
		offered = await client.initialize(capabilities, { initializationOptions: { walkPath: true } });
		await client.open(LEAK_URI, LEAK);
		await client.open(TOUR_URI, TOUR);
	});
	after(() => client.close());

	const hover = async (what: string, into = 0, nth = 1, text = TOUR, uri = TOUR_URI) => {
		const answer = await client.request<Hover | null>('textDocument/hover', {
			textDocument: { uri },
			position: positionOf(text, what, into, nth),
		});
		return { text: (answer?.contents as MarkupContent | undefined)?.value ?? '', at: answer?.range && textOf(text, answer.range) };
	};

	describe('hover', () => {
		it('tells a variable before its check and after it', async () => {
			assert.match(
				(await hover('if (!held)', 5)).text,
				/trusted pointer to `struct task_struct`, \*\*may be NULL\*\*; reference #1 of `bpf_task_acquire\(\)`/,
			);
			assert.match((await hover('release(held)', 8)).text, /, not NULL; reference #1 .*given back by `bpf_task_release\(\)`/);
		});

		it('tells what differs by path, and where', async () => {
			const { text } = await hover('other = find(7)');
			assert.match(text, new RegExp(`- NULL — where \`pid == watched\` \\(line ${lineOf('if (pid ==')}\\)`));
			assert.match(text, /- trusted pointer to `struct task_struct`, \*\*may be NULL\*\*; reference #\d.*— where `pid != watched`/);
		});

		it('takes the whole expression for a member, a call and an address', async () => {
			assert.equal((await hover('parent->parent', 10)).at, 'parent->parent');
			assert.match((await hover('parent->parent', 10)).text, /pointer to `struct task_struct`/);
			assert.equal((await hover('find(7)')).at, 'find(7)');
			assert.equal((await hover('held = bpf')).at, 'held');
		});

		it('knows a parameter, and a declarator by its value', async () => {
			assert.match((await hover('struct task_struct *task, u64', 21)).text, /trusted pointer to `struct task_struct`, not NULL/);
			assert.match((await hover('current = bpf', 1)).text, /trusted pointer to `struct task_struct`/);
		});

		it('knows the state of an iterator where its address is given away', async () => {
			const source = `${TOUR}
SEC("tc")
int iterates(void *ctx)
{
	struct bpf_iter_num it;
	int *number;

	bpf_iter_num_new(&it, 0, 3);
	number = bpf_iter_num_next(&it);
	bpf_iter_num_destroy(&it);
	return 0;
}
`.replace(
				'int watched;',
				'int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;\nint *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;\nvoid bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;\nint watched;',
			);
			const uri = 'file:///project/iterates.bpf.c';
			await client.open(uri, source);
			assert.match((await hover('(&it, 0', 2, 1, source, uri)).text, /address of the local `it`/);
			const known = (await hover('num_next(&it)', 10, 1, source, uri)).text;
			assert.match(known, /iterator `bpf_iter_num`, not at its end yet; reference #1 of `bpf_iter_num_new\(\)`/);
			const destroyed = (await hover('num_destroy(&it)', 13, 1, source, uri)).text;
			assert.match(destroyed, /- iterator `bpf_iter_num`, at its end/);
		});

		it('says where not all is told: too many states, or an analysis that stopped short', async () => {
			const names = Array.from({ length: 14 }, (_, index) => `shape${index}`);
			const source = `${TOUR}
${names.map((name) => `struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, int); __type(value, long); } ${name} SEC(".maps");`).join('\n')}
static __noinline void touch(long *value)
{
	if (value)
		*value = 1;
}
long outside(void);

SEC("tc")
int many(void *ctx)
{
	int key = 0;
${names.map((name) => `	touch(bpf_map_lookup_elem(&${name}, &key));`).join('\n')}
	return 0;
}

SEC("tc")
int short_of(void *ctx)
{
	int key = 0;
	long *value = bpf_map_lookup_elem(&shape0, &key);

	outside();
	return value ? 1 : 0;
}
`;
			const uri = 'file:///project/many.bpf.c';
			await client.open(uri, source);
			const many = (await hover('*value = 1', 2, 1, source, uri)).text;
			assert.match(many, /- pointer to a value of the map `shape\d+`, not NULL/);
			assert.match(many, /- and 6 more\n/);
			assert.match(many, /\*program many; not all is told: there are more\*/);
			const short = (await hover('value ? 1', 2, 1, source, uri)).text;
			assert.match(short, /\*program short_of; not all is told: 'outside' is defined in another file\*/);
		});

		it('names the programs of a subprogram, and says nothing of any number', async () => {
			assert.match((await hover('return found', 8)).text, /\*program tour\*/);
			assert.equal((await hover('pid == watched) {')).text, '');
		});
	});

	describe('inlay hints', () => {
		const labels = async (on: Record<string, boolean>) => {
			hints = on;
			await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: {} });
			const range = { start: { line: 0, character: 0 }, end: positionOf(`${TOUR}$`, '$') };
			const answer = await client.request<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri: TOUR_URI }, range });
			return answer.map((hint) => `${hint.position.line + 1}: ${hint.label}`);
		};

		it('are off unless they are switched on', async () => assert.deepEqual(await labels({}), []));

		it('name the reference that a call acquires', async () => {
			assert.deepEqual(await labels({ acquire: true }), [
				`${lineOf('bpf_task_from_pid(pid)')}: #2`,
				`${lineOf('held = bpf_task_acquire')}: #1`,
			]);
		});

		it('name what is held at a return', async () => {
			assert.deepEqual(await labels({ return: true }), [
				`${lineOf('return found')}: holds found (#2)`,
				`${lineOf('return 1;')}: may hold other (#2)`,
			]);
		});

		it('mark the load that loses trust', async () => {
			assert.deepEqual(await labels({ trust: true }), [`${lineOf('parent->parent')}: trust lost`]);
		});

		it('tell how far a read section goes', async () => {
			const begin = lineOf('bpf_rcu_read_lock();');
			const ends = [lineOf('bpf_rcu_read_unlock();'), lineOf('bpf_rcu_read_unlock();', 2)];
			assert.deepEqual(await labels({ readSection: true }), [
				`${begin}: read section to lines ${ends.join(', ')}`,
				...ends.map((end) => `${end}: read section from line ${begin}`),
			]);
		});
	});

	describe('document highlight', () => {
		const marks = async (what: string, into = 0, nth = 1) => {
			const answer = await client.request<DocumentHighlight[] | null>('textDocument/documentHighlight', {
				textDocument: { uri: TOUR_URI },
				position: positionOf(TOUR, what, into, nth),
			});
			return answer?.map(({ range, kind }) => `${range.start.line + 1}:${kind} ${textOf(TOUR, range)}`) ?? null;
		};
		const OTHER = [
			`${lineOf('bpf_task_from_pid(pid)')}:2 found`,
			`${lineOf('bpf_task_from_pid(pid)')}:3 bpf_task_from_pid(pid)`,
			`${lineOf('return found')}:2 found`,
			`${lineOf('other = find')}:2 other`,
			`${lineOf('if (other)')}:2 other`,
			`${lineOf('release(other)')}:3 bpf_task_release(other)`,
			`${lineOf('release(other)')}:2 other`,
			`${lineOf('return 1;')}:1 return 1;`,
			`${lineOf('if (other)', 2)}:2 other`,
			`${lineOf('release(other)', 2)}:3 bpf_task_release(other)`,
			`${lineOf('release(other)', 2)}:2 other`,
		];

		it('marks the acquire, the uses, the releases and the return that leaks', async () =>
			assert.deepEqual(await marks('if (other)', 4), OTHER));

		it('does so from the acquire, from a release and from the leak', async () => {
			assert.deepEqual(await marks('bpf_task_from_pid(pid)', 3), OTHER);
			assert.deepEqual(await marks('bpf_task_release(other)', 3), OTHER);
			assert.deepEqual(await marks('return 1;', 2), OTHER);
		});

		it('does not take a check in a subprogram for a release', async () => {
			const source = `${TOUR}
static __noinline int is_there(struct task_struct *task)
{
	if (!task)
		return 0;
	return 1;
}

SEC("tp_btf/task_newtask")
int BPF_PROG(checks, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *mine = bpf_task_acquire(task);

	if (is_there(mine))
		return bpf_get_smp_processor_id();
	return 0;
}
`;
			const uri = 'file:///project/checks.bpf.c';
			await client.open(uri, source);
			const position = positionOf(source, 'is_there(mine)', 10);
			const answer = await client.request<DocumentHighlight[]>('textDocument/documentHighlight', { textDocument: { uri }, position });
			const changed = answer.filter(({ kind }) => kind === 3).map(({ range }) => textOf(source, range));
			assert.deepEqual(changed, ['bpf_task_acquire(task)']);
		});

		it('leaves what is no reference to the editor', async () => assert.equal(await marks('watched)', 1), null));
	});

	describe('code lens and path', () => {
		const lenses = async (uri: string, text: string) => {
			const answer = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
			return answer.map(({ range, command }) => ({ ...command!, at: textOf(text, range) }));
		};

		it('stands over each program with its type, whether it may sleep, what it acquires, and the verdict', async () => {
			const answer = await client.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri: TOUR_URI } });
			assert.deepEqual(answer[0]?.range.start, positionOf(TOUR, 'SEC("tp_btf'));
			const titles = (await lenses(TOUR_URI, TOUR)).map(({ title }) => title);
			assert.deepEqual(titles.slice(0, 2), [
				'TRACING (TRACE_RAW_TP) · may not sleep · acquires 2 kernel objects · rejected',
				'LSM (LSM_MAC) · may sleep · acquires no kernel object · accepted',
			]);
		});

		it('stands over a finding, and its command leads to the path', async () => {
			const lens = (await lenses(LEAK_URI, LEAK)).find(({ title }) => title.startsWith('Show the path'));
			assert.equal(lens?.command, 'bpfls.showPath');
			assert.equal(lens.at, 'return 0;');
			const [uri, position] = lens.arguments!;
			const path = await client.request<{ rule: string; steps: { location: { uri: string; range: Range }; message: string }[] }>(
				'bpfls/path',
				{
					textDocument: { uri },
					position,
				},
			);
			assert.equal(path.rule, 'unreleased-reference');
			assert.deepEqual(
				path.steps.slice(0, -1).map(({ location, message }) => `${textOf(LEAK, location.range)}: ${message}`),
				[
					'bpf_task_acquire(task): reference #1 is acquired here by bpf_task_acquire()',
					'held: taken because `held` is not NULL here',
					'held->tgid != watched: taken because `held->tgid != watched` here',
				],
			);
			assert.equal(textOf(LEAK, path.steps.at(-1)!.location.range), 'return 0;');
		});

		it('has no path where nothing is found', async () => {
			const request = { textDocument: { uri: LEAK_URI }, position: positionOf(LEAK, 'int watched') };
			assert.equal(await client.request('bpfls/path', request), null);
		});

		it('offers only what the client can show', async () => {
			assert.deepEqual(offered.capabilities.codeLensProvider, { resolveProvider: false });
			assert.equal(offered.capabilities.inlayHintProvider, true);
			const plain = new TestClient();
			try {
				const { capabilities } = await plain.initialize();
				assert.equal(capabilities.inlayHintProvider, undefined);
				assert.equal(capabilities.documentHighlightProvider, undefined);
				assert.equal(capabilities.codeLensProvider, undefined);
				// A client that cannot walk a path gets no lens that asks for it.
				await plain.open(LEAK_URI, LEAK);
				const answer = await plain.request<CodeLens[]>('textDocument/codeLens', { textDocument: { uri: LEAK_URI } });
				assert.deepEqual(
					answer.map(({ command }) => command?.command),
					[''],
				);
			} finally {
				await plain.close();
			}
		});
	});

	it('keeps up with edits: what an edit does not reach is told at its new place', async () => {
		const uri = 'file:///project/moved.bpf.c';
		await client.open(uri, TOUR);
		const ask = (text: string) =>
			client.request<DocumentHighlight[] | null>('textDocument/documentHighlight', {
				textDocument: { uri },
				position: positionOf(text, 'if (other)', 4),
			});
		const before = await ask(TOUR);
		await client.change(uri, 2, { range: { start: { line: 3, character: 0 }, end: { line: 3, character: 0 } }, text: '\n\n' });
		const after = await ask(`\n\n${TOUR}`.replace('\n\n#include', '#include').replace('tracing.h>\n', 'tracing.h>\n\n\n'));
		assert.deepEqual(
			after?.map(({ range }) => range.start.line),
			before?.map(({ range }) => range.start.line + 2),
		);
	});
});
