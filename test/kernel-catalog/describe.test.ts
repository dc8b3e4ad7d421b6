// The pages that `bpfls kfunc` and hovers show.
import assert from 'node:assert';
import { describeHelper, describeKfunc, helperMarkdown, kfuncMarkdown } from '../../server/src/kernel/describe.js';
import { loadCatalog } from '../../server/src/kernel/load.js';

describe('the page of a kfunc', () => {
	const catalog = loadCatalog('6.12');

	it('shows prototype, flags, pairing, programs and history', () => {
		const text = describeKfunc(catalog, 'bpf_task_acquire')!;
		assert.ok(text.startsWith('struct task_struct *bpf_task_acquire(struct task_struct *p);\n'));
		for (const part of [
			'KF_RET_NULL',
			'bpf_task_release()',
			'bpf_kptr_xchg()',
			'may be NULL',
			'TRACING',
			'since 6.4',
			'kernel/bpf/helpers.c',
		])
			assert.ok(text.includes(part), part);
	});

	it('links to what the kernel documents of it', () => {
		for (const [text, page] of [
			[describeKfunc(catalog, 'bpf_task_acquire'), 'bpf/kfuncs.html'],
			[describeKfunc(catalog, 'bpf_cpumask_create'), 'bpf/cpumasks.html'],
			[describeKfunc(catalog, 'scx_bpf_kick_cpu'), 'scheduler/sched-ext.html'],
			[describeHelper(catalog, 'bpf_map_lookup_elem'), 'bpf/helpers.html'],
		] as const)
			assert.ok(text!.includes(`https://docs.kernel.org/${page}`), text);
		assert.ok(kfuncMarkdown(catalog, 'bpf_task_acquire')!.endsWith('**Documentation:** https://docs.kernel.org/bpf/kfuncs.html'));
	});

	it('names the acquires that a release gives back', () => {
		const text = describeKfunc(catalog, 'bpf_task_release')!.replace(/\s+/g, ' ');
		assert.ok(text.includes('come from bpf_task_acquire(), bpf_task_from_pid()'));
	});

	it('tells of a removed one what takes its place', () => {
		for (const [name, instead] of [
			['bpf_task_kptr_get', 'bpf_task_acquire'],
			['bpf_cgroup_kptr_get', 'bpf_cgroup_acquire'],
			['bpf_cpumask_kptr_get', 'bpf_cpumask_acquire'],
			['bpf_task_acquire_not_zero', 'bpf_task_acquire'],
		] as const) {
			const text = describeKfunc(catalog, name)!;
			assert.ok(text.includes('does not have it any more') && text.includes(`Use ${instead}`), text);
		}
	});

	it('tells of one that is yet to come', () => {
		assert.ok(describeKfunc(catalog, 'css_rstat_flush')!.includes('it comes with 6.16'));
	});

	it('says of one that is removed later that it is still there', () => {
		assert.ok(describeKfunc(loadCatalog('6.3'), 'bpf_task_kptr_get')!.includes('Linux 6.3 has it'));
		assert.ok(describeKfunc(loadCatalog('6.1'), 'bpf_task_kptr_get')!.includes('it comes with 6.2'));
	});

	it('says that another release’s catalog answers', () => {
		assert.ok(describeKfunc(loadCatalog('6.18'), 'bpf_task_acquire')!.replace(/\s+/g, ' ').includes('no catalog of 6.18 is shipped'));
	});

	it('knows nothing of other names', () => {
		assert.strictEqual(describeKfunc(catalog, 'printk'), undefined);
		assert.strictEqual(describeKfunc(catalog, 'constructor'), undefined);
		assert.strictEqual(kfuncMarkdown(catalog, 'printk'), undefined);
		assert.strictEqual(helperMarkdown(catalog, 'toString'), undefined);
	});

	it('is Markdown with a code block for hovers', () => {
		const text = kfuncMarkdown(catalog, 'bpf_rbtree_add_impl')!;
		assert.ok(text.startsWith('```c\nint bpf_rbtree_add_impl(struct bpf_rb_root *root, struct bpf_rb_node *node, bool (*less)('));
	});
});

describe('the page of a helper', () => {
	it('shows each variant with the programs that are given it', () => {
		const text = describeHelper(loadCatalog('6.12'), 'bpf_get_socket_cookie')!;
		assert.ok(text.startsWith('bpf_get_socket_cookie (helper 46)'));
		assert.ok(text.includes('bpf_get_socket_cookie_sock_addr_proto') && text.includes('CGROUP_SOCK_ADDR'));
	});
});

describe('words of our own', () => {
	it('cover every kfunc, helper, flag and program type of the shipped releases', () => {
		const missing = new Set<string>();
		for (const release of ['6.1', '6.12', '7.2', '7.3']) {
			const catalog = loadCatalog(release);
			for (const kfunc of catalog.kfuncs()) if (!catalog.words('kfunc', kfunc.name)) missing.add(kfunc.name);
			for (const helper of catalog.helpers()) if (!catalog.words('helper', helper.name)) missing.add(helper.name);
			for (const flag of catalog.flags) if (!catalog.words('flag', flag)) missing.add(flag);
			for (const type of new Set(catalog.sections.map((rule) => rule.programType)))
				if (!catalog.words('program-type', type)) missing.add(type);
		}
		assert.deepStrictEqual([...missing], []);
	});

	it('cover every suffix that the verifier reads', () => {
		const catalog = loadCatalog('6.12');
		for (const suffix of [
			'__sz',
			'__szk',
			'__k',
			'__ign',
			'__uninit',
			'__opt',
			'__nullable',
			'__str',
			'__refcounted_kptr',
			'__alloc',
			'__map',
		])
			assert.ok(catalog.words('suffix', suffix), suffix);
		for (const suffix of ['__prog', '__iter', '__const_str', '__irq_flag', '___init', '__nonown_allowed'])
			assert.ok(catalog.words('suffix', suffix), suffix);
	});
});
