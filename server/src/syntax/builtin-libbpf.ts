// Stand-ins for libbpf's bpf_tracing.h, bpf_core_read.h and bpf_endian.h. Macros of so many arguments are generated, one for each count.

/** BPF programs take at most this many arguments from their context. */
const ARGUMENTS = 12;
/** BPF_CORE_READ follows at most this many accessors. */
const ACCESSORS = 9;

const letters = (n: number): string[] => Array.from({ length: n }, (_, i) => `a${i + 1}`);
const counts = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

const NARG = `
#define ___bpf_pair_pick(${letters(ARGUMENTS * 2 + 1).join(', ')}, count, ...) count
#define ___bpf_pairs(...) ___bpf_pair_pick(_, ##__VA_ARGS__, ${counts(ARGUMENTS * 2)
	.reverse()
	.join(', ')}, 0)
#ifndef ___bpf_narg
#define ___bpf_count_pick(a, b, c, d, e, f, g, h, i, j, k, l, m, count, ...) count
#define ___bpf_narg(...) ___bpf_count_pick(_, ##__VA_ARGS__, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#endif
#define ___bpf_glue(a, b) a##b
#define ___bpf_pick(name, count) ___bpf_glue(name, count)
`;

/** `___name0(...)` to `___name12(...)`: the context, and each argument's value in order. */
const casts = (name: string, value: (index: number) => string): string =>
	[
		`#define ${name}0() ctx`,
		...counts(ARGUMENTS).map(
			(n) =>
				`#define ${name}${n}(${letters(n).join(', ')}) ctx, ${counts(n)
					.map((i) => `(void *)${value(i - 1)}`)
					.join(', ')}`,
		),
	].join('\n');

/** The program itself and the function with the typed arguments that it calls. */
const program = (macro: string, context: string, call: string): string => `
#define ${macro}(name, args...) \\
name(${context} *ctx); \\
static __always_inline typeof(name(0)) ____##name(${context} *ctx, ##args); \\
typeof(name(0)) name(${context} *ctx) { return ____##name(${call}); } \\
static __always_inline typeof(name(0)) ____##name(${context} *ctx, ##args)
`;

const X86 = ['di', 'si', 'dx', 'cx', 'r8', 'r9'];

const registers = (): string => {
	const lines: string[] = ['#if defined(__TARGET_ARCH_x86)'];
	for (const [i, register] of X86.entries()) lines.push(`#define PT_REGS_PARM${i + 1}(x) ((x)->${register})`);
	lines.push('#define PT_REGS_RET(x) ((x)->sp)', '#define PT_REGS_FP(x) ((x)->bp)', '#define PT_REGS_RC(x) ((x)->ax)');
	lines.push('#define PT_REGS_SP(x) ((x)->sp)', '#define PT_REGS_IP(x) ((x)->ip)', '#define PT_REGS_PARM4_SYSCALL(x) ((x)->r10)');
	lines.push('#else');
	for (const n of counts(8)) lines.push(`#define PT_REGS_PARM${n}(x) (((struct user_pt_regs *)(x))->regs[${n - 1}])`);
	lines.push(
		'#define PT_REGS_RET(x) (((struct user_pt_regs *)(x))->regs[30])',
		'#define PT_REGS_FP(x) (((struct user_pt_regs *)(x))->regs[29])',
	);
	lines.push('#define PT_REGS_RC(x) (((struct user_pt_regs *)(x))->regs[0])', '#define PT_REGS_SP(x) (((struct user_pt_regs *)(x))->sp)');
	lines.push('#define PT_REGS_IP(x) (((struct user_pt_regs *)(x))->pc)', '#define PT_REGS_PARM4_SYSCALL(x) PT_REGS_PARM4(x)');
	lines.push('#endif');
	for (const n of [1, 2, 3, 5, 6]) lines.push(`#define PT_REGS_PARM${n}_SYSCALL(x) PT_REGS_PARM${n}(x)`);
	const core = (name: string): string =>
		`#define ${name}_CORE(x) ({ unsigned long ___v = 0; bpf_probe_read_kernel(&___v, sizeof(___v), &${name}(x)); ___v; })`;
	for (const n of counts(6)) lines.push(core(`PT_REGS_PARM${n}`), `#define PT_REGS_PARM${n}_CORE_SYSCALL(x) PT_REGS_PARM${n}_CORE(x)`);
	for (const name of ['RET', 'FP', 'RC', 'SP', 'IP']) lines.push(core(`PT_REGS_${name}`));
	lines.push('#define PT_REGS_SYSCALL_REGS(ctx) ((struct pt_regs *)PT_REGS_PARM1(ctx))');
	return lines.join('\n');
};

