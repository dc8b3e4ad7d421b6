// Filters of kfunc sets that ask which member of which struct_ops a program fills: a table by member, sets of another file, a second struct.
import assert from 'node:assert';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { KfuncFilters } from '../../server/src/kernel/generate/filters.js';
import { structOpsVariables } from '../../server/src/kernel/generate/struct-ops.js';
import { KernelTree } from '../../server/src/kernel/generate/tree.js';

const FILES: Readonly<Record<string, string>> = {
	Makefile: 'VERSION = 7\nPATCHLEVEL = 9\nSUBLEVEL = 0\nEXTRAVERSION =\n',
	'kernel/bpf/verifier.c': '\n',
	'include/uapi/linux/bpf.h': '\n',
	'kernel/lamp/lamp.h': `
struct lamp_ops {
	void (*light)(int room);
	void (*dim)(int room, int percent);
	int (*start)(void);
};
/* Begins as the other one does. */
struct lamp_ops_wide {
	void (*light_all)(int house);
	void (*dim)(int house, int percent);
	int (*start)(void);
};
`,
	'kernel/lamp/lamp.c': `
#include "lamp.h"
enum lamp_allowed {
	LAMP_DARK	= 0,
	LAMP_BULBS	= 1 << 0,
	LAMP_WIRES	= 1 << 3,
};
#define LAMP_INDEX(op) (offsetof(struct lamp_ops, op) / sizeof(void (*)(void)))
#define LAMP_AT(moff) ((moff) / sizeof(void (*)(void)))
static const u32 lamp_allowed[] = {
	[LAMP_INDEX(light)]	= LAMP_BULBS,
	[LAMP_INDEX(start)]	= LAMP_BULBS | LAMP_WIRES,
};
int lamp_filter(const struct bpf_prog *prog, u32 kfunc_id)
{
	bool in_bulbs = btf_id_set8_contains(&lamp_bulbs, kfunc_id);
	bool in_any = btf_id_set8_contains(&lamp_any, kfunc_id);
	u32 moff, flags;

	if (prog->type == BPF_PROG_TYPE_SYSCALL)
		return in_any ? 0 : -EACCES;
	if (!prog->aux->st_ops)
		return 0;
	if (prog->aux->st_ops != &bpf_lamp_ops &&
	    prog->aux->st_ops != &bpf_lamp_ops_wide)
		return -EACCES;
	if (in_any)
		return 0;
	moff = prog->aux->attach_st_ops_member_off;
	flags = lamp_allowed[LAMP_AT(moff)];
	if ((flags & LAMP_BULBS) && in_bulbs)
		return 0;
	if ((flags & LAMP_WIRES) && btf_id_set_contains(&lamp_wires, kfunc_id))
		return 0;
	return -EACCES;
}
BTF_SET_START(lamp_wires)
BTF_ID(func, lamp_solder)
BTF_SET_END(lamp_wires)
static struct bpf_struct_ops bpf_lamp_ops = { .name = "lamp_ops", };
static struct bpf_struct_ops bpf_lamp_ops_wide = { .name = "lamp_ops_wide", };
`,
	'kernel/lamp/other.c': `
struct other_ops __stubs = { .ring = other_ring, };
static struct bpf_struct_ops bpf_other_ops = { .name = "other_ops", .cfi_stubs = &__stubs, };
`,
};

describe('filters by struct_ops', () => {
	let folder: string;
	let allowed: (kfunc: string, type?: string) => unknown;
	before(() => {
		folder = mkdtempSync(join(tmpdir(), 'bpfls-filters-'));
		for (const [path, text] of Object.entries(FILES)) {
			mkdirSync(dirname(join(folder, path)), { recursive: true });
			writeFileSync(join(folder, path), text);
		}
		const tree = new KernelTree(folder);
		const filters = new KfuncFilters([], structOpsVariables(tree, ['kernel/lamp/lamp.c', 'kernel/lamp/other.c']));
		const sets = new Map([
			['lamp_bulbs', ['lamp_screw']],
			['lamp_any', ['lamp_look']],
		]);
		// The kfunc's set is registered in a file beside the filter's.
		const files = ['kernel/lamp/other.c', 'kernel/lamp/lamp.c'].map((path) => tree.required(path));
		allowed = (kfunc, type = 'STRUCT_OPS') => filters.allowed(files, 'lamp_filter', kfunc, type, sets);
	});
	after(() => rmSync(folder, { recursive: true }));

	it('a table says which members may call what; a struct that begins alike shares it', () => {
		assert.deepStrictEqual(allowed('lamp_screw'), ['lamp_ops.light', 'lamp_ops.start', 'lamp_ops_wide.light_all', 'lamp_ops_wide.start']);
		assert.deepStrictEqual(allowed('lamp_solder'), ['lamp_ops.start', 'lamp_ops_wide.start']);
	});

	it('a struct all of whose members may is named alone; others may not', () => {
		assert.deepStrictEqual(allowed('lamp_look'), ['lamp_ops', 'lamp_ops_wide']);
	});

	it('other types of programs are asked as before', () => {
		assert.deepStrictEqual(allowed('lamp_look', 'SYSCALL'), 'all');
		assert.deepStrictEqual(allowed('lamp_screw', 'SYSCALL'), []);
	});
});
