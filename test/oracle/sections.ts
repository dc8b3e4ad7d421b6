// Other sections that a program could have been put into: what changes is where its arguments come from and what it may call.
import type { SectionInfo } from '../../server/src/program/model.js';

/** A kernel function made for attaching tests. A kprobe's program sees registers only, so that its parameters do not matter. */
const ANY_FUNCTION = 'bpf_fentry_test1';
/** Functions of which the first parameter is that of the tracepoint: a program finds there what it was written for, not trusted. */
const FUNCTION_LIKE: Readonly<Record<string, string>> = {
	task_newtask: 'wake_up_new_task',
	cgroup_mkdir: 'cgroup_freeze',
};

const SLEEPABLE_TWIN: Readonly<Record<string, string>> = {
	lsm: 'lsm.s',
	fentry: 'fentry.s',
	fexit: 'fexit.s',
	fmod_ret: 'fmod_ret.s',
	iter: 'iter.s',
	struct_ops: 'struct_ops.s',
	uprobe: 'uprobe.s',
	raw_tp: 'tp_btf',
};
const OTHERS: Readonly<Record<string, readonly string[]>> = {
	tp_btf: ['raw_tp/*', `kprobe/${ANY_FUNCTION}`, 'syscall'],
	lsm: ['fentry/security_*'],
	'lsm.s': ['fentry.s/security_*'],
	fentry: ['fexit/*', 'kprobe/*'],
	tc: ['xdp', `kprobe/${ANY_FUNCTION}`, 'cgroup_skb/egress', 'socket'],
	classifier: ['xdp', `kprobe/${ANY_FUNCTION}`],
	xdp: ['tc', `kprobe/${ANY_FUNCTION}`],
	syscall: ['tc', 'tp_btf/sched_switch', `kprobe/${ANY_FUNCTION}`],
	kprobe: ['syscall', 'raw_tp/sched_switch'],
	tracepoint: ['tc'],
	tp: ['tc'],
	raw_tp: ['xdp'],
	cgroup_skb: ['tc', 'socket'],
	socket: ['tc'],
	sk_lookup: ['tc'],
	sockops: ['tc'],
	perf_event: ['syscall'],
};

/** Sections to try in place of one, as the text that `SEC()` takes. */
export function otherSections({ text, optional }: SectionInfo): readonly string[] {
	const slash = text.indexOf('/');
	const prefix = slash < 0 ? text : text.slice(0, slash);
	const target = slash < 0 ? '' : text.slice(slash + 1);
	const found: string[] = [];
	for (const [plain, twin] of Object.entries(SLEEPABLE_TWIN)) {
		if (prefix === plain) found.push(target === '' ? twin : `${twin}/${target}`);
		if (prefix === twin && twin.endsWith('.s')) found.push(target === '' ? plain : `${plain}/${target}`);
	}
	for (const other of OTHERS[prefix] ?? []) if (!other.endsWith('*') || target !== '') found.push(other.replace('*', target));
	if (prefix === 'tp_btf' && FUNCTION_LIKE[target] !== undefined) found.push(`fentry/${FUNCTION_LIKE[target]}`);
	return found.map((section) => (optional ? `?${section}` : section));
}