export const LIBBPF_TRACING = `
#ifndef __BPF_TRACING_H__
#define __BPF_TRACING_H__
#include <bpf/bpf_helpers.h>
${NARG}
${registers()}
struct pt_regs;
${casts('___bpf_ctx_cast', (i) => `ctx[${i}]`)}
#define ___bpf_ctx_cast(args...) ___bpf_pick(___bpf_ctx_cast, ___bpf_narg(args))(args)
${program('BPF_PROG', 'unsigned long long', '___bpf_ctx_cast(args)')}
${[
	'#define ___bpf_decl0()',
	'#define ___bpf_value0()',
	...counts(ARGUMENTS).map((n) => {
		const names = counts(n).map((i) => `t${i}, v${i}`);
		return (
			`#define ___bpf_decl${n * 2}(${names.join(', ')}) ${counts(n)
				.map((i) => `, t${i} v${i}`)
				.join('')}\n` +
			`#define ___bpf_value${n * 2}(${names.join(', ')}) ${counts(n)
				.map((i) => `, *(t${i} *)&ctx[${i - 1}]`)
				.join('')}`
		);
	}),
].join('\n')}
#define BPF_PROG2(name, args...) \\
name(unsigned long long *ctx); \\
static __always_inline typeof(name(0)) ____##name(unsigned long long *ctx ___bpf_pick(___bpf_decl, ___bpf_pairs(args))(args)); \\
typeof(name(0)) name(unsigned long long *ctx) { return ____##name(ctx ___bpf_pick(___bpf_value, ___bpf_pairs(args))(args)); } \\
static __always_inline typeof(name(0)) ____##name(unsigned long long *ctx ___bpf_pick(___bpf_decl, ___bpf_pairs(args))(args))
${counts(8)
	.map(
		(n) =>
			`#define ___bpf_kprobe_args${n}(${letters(n).join(', ')}) ctx, ${counts(n)
				.map((i) => `(void *)PT_REGS_PARM${i}(ctx)`)
				.join(', ')}`,
	)
	.join('\n')}
#define ___bpf_kprobe_args0() ctx
#define ___bpf_kprobe_args(args...) ___bpf_pick(___bpf_kprobe_args, ___bpf_narg(args))(args)
${program('BPF_KPROBE', 'struct pt_regs', '___bpf_kprobe_args(args)')}
#define BPF_UPROBE(name, args...) BPF_KPROBE(name, ##args)
#define ___bpf_kretprobe_args0() ctx
#define ___bpf_kretprobe_args1(a) ctx, (void *)PT_REGS_RC(ctx)
#define ___bpf_kretprobe_args(args...) ___bpf_pick(___bpf_kretprobe_args, ___bpf_narg(args))(args)
${program('BPF_KRETPROBE', 'struct pt_regs', '___bpf_kretprobe_args(args)')}
#define BPF_URETPROBE(name, args...) BPF_KRETPROBE(name, ##args)
${counts(6)
	.map(
		(n) =>
			`#define ___bpf_syscall_args${n}(${letters(n).join(', ')}) ctx, ${counts(n)
				.map((i) => `(void *)PT_REGS_PARM${i}_CORE_SYSCALL(___regs)`)
				.join(', ')}`,
	)
	.join('\n')}
#define ___bpf_syscall_args0() ctx
#define ___bpf_syscall_args(args...) ___bpf_pick(___bpf_syscall_args, ___bpf_narg(args))(args)
#define BPF_KSYSCALL(name, args...) \\
name(struct pt_regs *ctx); \\
static __always_inline typeof(name(0)) ____##name(struct pt_regs *ctx, ##args); \\
typeof(name(0)) name(struct pt_regs *ctx) \\
{ struct pt_regs *___regs = PT_REGS_SYSCALL_REGS(ctx); return ____##name(___bpf_syscall_args(args)); } \\
static __always_inline typeof(name(0)) ____##name(struct pt_regs *ctx, ##args)
#define BPF_KPROBE_SYSCALL BPF_KSYSCALL
#endif
`;

