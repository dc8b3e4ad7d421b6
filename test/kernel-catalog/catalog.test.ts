// What the shipped catalogs answer: facts of Linux 6.12 and its neighbours that people can look up in the kernel's source.
import assert from 'node:assert';
import { describeKfunc } from '../../server/src/kernel/describe.js';
import { kfuncIn } from '../../server/src/kernel/flags-for.js';
import { loadCatalog, shippedReleases } from '../../server/src/kernel/load.js';
import { parseKernelConfig } from '../../server/src/options.js';

describe('the catalog of 6.12', () => {
	const catalog = loadCatalog('6.12');

	it('knows a kfunc with its prototype, flags and programs', () => {
		const acquire = catalog.kfunc('bpf_task_acquire');
		assert.ok(acquire);
		assert.deepStrictEqual(acquire.flags, ['KF_ACQUIRE', 'KF_RCU', 'KF_RET_NULL']);
		assert.strictEqual(acquire.result, 'struct task_struct *');
		assert.deepStrictEqual(acquire.parameters, [{ name: 'p', type: 'struct task_struct *' }]);
		assert.ok(acquire.programTypes.includes('TRACING') && acquire.programTypes.includes('LSM'));
		assert.ok(!acquire.programTypes.includes('KPROBE'));
		assert.deepStrictEqual(catalog.kfunc('bpf_rcu_read_lock')?.programTypes, ['*']);
		assert.strictEqual(catalog.kfunc('bpf_task_kptr_get'), undefined);
	});

	it('holds every entry of the tree, each with a prototype', () => {
		const kfuncs = [...catalog.kfuncs()];
		assert.strictEqual(kfuncs.length, 204);
		for (const kfunc of kfuncs) assert.notStrictEqual(kfunc.result, '', kfunc.name);
		for (const kfunc of kfuncs) for (const flag of kfunc.flags) assert.ok(catalog.flags.includes(flag), `${kfunc.name}: ${flag}`);
	});

	it("knows the kfuncs of the tree's test modules, apart from the kernel's own", () => {
		const acquire = catalog.kfunc('bpf_kfunc_call_test_acquire');
		assert.strictEqual(acquire?.module, 'bpf_testmod');
		assert.deepStrictEqual(acquire.flags, ['KF_ACQUIRE', 'KF_RET_NULL']);
		assert.ok(acquire.programTypes.includes('SCHED_CLS') && !acquire.programTypes.includes('XDP'));
		assert.ok(![...catalog.kfuncs()].some((kfunc) => kfunc.module !== undefined));
		assert.deepStrictEqual(catalog.releaseKfuncs('prog_test_ref_kfunc'), ['bpf_kfunc_call_test_release']);
		assert.ok(catalog.hasDestructor('bpf_testmod_ctx'));
		assert.strictEqual(loadCatalog('6.1').kfunc('bpf_kfunc_call_test_acquire')?.module, undefined);
		assert.ok(loadCatalog('6.6').kfunc('bpf_kfunc_call_test_acquire') && loadCatalog('6.18').kfunc('bpf_kfunc_call_test_acquire'));
	});

	it('gives each program type the flags of its own set', () => {
		const request = catalog.kfunc('hid_bpf_hw_request')!;
		assert.deepStrictEqual(kfuncIn(request, 'STRUCT_OPS').flags, ['KF_SLEEPABLE']);
		assert.deepStrictEqual(kfuncIn(request, 'SYSCALL').flags, []);
		assert.strictEqual(kfuncIn(request, 'SYSCALL'), kfuncIn(request, 'SYSCALL'));
		const page = describeKfunc(catalog, 'hid_bpf_release_context')!.replace(/\s+/g, ' ');
		assert.match(page, /STRUCT_OPS, SYSCALL \(flags there: KF_RELEASE\)/);
		const disagreeing = [...catalog.kfuncs()].filter((kfunc) => kfunc.flagsByType);
		assert.strictEqual(disagreeing.length, 5);
		assert.strictEqual(kfuncIn(catalog.kfunc('bpf_task_acquire')!, 'TRACING'), catalog.kfunc('bpf_task_acquire'));
	});

	it('reads kfuncs that a macro lists', () => {
		assert.deepStrictEqual(catalog.kfunc('bpf_xdp_metadata_rx_hash')?.programTypes, ['XDP']);
	});

	it('narrows a set by its filter', () => {
		assert.deepStrictEqual(catalog.kfunc('bpf_get_file_xattr')?.programTypes, ['LSM']);
		assert.deepStrictEqual(catalog.kfunc('bpf_sock_destroy')?.attachTypes?.TRACING, ['TRACE_ITER']);
		assert.deepStrictEqual(catalog.kfunc('bpf_session_cookie')?.attachTypes, { KPROBE: ['TRACE_KPROBE_SESSION'] });
	});

	it('says which fields keep their trust', () => {
		assert.ok(catalog.isSafeField('rcu', 'task_struct', 'cpus_ptr'));
		assert.ok(catalog.isSafeField('trusted_or_null', 'socket', 'sk'));
		assert.ok(catalog.isSafeField('rcu_or_null', 'mm_struct', 'exe_file'));
		assert.ok(!catalog.isSafeField('rcu', 'task_struct', 'mm'));
		assert.ok(!catalog.isSafeField('nested', 'task_struct', 'cpus_ptr'));
		assert.ok(catalog.isRcuProtected('task_struct') && !catalog.isRcuProtected('file'));
	});

	it('pairs what is acquired with what releases it', () => {
		assert.deepStrictEqual(catalog.releaseKfuncs('task_struct'), ['bpf_task_release']);
		assert.deepStrictEqual(catalog.releaseKfuncs('cpumask'), ['scx_bpf_put_cpumask', 'scx_bpf_put_idle_cpumask']);
		assert.ok(catalog.hasDestructor('cgroup') && !catalog.hasDestructor('file'));
	});

	it('gives the variant of a helper that a program type is given', () => {
		assert.strictEqual(catalog.helper('bpf_perf_event_output', 'XDP')?.proto, 'bpf_xdp_event_output_proto');
		assert.strictEqual(catalog.helper('bpf_perf_event_output', 'KPROBE')?.proto, 'bpf_perf_event_output_proto');
		assert.strictEqual(catalog.helper('bpf_get_socket_cookie', 'TRACING')?.arguments[0], 'ARG_PTR_TO_BTF_ID_SOCK_COMMON|PTR_MAYBE_NULL');
		assert.strictEqual(catalog.helper('bpf_skb_store_bytes', 'XDP'), undefined);
		assert.strictEqual(catalog.helper('bpf_no_such_helper'), undefined);
		assert.ok(catalog.isHelper('bpf_map_lookup_elem') && !catalog.isHelper('bpf_task_acquire'));
	});

	it('follows the attach type', () => {
		assert.strictEqual(catalog.helper('bpf_seq_printf', 'TRACING', 'TRACE_ITER')?.argumentStructs?.[0], 'seq_file');
		assert.strictEqual(catalog.helper('bpf_seq_printf', 'TRACING', 'TRACE_FENTRY'), undefined);
		assert.strictEqual(catalog.helper('bpf_get_func_ret', 'TRACING', 'TRACE_FEXIT')?.id, 184);
		assert.strictEqual(catalog.helper('bpf_get_func_ret', 'TRACING', 'TRACE_RAW_TP'), undefined);
		assert.strictEqual(catalog.helper('bpf_get_current_ancestor_cgroup_id', 'LSM', 'LSM_CGROUP')?.id, 123);
	});

	it('follows the struct that a struct_ops program fills', () => {
		assert.ok(catalog.helper('bpf_tcp_send_ack', 'STRUCT_OPS', 'tcp_congestion_ops'));
		assert.strictEqual(catalog.helper('bpf_tcp_send_ack', 'STRUCT_OPS', 'sched_ext_ops'), undefined);
		assert.ok(catalog.helper('bpf_setsockopt', 'STRUCT_OPS', 'tcp_congestion_ops.init'));
		assert.strictEqual(catalog.helper('bpf_setsockopt', 'STRUCT_OPS', 'tcp_congestion_ops.release'), undefined);
		assert.strictEqual(catalog.helper('bpf_map_lookup_elem', 'STRUCT_OPS', 'bpf_dummy_ops'), undefined);
		assert.ok(catalog.helper('bpf_map_lookup_elem', 'STRUCT_OPS', 'a_modules_own_ops'));
		assert.ok(catalog.helper('bpf_map_lookup_elem', 'STRUCT_OPS'));
	});

	it('gives cgroup programs their return value only where one is set', () => {
		assert.strictEqual(catalog.helper('bpf_get_retval', 'CGROUP_SKB', 'CGROUP_INET_EGRESS'), undefined);
		assert.strictEqual(catalog.helper('bpf_get_retval', 'CGROUP_SOCK_ADDR', 'CGROUP_INET4_GETPEERNAME'), undefined);
		assert.ok(catalog.helper('bpf_get_retval', 'CGROUP_SOCK_ADDR', 'CGROUP_INET4_BIND'));
	});

	it('tells the helpers of programs that sleep', () => {
		assert.strictEqual(catalog.helper('bpf_get_task_stack', 'KPROBE', undefined, true)?.proto, 'bpf_get_task_stack_sleepable_proto');
		assert.strictEqual(catalog.helper('bpf_get_task_stack', 'KPROBE', undefined, false)?.proto, 'bpf_get_task_stack_proto');
		assert.ok(catalog.helper('bpf_copy_from_user', 'TRACING')?.mightSleep);
	});

	it('knows structs and sizes of helper arguments', () => {
		assert.strictEqual(catalog.helper('bpf_task_pt_regs')?.returnsStruct, 'pt_regs');
		assert.strictEqual(catalog.helper('bpf_get_current_task_btf')?.returns, 'RET_PTR_TO_BTF_ID_TRUSTED');
		assert.strictEqual(catalog.helper('bpf_strtol', 'CGROUP_SYSCTL')?.argumentSizes?.[3], 8);
	});

	it('knows LSM hooks', () => {
		assert.deepStrictEqual(catalog.lsmHook('file_open'), {
			result: 'int',
			parameters: [{ name: 'file', type: 'struct file *' }],
			sleepable: true,
			untrusted: false,
			disabled: false,
		});
		assert.ok(catalog.lsmHook('bpf_lsm_inode_getsecurity')?.disabled);
		assert.ok(catalog.lsmHook('file_free_security')?.untrusted);
		assert.strictEqual(catalog.lsmHook('no_such_hook'), undefined);
	});

	it('knows tracepoints, those of wrapper macros too', () => {
		assert.deepStrictEqual(
			catalog.tracepoint('sched_switch')?.parameters.map((parameter) => parameter.name),
			['preempt', 'prev', 'next', 'prev_state'],
		);
		assert.strictEqual(catalog.tracepoint('sched_stat_wait')?.parameters[1]?.type, 'u64');
		assert.deepStrictEqual(catalog.tracepoint('bpf_test_finish')?.parameters, [{ name: 'err', type: 'int *' }]);
		assert.strictEqual(catalog.tracepoint('no_such_event'), undefined);
		assert.deepStrictEqual(catalog.tracepointArguments('sched_pi_setprio'), { nullable: [1], opaque: [] });
		assert.deepStrictEqual(catalog.tracepointArguments('sched_switch'), { nullable: [], opaque: [] });
	});

	it('knows what struct_ops members say of their arguments', () => {
		assert.deepStrictEqual(catalog.structOps('sched_ext_ops', 'dispatch'), { nullable: [1], referenced: [], sleepable: false });
		assert.strictEqual(catalog.structOps('sched_ext_ops', 'init_task')?.sleepable, true);
		assert.deepStrictEqual(catalog.structOps('bpf_dummy_ops', 'test_1')?.nullable, [0]);
		assert.strictEqual(catalog.structOps('sched_ext_ops', 'no_such_member'), undefined);
		assert.deepStrictEqual(catalog.structOpsStructs(), ['bpf_dummy_ops', 'hid_bpf_ops', 'sched_ext_ops', 'tcp_congestion_ops']);
	});

	it('says where sleepable and return-modifying programs attach, by the configuration', () => {
		assert.strictEqual(catalog.isSleepableTarget('__x64_sys_getpgid'), false);
		assert.strictEqual(catalog.isModifiableTarget('__x64_sys_getpgid'), false);
		assert.strictEqual(catalog.isModifiableTarget('security_file_open'), true);
		assert.strictEqual(catalog.isModifiableTarget('bpf_modify_return_test'), true);
		assert.strictEqual(catalog.isSleepableTarget('bpf_fentry_test1'), true);
		assert.strictEqual(catalog.isSleepableTarget('bpf_lsm_file_open'), true);
		assert.strictEqual(catalog.isDeniedTarget('migrate_disable'), true);
		const injecting = loadCatalog('6.12', { config: { CONFIG_FUNCTION_ERROR_INJECTION: true } });
		assert.strictEqual(injecting.isSleepableTarget('__x64_sys_getpgid'), true);
		assert.strictEqual(injecting.isSleepableTarget('should_failslab'), false);
		assert.strictEqual(injecting.isModifiableTarget('should_failslab'), true);
	});

	it('is configured as Debian configures it', () => {
		assert.strictEqual(catalog.config('CONFIG_FUNCTION_ERROR_INJECTION'), false);
		assert.strictEqual(catalog.config('BPF_LSM'), true);
		assert.strictEqual(catalog.config('CONFIG_NF_CONNTRACK'), true);
	});

	it('takes what a whole configuration does not name for unset, and asks Debian’s about the rest of a part', () => {
		const whole = parseKernelConfig('CONFIG_CC_VERSION_TEXT="gcc 14"\nCONFIG_NET=y\n');
		assert.strictEqual(loadCatalog('6.12', { config: whole }).config('CONFIG_NET'), true);
		assert.strictEqual(loadCatalog('6.12', { config: whole }).config('CONFIG_NF_CONNTRACK'), false);
		assert.strictEqual(loadCatalog('6.12', { config: { CONFIG_NET: true } }).config('CONFIG_NF_CONNTRACK'), true);
	});

	it('keeps the whole of libbpf’s section table', () => {
		assert.ok(catalog.sections.some((rule) => rule.prefix === 'lsm.s' && rule.programType === 'LSM' && rule.sleepable));
	});
});

