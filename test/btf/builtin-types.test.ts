// The built-in table of kernel types: what it says, and that every row of it can be read.
import assert from 'node:assert/strict';
import { CONSTANTS } from '../../server/src/btf/builtin-constants.js';
import { KERNEL_RECORDS } from '../../server/src/btf/builtin-kernel-records.js';
import { SMALL_RECORDS } from '../../server/src/btf/builtin-small-records.js';
import { builtinTypes, isBuiltinTypedef } from '../../server/src/btf/builtin-types.js';
import { findMember, sizeOf, strip } from '../../server/src/btf/ctype.js';
import { typeText } from '../../server/src/btf/type-text.js';

describe('the built-in table', () => {
	const table = builtinTypes();
	const rows = [SMALL_RECORDS, KERNEL_RECORDS].flatMap((rows) => rows.trim().replaceAll('\n|', '|').split('\n'));

	it('holds what kfunc programs walk', () => {
		const walk = (tag: string, ...path: string[]) => {
			let record = table.record(tag);
			let last = '';
			for (const name of path) {
				const member = record && findMember(record, name);
				assert.ok(member, `${tag} has no ${name}`);
				last = typeText(member.type);
				const type = strip(member.type);
				const inner = type.kind === 'pointer' ? strip(type.to) : type;
				record = inner.kind === 'record' ? inner : undefined;
			}
			return last;
		};
		assert.equal(walk('task_struct', 'cgroups', 'dfl_cgrp', 'kn', 'id'), 'u64');
		assert.equal(walk('task_struct', 'group_leader', 'cpus_ptr'), 'const cpumask_t *');
		assert.equal(walk('task_struct', 'mm', 'exe_file', 'f_inode', 'i_sb', 's_dev'), 'dev_t');
		assert.equal(walk('sk_buff', 'sk', '__sk_common', 'skc_family'), 'unsigned short');
		assert.equal(walk('linux_binprm', 'file', 'f_path', 'dentry', 'd_name', 'name'), 'const unsigned char *');
		assert.equal(walk('tcp_congestion_ops', 'ssthresh'), 'u32 (*)(struct sock *)');
		assert.equal(walk('__sk_buff', 'sk'), 'struct bpf_sock *');
		assert.equal(walk('bpf_cpumask', 'usage'), 'refcount_t');
	});

	it('has the basic typedefs and constants', () => {
		assert.deepEqual(
			['u8', '__u16', 's32', 'u64', 'size_t', 'pid_t', 'bool', '__be32'].map((name) => sizeOf(table.typedef(name)!)),
			[1, 2, 4, 8, 8, 4, 1, 4],
		);
		assert.equal(isBuiltinTypedef('u64') && !isBuiltinTypedef('task_struct'), true);
		const values = [
			'BPF_NOEXIST',
			'BPF_MAP_TYPE_TASK_STORAGE',
			'BPF_LOCAL_STORAGE_GET_F_CREATE',
			'XDP_PASS',
			'TC_ACT_SHOT',
			'BPF_F_CURRENT_NETNS',
			'BPF_F_CURRENT_CPU',
		];
		assert.deepEqual(
			values.map((name) => table.enumerator(name)?.value),
			[1n, 29n, 1n, 2n, 2n, -1n, 0xffffffffn],
		);
		assert.equal(typeText(table.enumerator('BPF_F_CURRENT_CPU')!.type), 'unsigned long');
	});

	it('can be read in every row, and names no type that cannot', () => {
		for (const row of rows) {
			const [, name = ''] = row.split(/[ |]/);
			if (row.startsWith('typedef ')) {
				assert.notEqual(strip(table.typedef(name)!).kind, 'unknown', row);
				continue;
			}
			const record = table.record(name);
			assert.ok(record, row);
			for (const member of record.members) {
				assert.ok(!typeText(member.type).includes('?'), `${name}.${member.name}: ${typeText(member.type)}`);
				assert.ok(member.offset <= record.size, `${name}.${member.name}`);
			}
		}
		assert.ok(CONSTANTS.length > 0 && rows.length > 150);
	});

	it('answers nothing to what it does not hold', () => {
		assert.deepEqual(
			[
				table.record('xdp_action'),
				table.enumeration('task_struct'),
				table.typedef('none'),
				table.enumerator('NONE'),
				table.functionType('bpf_task_acquire'),
			],
			[undefined, undefined, undefined, undefined, undefined],
		);
	});
});