const arrows = (n: number): string => letters(n).join('->');

/** Reads step by step: each accessor but the last gives the pointer that the next one starts from. */
const reads = (): string =>
	counts(ACCESSORS)
		.map((n) => {
			const steps = counts(n).map((i) => {
				const source = i === 1 ? '(src)' : `((typeof((src)->${arrows(i - 1)}))___at)`;
				return i === n ? `fn(dst, sizeof(*(dst)), &${source}->a${i})` : `pfn(&___at, sizeof(___at), &${source}->a${i});`;
			});
			return (
				`#define ___core_read${n}(pfn, fn, dst, src, ${letters(n).join(', ')}) ({ const void *___at __attribute__((unused)); ${steps.join(' ')}; })\n` +
				`#define ___core_arrow${n}(src, ${letters(n).join(', ')}) (src)->${arrows(n)}`
			);
		})
		.join('\n');

const reader = (name: string, pointerRead: string, read: string): string => `
#define ${name}_INTO(dst, src, a, ...) ___bpf_pick(___core_read, ___bpf_narg(a, ##__VA_ARGS__))(${pointerRead}, ${read}, dst, src, a, ##__VA_ARGS__)
#define ${name}(src, a, ...) ({ \\
	typeof(___bpf_pick(___core_arrow, ___bpf_narg(a, ##__VA_ARGS__))(src, a, ##__VA_ARGS__)) ___result; \\
	${name}_INTO(&___result, src, a, ##__VA_ARGS__); \\
	___result; \\
})
#define ${name.replace('_READ', '_READ_STR')}_INTO(dst, src, a, ...) \\
	___bpf_pick(___core_read, ___bpf_narg(a, ##__VA_ARGS__))(${pointerRead}, ${read}_str, dst, src, a, ##__VA_ARGS__)
`;

