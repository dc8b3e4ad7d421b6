// What a unit declares: programs, functions, globals, maps.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strip } from '../../server/src/btf/ctype.js';
import { flavourless } from '../../server/src/btf/type-source.js';
import type { FunctionSymbol, GlobalSymbol, MapSymbol, Unit } from '../../server/src/program/model.js';
import { BLOB } from '../btf/blob.js';
import { ready, text, typeOfName, unitOf } from './support.js';

function fn(unit: Unit, name: string): FunctionSymbol {
	const symbol = unit.scope.symbol(name);
	assert.ok(symbol?.kind === 'function', `${name} is no function`);
	return symbol;
}

function global(unit: Unit, name: string): GlobalSymbol {
	const symbol = unit.scope.symbol(name);
	assert.ok(symbol?.kind === 'global', `${name} is no global`);
	return symbol;
}

function map(unit: Unit, name: string): MapSymbol {
	const found = unit.maps.find((m) => m.name === name);
	assert.ok(found, `${name} is no map`);
	return found;
}

describe('a unit', () => {
	before(ready);

	describe('has the programs', () => {
		it('of its functions with a section', () => {
			const unit = unitOf(`
				static int helper(int a) { return a; }
				SEC("tp_btf/task_newtask") int first(unsigned long long *ctx) { return helper(1); }
				SEC("?lsm.s/bpf") int second(unsigned long long *ctx) { return 0; }
				SEC("mine") int third(void *ctx) { return 0; }
				SEC(".text.hot") int fourth(void *ctx) { return 0; }
				int declared(void *ctx) SEC("xdp");
				char license[] SEC("license") = "GPL";`);
			assert.deepEqual(
				unit.programs.map((p) => [p.name, p.section.programType, p.section.target]),
				[
					['first', 'TRACING', 'task_newtask'],
					['second', 'LSM', 'bpf'],
					['third', undefined, undefined],
				],
			);
			assert.deepEqual(
				unit.functions.map((f) => f.name),
				['helper', 'first', 'second', 'third', 'fourth'],
			);
		});

		it('whose section stands at an earlier declaration', () => {
			const unit = unitOf('int prog(void *ctx) SEC("xdp"); int prog(void *ctx) { return 0; }');
			assert.deepEqual(
				unit.programs.map((p) => [p.name, p.section.programType]),
				[['prog', 'XDP']],
			);
		});

		it('that BPF_PROG makes', () => {
			const unit = unitOf(`
				#define BPF_PROG(name, args...) name(unsigned long long *ctx); \\
					static __always_inline typeof(name(0)) ____##name(unsigned long long *ctx, ##args); \\
					typeof(name(0)) name(unsigned long long *ctx) { return ____##name(ctx, (void *)ctx[0]); } \\
					static __always_inline typeof(name(0)) ____##name(unsigned long long *ctx, ##args)
				struct task_struct { int pid; };
				SEC("tp_btf/task_newtask") int BPF_PROG(prog, struct task_struct *task) { return task->pid; }`);
			assert.deepEqual(
				unit.programs.map((p) => p.name),
				['prog'],
			);
			assert.equal(typeOfName(unit, '____prog'), 'int (unsigned long long *, struct task_struct *)');
			assert.equal(fn(unit, '____prog').alwaysInline, true);
			assert.equal(fn(unit, '____prog').static, true);
			assert.equal(fn(unit, '____prog').type.parameters[1]?.name, 'task');
		});

		it('of a header that the file includes', () => {
			const unit = unitOf('#include "shared.h"\nSEC("xdp") int own(void *ctx) { return 0; }', {
				files: {
					'shared.h': `struct { __uint(type, 1); __uint(max_entries, 4); __type(key, int); __type(value, long); } table SEC(".maps");
						SEC("tc") int theirs(void *ctx) { return 0; } static int plain(void) { return 0; }`,
				},
			});
			assert.deepEqual(unit.programs.map((p) => p.name).sort(), ['own', 'theirs']);
			assert.deepEqual(
				unit.functions.map((f) => f.name),
				['own'],
			);
			assert.equal(map(unit, 'table').maxEntries, 4);
		});

		it('but none that is static, and says so', () => {
			const unit = unitOf('SEC("xdp") static int prog(void *ctx) { return 0; }');
			assert.deepEqual(unit.programs, []);
			assert.deepEqual(
				unit.problems.map((p) => [p.code, p.at.file.text.slice(p.at.start, p.at.end)]),
				[['static-program', 'prog']],
			);
		});

		it('with the member of a struct_ops map that each implements', () => {
			const unit = unitOf(`
				struct ops { int (*open)(int); void (*close)(void); int flags; char name[8]; };
				SEC("struct_ops/open") int my_open(unsigned long long *ctx) { return 0; }
				SEC("struct_ops.s/close") void my_close(unsigned long long *ctx) {}
				SEC("struct_ops") void other(unsigned long long *ctx) {}
				SEC(".struct_ops.link") struct ops mine = { .open = (void *)my_open, .close = my_close, .name = "mine" };
				SEC("?.struct_ops") struct ops second = { 0, (void *)&other };`);
			assert.deepEqual(
				unit.programs.map((p) => [p.name, p.structOps]),
				[
					['my_open', { struct: 'ops', member: 'open' }],
					['my_close', { struct: 'ops', member: 'close' }],
					['other', { struct: 'ops', member: 'close' }],
				],
			);
		});
	});

	describe('knows of its functions', () => {
		it('their attributes, gathered from all declarations', () => {
			const unit = unitOf(`
				struct task { int pid; };
				__weak int global(struct task *t __arg_nonnull, int b);
				__noinline __attribute__((btf_decl_tag("exception_callback:handler"))) int global(struct task *task, int c) { return 0; }
				extern struct task *bpf_get(int pid) __ksym __weak;`);
			const { weak, noinline, static: isStatic, declTags, type } = fn(unit, 'global');
			assert.deepEqual(
				{ weak, noinline, isStatic, declTags },
				{
					weak: true,
					noinline: true,
					isStatic: false,
					declTags: ['exception_callback:handler'],
				},
			);
			assert.deepEqual(
				type.parameters.map((p) => [p.name, p.declTags]),
				[
					['task', ['arg:nonnull']],
					['c', undefined],
				],
			);
			assert.deepEqual([fn(unit, 'bpf_get').ksym, fn(unit, 'bpf_get').weak, fn(unit, 'bpf_get').definition], [true, true, undefined]);
		});

		it('helpers, as libbpf declares them', () => {
			const unit = unitOf(
				'static void *(* const bpf_map_lookup_elem)(void *map, const void *key) = (void *) 1; static int (*callback)(int) = (void *)0;',
			);
			assert.equal(fn(unit, 'bpf_map_lookup_elem').helperId, 1);
			assert.equal(typeOfName(unit, 'bpf_map_lookup_elem'), 'void *(void *, const void *)');
			assert.equal(global(unit, 'callback').section, '.bss');
		});

		it('helpers and kfuncs that no header declares, from the catalog', () => {
			const unit = unitOf('int x;');
			assert.equal(fn(unit, 'bpf_map_lookup_elem').helperId, 1);
			assert.equal(typeOfName(unit, 'bpf_task_acquire'), 'struct task_struct *(struct task_struct *)');
			assert.equal(fn(unit, 'bpf_task_acquire').ksym, true);
			assert.equal(unit.scope.symbol('bpf_no_such_thing'), undefined);
		});
	});

	it('knows where its globals live', () => {
		const unit = unitOf(`
			int zero; int also_zero = 0; int one = 1; static long hidden; const int fixed = 5; static const char words[] = "abc"; const char *pointer = "x";
			const volatile unsigned int setting = 0; int named SEC(".data.mine") = 1; struct { int a, b; } pair = {}; struct { int a; } full = { .a = 2 };
			extern int LINUX_KERNEL_VERSION __kconfig; extern const int runqueues __ksym __weak; extern int elsewhere;`);
		const sections = ['zero', 'also_zero', 'one', 'hidden', 'fixed', 'words', 'pointer', 'setting', 'named', 'pair', 'full'];
		assert.deepEqual(
			sections.map((name) => global(unit, name).section),
			['.bss', '.bss', '.data', '.bss', '.rodata', '.rodata', '.data', '.rodata', '.data.mine', '.bss', '.data'],
		);
		assert.equal(typeOfName(unit, 'words'), 'const char[4]');
		assert.equal(global(unit, 'hidden').static, true);
		const extern = (name: string) => [
			global(unit, name).section,
			global(unit, name).extern,
			global(unit, name).ksym,
			global(unit, name).weak,
		];
		assert.deepEqual(extern('LINUX_KERNEL_VERSION'), ['.kconfig', true, false, false]);
		assert.deepEqual(extern('runqueues'), ['.ksyms', true, true, true]);
		assert.deepEqual(extern('elsewhere'), ['', true, false, false]);
	});

	describe('knows its maps', () => {
		it('by their keys, values and numbers', () => {
			const unit = unitOf(`
				struct value { struct task_struct __kptr *task; int n; };
				struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, int); __type(value, struct value); __uint(max_entries, 1 << 4); __uint(map_flags, BPF_F_NO_PREALLOC); }
					hash SEC(".maps");
				struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(".maps");
				struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(key_size, 4); __uint(value_size, sizeof(struct value)); __uint(max_entries, 1); } sized SEC(".maps");`);
			const hash = map(unit, 'hash');
			assert.deepEqual(
				[hash.type, text(hash.key), hash.keySize, text(hash.value), hash.valueSize, hash.maxEntries, hash.flags],
				['HASH', 'int', 4, 'struct value', 16, 16, 1],
			);
			const value = strip(hash.value!);
			const task = value.kind === 'record' ? value.members[0]!.type : undefined;
			assert.ok(task?.kind === 'pointer');
			assert.deepEqual(task.to.tags, ['kptr']);
			assert.deepEqual([map(unit, 'ring').type, map(unit, 'ring').key, map(unit, 'ring').maxEntries], ['RINGBUF', undefined, 4096]);
			assert.deepEqual([map(unit, 'sized').keySize, map(unit, 'sized').valueSize, map(unit, 'sized').value], [4, 16, undefined]);
			assert.equal(global(unit, 'hash').map?.name, 'hash');
		});

		it('with the template of the maps inside', () => {
			const unit = unitOf(`
				struct inner_map { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2); __type(key, int); __type(value, long); } inner SEC(".maps");
				struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 8); __uint(key_size, 4); __array(values, struct inner_map); } outer SEC(".maps") = {
					.values = { (void *)&inner } };
				struct { __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 1); __type(key, int);
					__array(values, struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, short); __type(value, char[3]); }); } direct SEC(".maps");
				struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 1); __uint(key_size, 4); __array(values, int(void *)); } jump SEC(".maps");`);
			const outer = map(unit, 'outer').inner;
			assert.deepEqual([outer?.type, text(outer?.value), outer?.maxEntries], ['ARRAY', 'long', 2]);
			const direct = map(unit, 'direct').inner;
			assert.deepEqual([direct?.type, direct?.keySize, direct?.valueSize], ['HASH', 2, 3]);
			assert.deepEqual([map(unit, 'jump').type, map(unit, 'jump').inner], ['PROG_ARRAY', undefined]);
		});

		it('of the older form', () => {
			const unit = unitOf(`
				struct bpf_map_def { unsigned int type, key_size, value_size, max_entries, map_flags; };
				struct bpf_map_def SEC("maps") old = { .type = BPF_MAP_TYPE_ARRAY, .key_size = sizeof(int), .value_size = 8, .max_entries = 3 };`);
			const { type, keySize, valueSize, maxEntries } = map(unit, 'old');
			assert.deepEqual([type, keySize, valueSize, maxEntries], ['ARRAY', 4, 8, 3]);
		});

		it('and says nothing of a type that is no constant', () => {
			const unit = unitOf('int n; struct { int (*type)[n]; __uint(max_entries, 1); } odd SEC(".maps");');
			assert.deepEqual([map(unit, 'odd').type, map(unit, 'odd').maxEntries], [undefined, 1]);
		});
	});

	describe('finds types', () => {
		it('in its own text before any other source', () => {
			const unit = unitOf('struct task_struct { int mine; }; struct task_struct *task;');
			assert.deepEqual(
				unit.scope.record('task_struct')?.members.map((m) => m.name),
				['mine'],
			);
		});

		it('in the built-in table where the text only names them', () => {
			const unit = unitOf('struct task_struct; struct task_struct *task; u32 count; enum xdp_action action;');
			const task = strip(global(unit, 'task').type);
			assert.ok(task.kind === 'pointer' && task.to.kind === 'record' && task.to.complete);
			assert.equal(task.to.id, unit.scope.record('task_struct')?.id);
			assert.equal(strip(global(unit, 'count').type).kind, 'int');
			assert.equal(strip(global(unit, 'action').type).kind, 'enum');
			assert.equal(unit.scope.symbol('BPF_ANY')?.kind, 'enumerator');
		});

		it('by words, with one identity for one struct', () => {
			const unit = unitOf('struct mine { int a; }; struct mine m; typedef struct mine mine_t;');
			const type = unit.scope.parseType('const struct mine *');
			assert.equal(text(type), 'const struct mine *');
			assert.ok(type.kind === 'pointer' && type.to.kind === 'record');
			assert.equal(type.to.id, unit.scope.record('mine')?.id);
			const words = [
				'u32',
				'void **',
				'mine_t *const',
				'char[16]',
				'unsigned long',
				'struct nobody *',
				'int (*)(struct mine *, u32)',
				'long long unsigned int',
				'struct mine *__rcu',
			];
			assert.deepEqual(
				words.map((word) => text(unit.scope.parseType(word))),
				[
					'u32',
					'void **',
					'mine_t *const',
					'char[16]',
					'unsigned long',
					'struct nobody *',
					'int (*)(struct mine *, u32)',
					'unsigned long long',
					'struct mine *__rcu',
				],
			);
			assert.equal(unit.scope.parseType('no_such_type *').kind, 'pointer');
			assert.equal(unit.scope.parseType('').kind, 'unknown');
		});

		it('in a BTF file before the built-in table, and functions there', () => {
			const folder = mkdtempSync(join(tmpdir(), 'btf-'));
			try {
				const path = join(folder, 'kernel.btf');
				writeFileSync(path, BLOB);
				const unit = unitOf('struct node; struct node *n; struct task_struct *t;', { btf: path });
				assert.equal(unit.scope.record('node')?.size, 56);
				assert.equal(typeOfName(unit, 'node_find'), 'struct node *(struct node *, u32)');
				assert.equal(fn(unit, 'node_find').ksym, true);
				assert.equal(unit.scope.symbol('BLUE')?.kind, 'enumerator');
				assert.ok(unit.scope.record('task_struct'));
			} finally {
				rmSync(folder, { recursive: true });
			}
		});

		it('and says where a BTF file cannot be used', () => {
			const unit = unitOf('int x;', { btf: '/nowhere/vmlinux' });
			assert.deepEqual(
				unit.problems.map((p) => [p.severity, p.code, p.message]),
				[['warning', 'btf', 'BTF cannot be used: /nowhere/vmlinux: there is no such file']],
			);
			assert.ok(unit.scope.record('task_struct'));
		});
	});

	it('strips CO-RE flavours as libbpf does', () => {
		assert.deepEqual(
			['task_struct___old', 'task_struct', 'a___b___c', '___odd', 'four____old', 'end___', 'bpf_cpumask___init'].map(flavourless),
			['task_struct', 'task_struct', 'a___b', '___odd', 'four____old', 'end___', 'bpf_cpumask'],
		);
	});

	it('survives text that is being typed', () => {
		const source =
			'struct s { int a; struct s *next; }; struct { __uint(type, 1); __type(value, struct s); } m SEC(".maps"); SEC("xdp") int f(struct s *p) { return p->a; }';
		for (let end = 0; end <= source.length; end++) {
			const unit = unitOf(source.slice(0, end));
			for (const symbol of [...unit.functions, ...unit.globals]) text(symbol.type);
		}
	});
});