describe('releases', () => {
	it('ships those that Debian packages', () => {
		assert.deepStrictEqual(shippedReleases(), ['6.1', '6.12', '7.2', '7.3']);
	});

	it('holds every kfunc entry that a plain search finds in the trees', () => {
		const counts = ['6.1', '7.2', '7.3'].map((release) => [...loadCatalog(release).kfuncs()].length);
		assert.deepStrictEqual(counts, [67, 337, 352]);
	});

	it('says so where a release has no catalog of its own', () => {
		const between = loadCatalog('6.6');
		assert.strictEqual(between.release, '6.6');
		assert.strictEqual(between.dataRelease, '6.1');
		assert.strictEqual(between.exact, false);
		assert.strictEqual(loadCatalog('6.12').exact, true);
		assert.strictEqual(loadCatalog('5.4').dataRelease, '6.1');
	});

	it('fills a release in between from what is recorded', () => {
		const catalog = loadCatalog('6.6');
		assert.deepStrictEqual(catalog.kfunc('bpf_task_acquire')?.flags, ['KF_ACQUIRE', 'KF_RCU', 'KF_RET_NULL']);
		assert.deepStrictEqual(loadCatalog('6.3').kfunc('bpf_task_acquire')?.flags, ['KF_ACQUIRE', 'KF_TRUSTED_ARGS']);
		assert.strictEqual(loadCatalog('6.1').kfunc('bpf_task_acquire'), undefined);
		assert.strictEqual(catalog.kfunc('bpf_wq_init'), undefined, 'it comes with 6.10');
		assert.ok(catalog.isSafeField('rcu', 'task_struct', 'cpus_ptr'));
		assert.strictEqual(loadCatalog('6.15').kfunc('cgroup_rstat_updated')?.name, 'cgroup_rstat_updated');
		assert.strictEqual(loadCatalog('6.16').kfunc('cgroup_rstat_updated'), undefined);
		assert.ok(loadCatalog('6.16').kfunc('css_rstat_updated'));
		assert.strictEqual(loadCatalog('6.18').trustedByDefault, false);
		assert.strictEqual(loadCatalog('7.0').trustedByDefault, true);
		assert.ok(loadCatalog('6.6').tracepoint('sched_switch'));
		assert.strictEqual(loadCatalog('9.9').dataRelease, '7.3');
	});

	it('gives a helper to the programs of either neighbour, to those of both as the older does', () => {
		const proto = (release: string, type: string) => loadCatalog(release).helper('bpf_task_storage_get', type)?.proto;
		assert.strictEqual(proto('6.12', 'SCHED_CLS'), undefined);
		assert.strictEqual(proto('6.18', 'SCHED_CLS'), proto('7.2', 'SCHED_CLS'));
		assert.strictEqual(proto('6.18', 'KPROBE'), proto('6.12', 'KPROBE'));
	});

	it('answers each side of a change', () => {
		assert.ok(loadCatalog('6.12').kfunc('bpf_wq_set_callback_impl'));
		assert.strictEqual(loadCatalog('7.2').kfunc('bpf_wq_set_callback_impl'), undefined);
		assert.strictEqual(loadCatalog('6.12').trustedByDefault, false);
		assert.strictEqual(loadCatalog('7.2').trustedByDefault, true);
		assert.ok(loadCatalog('6.12').flags.includes('KF_TRUSTED_ARGS'));
		assert.ok(!loadCatalog('7.2').flags.includes('KF_TRUSTED_ARGS'));
		const catalog = loadCatalog('6.12');
		assert.strictEqual(catalog.history('bpf_task_kptr_get')[0]?.until, '6.4');
		assert.strictEqual(catalog.history('bpf_task_kptr_get')[0]?.replacement, 'bpf_task_acquire');
		assert.deepStrictEqual(
			catalog.history('bpf_task_acquire').map((row) => row.from),
			['6.2', '6.4'],
		);
		assert.strictEqual(catalog.since('bpf_task_from_pid'), '6.2');
	});

	it('leaves out arguments that the kernel fills in', () => {
		const names = loadCatalog('7.2')
			.kfunc('bpf_wq_set_callback')
			?.parameters.map((parameter) => parameter.type);
		assert.ok(names && !names.includes('struct bpf_prog_aux *'));
	});
});
