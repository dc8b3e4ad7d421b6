// Rules for those who define kfuncs, beyond what their pages show: where each stays silent, and what its repair leaves behind.
import { strict as assert } from 'node:assert';
import type { Checker, CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import type { FileResult, TextEdit } from '../../server/src/rules/finding.js';
import { demoModule } from './demo-module.js';

const PATH = '/module/demo.c';
const OPTIONS: CheckOptions = { kernel: '6.12', includePaths: [], defines: [] };

function apply(text: string, edits: readonly TextEdit[]): string {
	return [...edits]
		.sort((a, b) => b.start - a.start)
		.reduce((out, edit) => out.slice(0, edit.start) + edit.newText + out.slice(edit.end), text);
}

describe('rules for kernel-side source', () => {
	let checker: Checker;
	before(async () => {
		checker = await createChecker({ files: { read: () => undefined } });
	});

	const check = (text: string, kernel = '6.12'): FileResult => checker.check(PATH, text, { ...OPTIONS, kernel });
	/** Each finding as its rule and the text that it covers. */
	const found = (text: string, kernel = '6.12'): string[] =>
		check(text, kernel).findings.map(({ rule, at }) => `${rule}: ${text.slice(at.start, at.end)}`);
	const one = (definitions: string, entry = 'BTF_ID_FLAGS(func, demo)'): string => demoModule(`${definitions}\n`, [entry], ['TRACING']);
	/** The text after the first repair of its only finding. */
	const repaired = (text: string, kernel = '6.12'): string => {
		const { findings } = check(text, kernel);
		assert.equal(findings.length, 1);
		return apply(text, findings[0]!.fixes[0]!.edits);
	};
	const BODY = '\n{\n\treturn 0;\n}';

	it('need no headers, and judge no program', () => {
		const result = check(one(`__bpf_kfunc int demo(void)${BODY}`));
		assert.deepEqual([result.problems, result.programs, result.findings], [[], [], []]);
	});

	it('with a range, look at each release of it, and a finding names those that it concerns', () => {
		const text = demoModule(`__bpf_kfunc int demo(void)${BODY}\n`, ['BTF_ID_FLAGS(func, demo, KF_TRUSTED_ARGS)'], ['TRACING']);
		const unknownFlag = (kernel: string): string[] =>
			check(text, kernel).findings.flatMap(({ rule, message }) =>
				rule === 'kfunc-unknown-flag' ? [/\(kernel .*\)$/.exec(message)?.[0] ?? ''] : [],
			);
		assert.deepEqual(unknownFlag('6.12'), []);
		assert.deepEqual(unknownFlag('6.12..7.3'), ['(kernel 7.2 to 7.3)']);
		assert.deepEqual(unknownFlag('6.1..6.12'), []);
		assert.deepEqual(
			found(one(`int demo(void)${BODY}`), '6.1..7.3'),
			['kfunc-missing-annotation: demo'],
			'what every release says is said once',
		);
	});

	it('are mended: a kfunc outside of the marks, with its documentation, and one that no set lists', () => {
		const rules = (text: string): string[] => check(text).findings.map(({ rule }) => rule);
		const documented = `/**\n * demo() - gives nothing\n */\n__bpf_kfunc int demo(void)${BODY}`;
		const outside = one(documented)
			.replace(/__bpf_kfunc_(?:start|end)_defs\(\);\n/g, '')
			.replace('/**', '__bpf_kfunc_start_defs();\n__bpf_kfunc_end_defs();\n\n/**');
		assert.deepEqual(rules(outside), ['kfunc-definition-region']);
		const inside = repaired(outside);
		assert.ok(inside.includes(`__bpf_kfunc_start_defs();\n\n${documented}\n\n__bpf_kfunc_end_defs();`), inside);
		assert.deepEqual(rules(inside), []);
		const unlisted = one(`__bpf_kfunc int demo(void)${BODY}\n__bpf_kfunc int forgotten(void)${BODY}`);
		assert.deepEqual(rules(unlisted), ['kfunc-unregistered']);
		const listed = repaired(unlisted);
		assert.match(listed, /BTF_ID_FLAGS\(func, demo\)\nBTF_ID_FLAGS\(func, forgotten\)\nBTF_KFUNCS_END/);
		assert.deepEqual(rules(listed), []);
	});

	it('leave other C alone, whatever its name', () => {
		assert.deepEqual(found('int demo(void) { return register(BTF); }'), []);
		// A BPF program may speak of kfuncs: it is checked as a program.
		const program =
			'#include "vmlinux.h"\n#include <bpf/bpf_helpers.h>\n#define __bpf_kfunc\n__bpf_kfunc int demo(void);\nSEC("tc") int prog(void *ctx) { return 0; }\n';
		assert.deepEqual(
			check(program).programs.map(({ name, verdict }) => [name, verdict]),
			[['prog', 'accept']],
		);
	});

	it('can be silenced, switched off and made louder', () => {
		const text = one(`int demo(void)${BODY}`);
		assert.deepEqual(found(text), ['kfunc-missing-annotation: demo']);
		assert.deepEqual(found(text.replace('int demo(void)', 'int demo(void) // bpfls: ignore[kfunc-missing-annotation]')), []);
		const severities = (severity: 'off' | 'error') => ({ ...OPTIONS, severities: { 'kfunc-missing-annotation': severity } });
		assert.deepEqual(checker.check(PATH, text, severities('off')).findings, []);
		assert.equal(checker.check(PATH, text, severities('error')).findings[0]!.severity, 'error');
	});

	describe('kfunc-missing-annotation', () => {
		it('takes the annotation from a prototype, and from a macro of the file', () => {
			assert.deepEqual(found(one(`__bpf_kfunc int demo(void);\nint demo(void)${BODY}`)), []);
			assert.deepEqual(found(one(`#define DEMO_KFUNC __bpf_kfunc\nDEMO_KFUNC int demo(void)${BODY}`)), []);
		});
		it('asks for none of functions that only programs that modify returns attach to', () => {
			const text = one(`__bpf_kfunc int other(void)${BODY}\nint demo(void)${BODY}\nint use(void) { return other(); }`);
			assert.deepEqual(found(text.replace('register_btf_kfunc_id_set(BPF_PROG_TYPE_TRACING, ', 'register_btf_fmodret_id_set(')), []);
		});
		it('asks for none before 6.3, which brought it', () => {
			assert.deepEqual(found(one(`int demo(void)${BODY}`), '6.1'), []);
		});
		it('writes it before all of the definition', () => {
			const text = repaired(one(`static struct file *demo(void)\n{\n\treturn current_file();\n}`));
			assert.ok(text.includes('\n__bpf_kfunc static struct file *demo(void)\n'));
			assert.deepEqual(found(text), []);
		});
	});

	describe('kfunc-unregistered', () => {
		const text = one(`__bpf_kfunc int demo(void)${BODY}`);
		const withoutCall = text.replace(/register_btf_kfunc_id_set\([^)]*\)/, '0');
		it('names the struct that nobody registers', () => {
			assert.deepEqual(found(withoutCall), ['kfunc-unregistered: demo_kfunc_set']);
		});
		it('names the set that no struct holds', () => {
			assert.deepEqual(found(text.replace('.set = &demo_kfunc_ids', '.set = NULL')), ['kfunc-unregistered: demo_kfunc_ids']);
		});
		it('leaves alone what another file or another function may register', () => {
			assert.deepEqual(found(withoutCall.replace('static const struct btf_kfunc_id_set', 'const struct btf_kfunc_id_set')), []);
			assert.deepEqual(found(withoutCall.replace('return ret;', 'return demo_register(&demo_kfunc_set);')), []);
			assert.deepEqual(
				found(text.replace('.set = &demo_kfunc_ids', '.set = NULL').replace('return ret;', 'return demo_register(&demo_kfunc_ids);')),
				[],
			);
		});
		it('leaves alone kfuncs of a set that a macro out of sight fills', () => {
			assert.deepEqual(
				found(one(`__bpf_kfunc int demo(void)${BODY}\n__bpf_kfunc int more(void)${BODY}`, 'BTF_ID_FLAGS(func, demo)\nDEMO_LIST')),
				[],
			);
		});
		it('names a kfunc that no set lists, where the file is a module of its own', () => {
			const more = one(`__bpf_kfunc int demo(void)${BODY}\n__bpf_kfunc int more(void)${BODY}`);
			assert.deepEqual(found(more), ['kfunc-unregistered: more']);
			assert.deepEqual(found(more.replace('MODULE_LICENSE("GPL");', '')), [], 'the kernel lists some in other files');
			assert.deepEqual(found(more.replaceAll('int more(', 'int bpf_task_from_pid(')), [], 'the catalog knows it');
		});
		it('sees entries that a macro of the file writes', () => {
			const macro = `#define DEMO_ID(name) BTF_ID_FLAGS(func, demo_##name)\n__bpf_kfunc int demo_one(void)${BODY}`;
			assert.deepEqual(found(one(macro, 'DEMO_ID(one)')), []);
		});
	});

	describe('kfunc-no-release', () => {
		const acquire = (type: string) => `__bpf_kfunc struct ${type} *demo(void)\n{\n\treturn find();\n}`;
		it('takes a release of the kernel for one', () => {
			assert.deepEqual(found(one(acquire('task_struct'), 'BTF_ID_FLAGS(func, demo, KF_ACQUIRE)')), []);
			assert.deepEqual(found(one(acquire('demo_object'), 'BTF_ID_FLAGS(func, demo, KF_ACQUIRE)')), ['kfunc-no-release: demo']);
		});
		it('takes a release of another open source for one', () => {
			const other = demoModule(
				'__bpf_kfunc void demo_put(struct demo_object *object)\n{\n}\n',
				['BTF_ID_FLAGS(func, demo_put, KF_RELEASE)'],
				['TRACING'],
			);
			checker.setOverlay('/module/other.c', other);
			assert.deepEqual(found(one(acquire('demo_object'), 'BTF_ID_FLAGS(func, demo, KF_ACQUIRE)')), []);
			checker.setOverlay('/module/other.c', undefined);
		});
	});

	describe('kfunc-size-suffix', () => {
		const of = (parameters: string) => found(one(`__bpf_kfunc int demo(${parameters})${BODY}`));
		it('asks for a pointer directly before', () => {
			assert.deepEqual(of('void *p, u32 p__sz'), []);
			assert.deepEqual(of('const u64 data[], u32 data__szk'), []);
			assert.deepEqual(of('u32 p__sz'), ['kfunc-size-suffix: p__sz']);
			assert.deepEqual(of('int n, u32 p__szk'), ['kfunc-size-suffix: p__szk']);
			assert.deepEqual(of('void *p, u32 *p__sz'), ['kfunc-size-suffix: p__sz']);
		});
		it('renames in body and documentation', () => {
			const text = one('/**\n * demo - x\n * @n__sz: how many\n */\n__bpf_kfunc int demo(u32 n__sz)\n{\n\treturn n__sz + state.n__sz;\n}');
			assert.ok(
				repaired(text).includes(' * @n_size: how many\n */\n__bpf_kfunc int demo(u32 n_size)\n{\n\treturn n_size + state.n__sz;\n'),
			);
		});
	});

	describe('kfunc-unknown-suffix', () => {
		const of = (parameters: string, kernel?: string) => found(one(`__bpf_kfunc int demo(${parameters})${BODY}`), kernel);
		it('knows those of the release', () => {
			assert.deepEqual(of('void *p__ign, struct bpf_map *m__map, u64 n__k, char *s__str, char *o__opt, u32 o__szk'), []);
			assert.deepEqual(of('int __plain, int under_score'), []);
		});
		it('tells one that a later release brought', () => {
			assert.deepEqual(of('char *s__str', '6.1'), ['kfunc-unknown-suffix: s__str']);
			assert.match(check(one(`__bpf_kfunc int demo(char *s__str)${BODY}`), '6.1').findings[0]!.message, /from Linux 6\.8 on/);
		});
		it('offers the nearest', () => {
			assert.ok(repaired(one(`__bpf_kfunc int demo(void *p__nulable)${BODY}`)).includes('demo(void *p__nullable)'));
			assert.equal(check(one(`__bpf_kfunc int demo(void *p__whatever)${BODY}`)).findings[0]!.fixes.length, 0);
		});
	});

	describe('kfunc-return-null', () => {
		const text = (body: string, flags: string) =>
			one(`__bpf_kfunc struct task_struct *demo(int n)\n{\n${body}\n}`, `BTF_ID_FLAGS(func, demo${flags})`);
		const BRANCH = '\tif (n)\n\t\treturn NULL;\n\treturn find(n);';
		it('adds the flag', () => {
			assert.ok(repaired(text(BRANCH, ', KF_ACQUIRE')).includes('BTF_ID_FLAGS(func, demo, KF_ACQUIRE | KF_RET_NULL)'));
			assert.deepEqual(found(text('\treturn n ? find(n) : NULL;', ', KF_ACQUIRE')), ['kfunc-return-null: demo']);
		});
		it('minds what is not acquired only where every result is trusted', () => {
			assert.deepEqual(found(text(BRANCH, '')), []);
			assert.ok(repaired(text(BRANCH, ''), '7.2').includes('BTF_ID_FLAGS(func, demo, KF_RET_NULL)'));
		});
		it('leaves a placeholder alone', () => {
			assert.deepEqual(found(text('\treturn NULL;', ', KF_ACQUIRE')), []);
		});
	});

	describe('kfunc-iterator', () => {
		const wrong = (prototype: string, flag: string): string => {
			const name = /bpf_\w+(?=\()/.exec(prototype)![0];
			const text = demoModule(`__bpf_kfunc ${prototype}\n{\n}\n`, [`BTF_ID_FLAGS(func, ${name}, ${flag})`], ['TRACING']);
			return check(text).findings.map((finding) => finding.message)[0] ?? '';
		};
		it('checks the form that the kernel checks', () => {
			assert.match(wrong('int bpf_iter_demo_new(void *it)', 'KF_ITER_NEW'), /first parameter has to be the iterator/);
			assert.match(wrong('int bpf_iter_demos_new(struct bpf_iter_demo *it)', 'KF_ITER_NEW'), /has to be `bpf_iter_demo_new`/);
			assert.match(wrong('int bpf_iter_demo_next(struct bpf_iter_demo *it)', 'KF_ITER_NEXT'), /has to return a pointer/);
			assert.match(wrong('int bpf_iter_demo_destroy(struct bpf_iter_demo *it)', 'KF_ITER_DESTROY'), /has to return nothing/);
			assert.match(wrong('int bpf_iter_demo_new(struct bpf_iter_demo *it)', 'KF_ITER_NEW | KF_ITER_NEXT'), /only one of/);
		});
		it('names what is missing', () => {
			assert.match(
				wrong('int bpf_iter_demo_new(struct bpf_iter_demo *it)', 'KF_ITER_NEW'),
				/`bpf_iter_demo_next\(\)` and `bpf_iter_demo_destroy\(\)` are missing/,
			);
		});
	});

	describe('kfunc-definition-region', () => {
		it('finds a mark without its counterpart', () => {
			const text = one(`__bpf_kfunc int demo(void)${BODY}`);
			assert.deepEqual(found(text.replace('__bpf_kfunc_end_defs();', '')), ['kfunc-definition-region: __bpf_kfunc_start_defs']);
			assert.deepEqual(found(text.replace('__bpf_kfunc_start_defs();', '')), ['kfunc-definition-region: __bpf_kfunc_end_defs']);
		});
	});

	describe('kfunc-set-macro', () => {
		it('minds the macro from 6.9 on, and changes both ends', () => {
			const text = one(`__bpf_kfunc int demo(void)${BODY}`).replaceAll('BTF_KFUNCS_', 'BTF_SET8_');
			assert.deepEqual(found(text, '6.1'), []);
			assert.equal(repaired(text), text.replaceAll('BTF_SET8_', 'BTF_KFUNCS_'));
		});
	});

	describe('kfunc-unknown-flag', () => {
		const of = (flags: string) => one(`__bpf_kfunc int demo(struct file *file)${BODY}`, `BTF_ID_FLAGS(func, demo, ${flags})`);
		it('removes the flag that became the rule', () => {
			for (const [flags, left] of [
				['KF_TRUSTED_ARGS', 'BTF_ID_FLAGS(func, demo)'],
				['KF_TRUSTED_ARGS | KF_SLEEPABLE', 'BTF_ID_FLAGS(func, demo, KF_SLEEPABLE)'],
				['KF_SLEEPABLE | KF_TRUSTED_ARGS', 'BTF_ID_FLAGS(func, demo, KF_SLEEPABLE)'],
			] as const)
				assert.ok(repaired(of(flags), '7.2').includes(`${left}\n`), flags);
		});
		it('knows flags that the file defines', () => {
			assert.deepEqual(found(`#define KF_DEMO (1 << 20)\n${of('KF_DEMO')}`), []);
		});
	});
});