export const LIBBPF_CORE_READ = `
#ifndef __BPF_CORE_READ_H__
#define __BPF_CORE_READ_H__
#include <bpf/bpf_helpers.h>
${NARG}
enum bpf_field_info_kind { BPF_FIELD_BYTE_OFFSET = 0, BPF_FIELD_BYTE_SIZE = 1, BPF_FIELD_EXISTS = 2, BPF_FIELD_SIGNED = 3, BPF_FIELD_LSHIFT_U64 = 4, BPF_FIELD_RSHIFT_U64 = 5 };
enum bpf_type_id_kind { BPF_TYPE_ID_LOCAL = 0, BPF_TYPE_ID_TARGET = 1 };
enum bpf_type_info_kind { BPF_TYPE_EXISTS = 0, BPF_TYPE_SIZE = 1, BPF_TYPE_MATCHES = 2 };
enum bpf_enum_value_kind { BPF_ENUMVAL_EXISTS = 0, BPF_ENUMVAL_VALUE = 1 };
#define ___core_field1(field) (field)
#define ___core_field2(type, field) (((typeof(type) *)0)->field)
#define ___core_field(args...) ___bpf_pick(___core_field, ___bpf_narg(args))(args)
#define bpf_core_field_exists(field...) __builtin_preserve_field_info(___core_field(field), BPF_FIELD_EXISTS)
#define bpf_core_field_size(field...) __builtin_preserve_field_info(___core_field(field), BPF_FIELD_BYTE_SIZE)
#define bpf_core_field_offset(field...) __builtin_preserve_field_info(___core_field(field), BPF_FIELD_BYTE_OFFSET)
#define bpf_core_type_id_local(type) __builtin_btf_type_id(*(typeof(type) *)0, BPF_TYPE_ID_LOCAL)
#define bpf_core_type_id_kernel(type) __builtin_btf_type_id(*(typeof(type) *)0, BPF_TYPE_ID_TARGET)
#define bpf_core_type_exists(type) __builtin_preserve_type_info(*(typeof(type) *)0, BPF_TYPE_EXISTS)
#define bpf_core_type_matches(type) __builtin_preserve_type_info(*(typeof(type) *)0, BPF_TYPE_MATCHES)
#define bpf_core_type_size(type) __builtin_preserve_type_info(*(typeof(type) *)0, BPF_TYPE_SIZE)
#define bpf_core_enum_value_exists(type, value) __builtin_preserve_enum_value(*(typeof(type) *)(value), BPF_ENUMVAL_EXISTS)
#define bpf_core_enum_value(type, value) __builtin_preserve_enum_value(*(typeof(type) *)(value), BPF_ENUMVAL_VALUE)
extern void *bpf_rdonly_cast(const void *object, unsigned int btf_id) __ksym __weak;
#define bpf_core_cast(pointer, type) ((typeof(type) *)bpf_rdonly_cast((pointer), bpf_core_type_id_kernel(type)))
#define bpf_core_read(dst, size, src) bpf_probe_read_kernel(dst, size, (const void *)__builtin_preserve_access_index(src))
#define bpf_core_read_user(dst, size, src) bpf_probe_read_user(dst, size, (const void *)__builtin_preserve_access_index(src))
#define bpf_core_read_str(dst, size, src) bpf_probe_read_kernel_str(dst, size, (const void *)__builtin_preserve_access_index(src))
#define bpf_core_read_user_str(dst, size, src) bpf_probe_read_user_str(dst, size, (const void *)__builtin_preserve_access_index(src))
${reads()}
${reader('BPF_CORE_READ', 'bpf_core_read', 'bpf_core_read')}
${reader('BPF_CORE_READ_USER', 'bpf_core_read_user', 'bpf_core_read_user')}
${reader('BPF_PROBE_READ', 'bpf_probe_read_kernel', 'bpf_probe_read_kernel')}
${reader('BPF_PROBE_READ_USER', 'bpf_probe_read_user', 'bpf_probe_read_user')}
#define BPF_CORE_READ_BITFIELD(s, field) ((unsigned long long)(s)->field)
#define BPF_CORE_READ_BITFIELD_PROBED(s, field) ({ unsigned long long ___bits = 0; bpf_probe_read_kernel(&___bits, sizeof(___bits), (const void *)(s)); ___bits; })
#define BPF_CORE_WRITE_BITFIELD(s, field, value) ((s)->field = (value))
#endif
`;

const swap = (name: string, builtin: string): string => `#define ${name}(x) ${builtin}(x)`;

export const LIBBPF_ENDIAN = `
#ifndef __BPF_ENDIAN__
#define __BPF_ENDIAN__
${[
	...['bpf_htons', 'bpf_ntohs', 'bpf_cpu_to_be16', 'bpf_be16_to_cpu'].map((name) => swap(name, '__builtin_bswap16')),
	...['bpf_htonl', 'bpf_ntohl', 'bpf_cpu_to_be32', 'bpf_be32_to_cpu'].map((name) => swap(name, '__builtin_bswap32')),
	...['bpf_cpu_to_be64', 'bpf_be64_to_cpu'].map((name) => swap(name, '__builtin_bswap64')),
	...[16, 32, 64].flatMap((w) => [`#define bpf_cpu_to_le${w}(x) (x)`, `#define bpf_le${w}_to_cpu(x) (x)`]),
].join('\n')}
#endif
`;
