// Completion and signature help as an editor gets them. A bar in the text is the cursor.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientCapabilities, CompletionItem, CompletionList, MarkupContent, SignatureHelp, TextEdit } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { HOST_BLOB } from '../btf/host-blob.js';
import { TestClient, USUAL } from './client.js';

const ABLE: ClientCapabilities = {
	...USUAL,
	textDocument: {
		...USUAL.textDocument,
		completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown', 'plaintext'], tagSupport: { valueSet: [1] } } },
		signatureHelp: {
			signatureInformation: { documentationFormat: ['markdown'], parameterInformation: { labelOffsetSupport: true } },
		},
	},
};
const INCLUDES = '#include "vmlinux.h"\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n\n';
const KFUNCS =
	'struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;\nvoid bpf_task_release(struct task_struct *p) __ksym;\n\n';
const PROGRAM = (body: string, section = 'tp_btf/task_newtask') =>
	`SEC("${section}")\nint BPF_PROG(watch, struct task_struct *task, u64 clone_flags)\n{\n${body}\n}\n`;

describe('completion over the protocol', () => {
	const folder = mkdtempSync(join(tmpdir(), 'bpfls-completion-'));
	const btf = join(folder, 'vmlinux');
	let client: TestClient;
	let count = 0;
	before(async () => {
		writeFileSync(btf, HOST_BLOB);
		client = new TestClient();
		await client.initialize(ABLE, { initializationOptions: { settings: { kernel: '6.12', btf } } });
	});
	after(async () => {
		await client.close();
		rmSync(folder, { recursive: true });
	});

	/** Opens a text without its bar, and gives what a request asks with and what accepting an item makes of the text. */
	const opened = async (marked: string, to = client) => {
		const offset = marked.indexOf('|');
		const text = marked.slice(0, offset) + marked.slice(offset + 1);
		const uri = `file:///project/complete-${count++}.bpf.c`;
		await to.open(uri, text);
		const document = TextDocument.create(uri, 'c', 1, text);
		return { uri, document, params: { textDocument: { uri }, position: document.positionAt(offset) } };
	};
	const complete = async (marked: string, to = client, triggerCharacter?: string) => {
		const { params, document } = await opened(marked, to);
		const context = triggerCharacter === undefined ? { triggerKind: 1 } : { triggerKind: 2, triggerCharacter };
		const list = await to.request<CompletionList | null>('textDocument/completion', { ...params, context });
		const items = [...(list?.items ?? [])].sort((a, b) => (a.sortText! < b.sortText! ? -1 : 1));
		const item = (label: string) => {
			const found = items.find((one) => one.label === label);
			assert.ok(found, `${label} is among ${items.map((one) => one.label).slice(0, 40)}`);
			return found;
		};
		const accepted = (label: string) => {
			const { textEdit, additionalTextEdits = [] } = item(label);
			return TextDocument.applyEdits(document, [textEdit as TextEdit, ...additionalTextEdits]);
		};
		return { list, items, item, accepted, labels: items.map((one) => one.label) };
	};
	const signature = async (marked: string) =>
		client.request<SignatureHelp | null>('textDocument/signatureHelp', (await opened(marked)).params);
	const words = (documentation: CompletionItem['documentation']) => (documentation as MarkupContent | undefined)?.value ?? '';

	describe('of sections', () => {
		it('offers program types with what they are for', async () => {
			const { item, labels, accepted } = await complete(`${INCLUDES}SEC("|")\nint p(void *ctx) { return 0; }\n`);
			assert.match(words(item('xdp').documentation), /packets in the network driver/);
			assert.match(words(item('lsm.s/').documentation), /may sleep/i);
			assert.equal(item('lsm.s/').detail, 'LSM, may sleep');
			assert.ok(labels.indexOf('xdp') < labels.indexOf('.maps'));
			assert.match(accepted('tp_btf/'), /SEC\("tp_btf\/"\)/);
		});

		it('goes on with the targets, in an editor that can', async () => {
			const own = new TestClient();
			await own.initialize(ABLE, { initializationOptions: { suggestAgain: true } });
			const { item } = await complete('SEC("|")\n', own);
			await own.close();
			assert.equal(item('fentry/').command?.command, 'editor.action.triggerSuggest');
			assert.equal(item('xdp').command, undefined);
			assert.equal((await complete('SEC("|")\n')).item('fentry/').command, undefined);
		});

		it('offers tracepoints, hooks, iterators and struct_ops members behind the slash', async () => {
			assert.match((await complete('SEC("tp_btf/task_new|")\n')).accepted('task_newtask'), /SEC\("tp_btf\/task_newtask"\)/);
			const sleepable = await complete('SEC("lsm.s/|")\n');
			assert.ok(sleepable.labels.includes('file_open') && sleepable.labels.includes('bprm_committed_creds'));
			assert.ok(!sleepable.labels.includes('file_free_security'), 'a hook that may not sleep');
			assert.ok((await complete('SEC("iter/|")\n')).labels.includes('task_vma'));
			assert.match((await complete('SEC("struct_ops/|")\n')).item('ssthresh').detail!, /tcp_congestion_ops/);
		});

		it('offers the systems of trace events, then the events of one, or those that hold what is typed', async () => {
			const systems = await complete('SEC("tp/|")\n');
			assert.ok(systems.labels.includes('sched/') && systems.labels.includes('tcp/'));
			assert.match(systems.accepted('sched/'), /SEC\("tp\/sched\/"\)/);
			const events = await complete('SEC("tracepoint/sched/|")\n');
			assert.ok(events.labels.includes('sched/sched_switch'));
			assert.ok(!events.labels.some((label) => !label.startsWith('sched/')));
			assert.match(events.accepted('sched/sched_switch'), /SEC\("tracepoint\/sched\/sched_switch"\)/);
			const { accepted } = await complete('SEC("tp/sched_pro|")\n');
			assert.match(accepted('sched/sched_process_exec'), /SEC\("tp\/sched\/sched_process_exec"\)/);
		});

		it('offers only iterators that the target has', async () => {
			assert.ok(!(await complete('SEC("iter/|")\n')).labels.includes('dmabuf'));
		});

		it("offers the kernel's functions out of BTF", async () => {
			const { labels, accepted } = await complete('SEC("fentry/bpf_ta|")\n');
			assert.deepEqual(labels, ['bpf_task_acquire', 'bpf_task_from_pid', 'bpf_task_from_vpid', 'bpf_task_release']);
			assert.match(accepted('bpf_task_release'), /SEC\("fentry\/bpf_task_release"\)/);
		});

		it('works while quote and parenthesis are missing', async () => {
			assert.match(
				(await complete(`${INCLUDES}SEC("tp_btf/task_n|\nint p(void *ctx)\n`)).accepted('task_newtask'),
				/SEC\("tp_btf\/task_newtask\nint/,
			);
		});

		it('replaces the section that stands there, and keeps the mark of an optional one', async () => {
			assert.match((await complete('SEC("?fen|try/foo")\n')).accepted('lsm/'), /SEC\("\?lsm\/"\)/);
		});

		it('puts .maps first at a variable', async () => {
			const { labels } = await complete(`${INCLUDES}struct { __uint(type, BPF_MAP_TYPE_ARRAY); } m SEC("|");\n`);
			assert.equal(labels[0], '.maps');
		});

		it('leaves other strings alone', async () => {
			assert.equal((await complete(`${INCLUDES}${PROGRAM('\tbpf_printk("fen|");')}`)).list, null);
		});
	});

	describe('of parameters', () => {
		it("writes those of the tracepoint's prototype", async () => {
			const { accepted, labels } = await complete(`${INCLUDES}SEC("tp_btf/task_newtask")\nint BPF_PROG(watch, |)\n{\n\treturn 0;\n}\n`);
			assert.deepEqual(labels, ['struct task_struct *task, unsigned long clone_flags']);
			assert.match(accepted(labels[0]!), /BPF_PROG\(watch, struct task_struct \*task, unsigned long clone_flags\)/);
		});

		it("writes those of an LSM hook, and the program's name where none is yet", async () => {
			const { items } = await complete(`${INCLUDES}SEC("lsm/file_open")\nint BPF_PROG(|)\n`);
			// biome-ignore lint/suspicious/noTemplateCurlyInString: a snippet's own placeholder
			assert.equal(items[0]!.textEdit!.newText, '${1:file_open}, struct file *file');
		});

		it('writes those of a kernel function, and its result at its exit', async () => {
			const at = async (section: string) => (await complete(`${INCLUDES}SEC("${section}")\nint BPF_PROG(p, |)\n`)).labels;
			assert.deepEqual(await at('fentry/bpf_task_acquire'), ['struct task_struct *p, s32 how']);
			assert.deepEqual(await at('fexit/bpf_task_acquire'), ['struct task_struct *p, s32 how, struct task_struct *ret']);
		});

		it('keeps out of a parameter that is being written', async () => {
			assert.equal(
				(await complete(`${INCLUDES}SEC("tp_btf/task_newtask")\nint BPF_PROG(watch, struct task|)\n{\n\treturn 0;\n}\n`)).list,
				null,
			);
		});

		it('says nothing where no prototype is known', async () => {
			assert.equal((await complete(`${INCLUDES}SEC("fentry/of_nowhere")\nint BPF_PROG(p, |)\n`)).list, null);
		});
	});

	describe('of calls', () => {
		it('declares a kfunc that is not declared yet', async () => {
			const { accepted, item } = await complete(`${INCLUDES}${PROGRAM('\tbpf_task_fro|\n\treturn 0;')}`);
			assert.match(item('bpf_task_from_pid').detail!, /struct task_struct \*bpf_task_from_pid\(s32 pid\)/);
			assert.match(accepted('bpf_task_from_pid'), /extern struct task_struct \*bpf_task_from_pid\(s32 pid\) __ksym;\n\nSEC\("tp_btf/);
			// biome-ignore lint/suspicious/noTemplateCurlyInString: a snippet's own placeholder
			assert.equal(item('bpf_task_from_pid').textEdit!.newText, 'bpf_task_from_pid(${1:pid})');
		});

		it('does not declare what is declared, nor add parentheses that are there', async () => {
			const { item } = await complete(`${INCLUDES}${KFUNCS}${PROGRAM('\tbpf_task_acq|(task);\n\treturn 0;')}`);
			assert.equal(item('bpf_task_acquire').additionalTextEdits, undefined);
			assert.equal(item('bpf_task_acquire').textEdit!.newText, 'bpf_task_acquire');
		});

		it('includes the header of helpers where it is missing', async () => {
			const { accepted } = await complete('#include "vmlinux.h"\nint p(void)\n{\n\treturn bpf_ktime_get_n|;\n}\n');
			assert.match(accepted('bpf_ktime_get_ns'), /#include "vmlinux.h"\n#include <bpf\/bpf_helpers.h>\nint p/);
		});

		it('puts what this program may call first, and says why not of the rest', async () => {
			const { labels, item } = await complete(`${INCLUDES}SEC("xdp")\nint p(struct xdp_md *ctx)\n{\n\tbpf_|\n\treturn 0;\n}\n`);
			const rank = (label: string) => labels.indexOf(item(label).label);
			assert.ok(rank('bpf_xdp_adjust_head') < rank('bpf_get_stackid'));
			assert.match(item('bpf_get_stackid').detail!, /not for XDP programs/);
			assert.deepEqual(item('bpf_get_stackid').tags, [1]);
			assert.ok(rank('bpf_rcu_read_lock') < rank('bpf_sock_destroy'));
		});

		it('puts what a release of the range lacks behind the rest', async () => {
			const ranged = new TestClient();
			await ranged.initialize(ABLE, { initializationOptions: { settings: { kernel: '6.1..6.12' } } });
			const { item } = await complete(`${INCLUDES}${PROGRAM('\tbpf_|\n')}`, ranged);
			await ranged.close();
			assert.match(item('bpf_rcu_read_lock').detail!, /not in Linux 6\.1$/);
			assert.equal(item('bpf_ktime_get_ns').tags, undefined);
		});

		it('counts the programs that reach a subprogram', async () => {
			const source = (section: string) =>
				`${INCLUDES}static int sub(void)\n{\n\tbpf_get_stac|\n\treturn 0;\n}\n\nSEC("${section}")\nint p(void *ctx)\n{\n\treturn sub();\n}\n`;
			assert.equal((await complete(source('xdp'))).item('bpf_get_stack').tags?.length, 1);
			assert.equal((await complete(source('perf_event'))).item('bpf_get_stack').tags, undefined);
		});

		it('offers no function to who types a word of C', async () => {
			for (const word of ['els', 'whil', 'breaks', 'ints'])
				assert.equal((await complete(`${INCLUDES}${PROGRAM(`\t${word}|`)}`)).list, null, word);
			assert.equal((await complete(`${INCLUDES}in|`)).list, null);
		});

		it('finds a function by the beginning of any word in it', async () => {
			assert.ok((await complete(`${INCLUDES}${PROGRAM('\ttask_from|')}`)).labels.includes('bpf_task_from_pid'));
		});

		it('knows which calls sleep', async () => {
			const at = async (section: string) =>
				(await complete(`${INCLUDES}${PROGRAM('\tbpf_copy_from_us|\n', section)}`)).item('bpf_copy_from_user');
			assert.match((await at('lsm/file_open')).detail!, /not for LSM|may sleep/);
			assert.equal((await at('lsm.s/file_open')).tags, undefined);
		});

		it('says more when an item is shown', async () => {
			const { item } = await complete(`${INCLUDES}${PROGRAM('\tbpf_task_acq|')}`);
			assert.equal(item('bpf_task_acquire').documentation, undefined);
			const resolved = await client.request<CompletionItem>('completionItem/resolve', item('bpf_task_acquire'));
			assert.match(words(resolved.documentation), /KF_ACQUIRE/);
		});

		it('works in the middle of broken text', async () => {
			const { accepted } = await complete(
				`${INCLUDES}SEC("tp_btf/task_newtask")\nint BPF_PROG(watch, struct task_struct *task)\n{\n\tif (task->tgid == (\n\tbpf_task_fr|`,
			);
			assert.match(accepted('bpf_task_from_pid'), /__ksym;/);
		});

		it('keeps out of comments, directives, members and numbers', async () => {
			for (const body of ['\t// bpf_t|', '\t/* bpf_t| */', '\ttask->bp|;', '\treturn 0x1|;'])
				assert.equal((await complete(`${INCLUDES}${PROGRAM(body)}`)).list, null, body);
			assert.equal((await complete(`#include <bpf|\n${INCLUDES}`)).list, null);
		});
	});

	describe('of releases', () => {
		const RELEASE = 'bpf_task_release(held)';
		const offered = async (body: string, section?: string) =>
			(await complete(`${INCLUDES}${KFUNCS}${PROGRAM(body, section)}`)).items.filter((one) => one.sortText!.startsWith('0'));

		it('offers what gives back the reference that is held here', async () => {
			const [first, ...others] = await offered(
				'\tstruct task_struct *held = bpf_task_acquire(task);\n\n\tif (!held)\n\t\treturn 0;\n\tbpf_|\n\treturn 0;',
			);
			assert.deepEqual(others, []);
			assert.equal(first?.label, RELEASE);
			assert.equal((first.textEdit as TextEdit).newText, `${RELEASE};`);
			assert.equal(first.detail, 'gives back what bpf_task_acquire() acquired');
		});

		it('checks for NULL where nothing has', async () => {
			const [first] = await offered('\tstruct task_struct *held = bpf_task_acquire(task);\n\n\t|\n\treturn 0;');
			assert.equal((first?.textEdit as TextEdit).newText, `if (held) ${RELEASE};`);
		});

		it('offers nothing after the release, and nothing for what is not owned', async () => {
			assert.deepEqual(
				await offered(
					'\tstruct task_struct *held = bpf_task_acquire(task);\n\n\tif (!held)\n\t\treturn 0;\n\tbpf_task_release(held);\n\tbpf_|\n\treturn 0;',
				),
				[],
			);
			assert.deepEqual(await offered('\tbpf_|\n\treturn 0;'), []);
		});

		it('goes by the analysis and not by names', async () => {
			const [first] = await offered(
				'\tstruct task_struct *unrelated = bpf_task_acquire(task), *copy;\n\n\tcopy = task;\n\tif (!unrelated)\n\t\treturn 0;\n\tbpf_|\n\treturn copy->tgid;',
			);
			assert.equal(first?.label, 'bpf_task_release(unrelated)');
		});

		it('knows records of a ring buffer and iterators', async () => {
			const ring = `struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(".maps");\n\n`;
			const { labels } = await complete(
				`${INCLUDES}${ring}${PROGRAM('\tu64 *record = bpf_ringbuf_reserve(&ring, 8, 0);\n\n\tif (!record)\n\t\treturn 0;\n\t*record = 1;\n\tbpf_ring|\n\treturn 0;')}`,
			);
			assert.deepEqual(labels.slice(0, 2), ['bpf_ringbuf_submit(record, 0)', 'bpf_ringbuf_discard(record, 0)']);
			const numbers = await offered('\tstruct bpf_iter_num it;\n\n\tbpf_iter_num_new(&it, 0, 4);\n\tbpf_|\n\treturn 0;');
			assert.deepEqual(
				numbers.map((one) => one.label),
				['bpf_iter_num_destroy(&it)'],
			);
		});
	});

	describe('of maps and flags', () => {
		it('writes a whole map definition', async () => {
			const { item, labels } = await complete(`${INCLUDES}ma|`);
			assert.equal(
				item('map: task storage').textEdit!.newText,
				[
					'struct {',
					'\t__uint(type, BPF_MAP_TYPE_TASK_STORAGE);',
					'\t__uint(map_flags, BPF_F_NO_PREALLOC);',
					'\t__type(key, int);',
					'\t__type(value, $' + '{2:u64});',
					'} $' + '{1:name} SEC(".maps");',
				].join('\n'),
			);
			assert.ok(labels.includes('map: arena'));
		});

		it('leaves out map types that the target lacks', async () => {
			const older = new TestClient();
			await older.initialize(ABLE, { initializationOptions: { settings: { kernel: '6.1' } } });
			const { labels } = await complete(`${INCLUDES}ma|`, older);
			await older.close();
			assert.ok(labels.includes('map: hash') && !labels.includes('map: arena'));
		});

		it('offers types and flags within a definition', async () => {
			const inside = async (member: string) => (await complete(`${INCLUDES}struct {\n\t${member}\n} m SEC(".maps");\n`)).labels;
			assert.ok((await inside('__uint(type, BPF_|);')).includes('BPF_MAP_TYPE_RINGBUF'));
			assert.equal((await inside('__uint(map_flags, |);'))[0], 'BPF_F_NO_PREALLOC');
		});

		it('offers the flags of an argument, with what they do', async () => {
			const map =
				'struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, u32); __type(value, u32); } m SEC(".maps");\n';
			const { labels, item } = await complete(`${INCLUDES}${map}${PROGRAM('\tu32 key = 0;\n\tbpf_map_update_elem(&m, &key, &key, |);')}`);
			assert.deepEqual(labels.slice(0, 3), ['BPF_ANY', 'BPF_NOEXIST', 'BPF_EXIST']);
			assert.match(words(item('BPF_NOEXIST').documentation), /only if there is none/);
		});

		it('writes the value of a constant that BTF lacks', async () => {
			const { item } = await complete(`${INCLUDES}${PROGRAM('\tbpf_timer_init(NULL, NULL, |);')}`);
			assert.equal(item('CLOCK_MONOTONIC').textEdit!.newText, '1 /* CLOCK_MONOTONIC */');
		});
	});

	describe('of what was just begun', () => {
		const typed = async (marked: string) => (await complete(marked, client, marked[marked.indexOf('|') - 1])).labels;

		it('opens at the begin of a section, a target, an argument', async () => {
			assert.ok((await typed('SEC("|")')).includes('xdp'));
			assert.ok((await typed('SEC("iter/|")')).includes('task'));
			assert.ok((await typed(`${INCLUDES}${PROGRAM('\tbpf_ringbuf_submit(record, |);')}`)).includes('BPF_RB_NO_WAKEUP'));
			assert.ok((await typed(`${INCLUDES}${PROGRAM('\tbpf_ringbuf_submit(record,|);')}`)).includes('BPF_RB_NO_WAKEUP'));
			assert.equal((await typed(`${INCLUDES}SEC("lsm/file_open")\nint BPF_PROG(|)\n`)).length, 1);
		});

		it('and nowhere else', async () => {
			for (const body of ['\tif (|', '\t |', '\treturn a /|', '\tcall(a, |', '\tbpf_printk("|', '\tlong a = |'])
				assert.deepEqual(await typed(`${INCLUDES}${PROGRAM(body)}`), [], body);
		});
	});

	describe('beside clangd', () => {
		it('does not say again what clangd completes', async () => {
			const beside = new TestClient();
			await beside.initialize(ABLE, { initializationOptions: { settings: { besideClangd: 'yes' } } });
			const { labels } = await complete(
				`${INCLUDES}${KFUNCS}${PROGRAM('\tstruct task_struct *held = bpf_task_acquire(task);\n\n\tif (!held)\n\t\treturn 0;\n\tbpf_|\n\treturn 0;')}`,
				beside,
			);
			assert.equal(labels[0], 'bpf_task_release(held)', 'no C server knows that');
			assert.ok(!labels.includes('bpf_task_acquire') && !labels.includes('bpf_ktime_get_ns'), 'declared: clangd has them');
			assert.ok(labels.includes('bpf_task_from_pid'), 'not declared: it has not');
			assert.ok((await complete('SEC("|")\n', beside)).labels.includes('xdp'));
			await beside.close();
		});
	});

	describe('signature help', () => {
		it('names the argument at the cursor and what the kernel asks of it', async () => {
			const help = await signature(`${INCLUDES}${PROGRAM('\tbpf_map_update_elem(&m, &key, &value, |)')}`);
			const [one] = help!.signatures;
			assert.match(one!.label, /^long bpf_map_update_elem\(void \*map, const void \*key, const void \*value, __u64 flags\)$/);
			assert.equal(help!.activeParameter, 3);
			const [start, end] = one!.parameters![3]!.label as [number, number];
			assert.equal(one!.label.slice(start, end), '__u64 flags');
			assert.match(words(one!.parameters![3]!.documentation), /BPF_NOEXIST/);
			assert.match(words(one!.parameters![1]!.documentation), /key of the map/);
		});

		it('tells the flags of a kfunc and the suffixes of its parameters', async () => {
			const help = await signature(`${INCLUDES}${PROGRAM('\tbpf_dynptr_slice(&ptr, 0, buffer, |')}`);
			const [one] = help!.signatures;
			assert.match(words(one!.documentation), /KF_RET_NULL/);
			assert.equal(help!.activeParameter, 3);
			assert.match(words(one!.parameters![3]!.documentation), /has to be a constant/);
		});

		it('stays with the inner call, and knows when it is over', async () => {
			const inner = await signature(`${INCLUDES}${PROGRAM('\tbpf_task_release(bpf_task_acquire(|')}`);
			assert.match(inner!.signatures[0]!.label, /bpf_task_acquire/);
			assert.equal(await signature(`${INCLUDES}${PROGRAM('\tbpf_task_release(task);|')}`), null);
			assert.equal(await signature(`${INCLUDES}${PROGRAM('\twatch_it(|')}`), null);
		});
	});
});
