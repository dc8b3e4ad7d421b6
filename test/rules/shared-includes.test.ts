// What files have in common is read once, and no answer shows it: whatever was checked before, a file gets what a fresh start gives it.
import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checker, CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { builtinHeader } from '../../server/src/syntax/builtin-headers.js';
import type { FileProvider } from '../../server/src/syntax/files.js';
import { SyntaxEngine } from '../../server/src/syntax/translation-unit.js';
import { createParser } from '../../server/src/syntax/tree-sitter.js';
import { repositoryRoot } from '../support/root.js';

const OPTIONS: CheckOptions = { kernel: '6.12', includePaths: ['/headers'], defines: [] };

/** Headers in memory. Those of libbpf are found, so that they are read as files and not replaced by what is built in. */
class Headers implements FileProvider {
	private readonly changed = new Map<string, string>();
	constructor(private readonly own: Readonly<Record<string, string>>) {}
	set(name: string, text: string): void {
		this.changed.set(name, text);
	}
	read(path: string): string | undefined {
		const [, name] = /^\/headers\/(.*)$/.exec(path) ?? [];
		if (name === undefined) return undefined;
		return this.changed.get(name) ?? this.own[name] ?? builtinHeader(name)?.source.text;
	}
}

// Long enough that it is never read whole.
const KERNEL = `#ifndef KERNEL_H
#define KERNEL_H
typedef unsigned int u32;
typedef unsigned long long u64;
${Array.from({ length: 300 }, (_, i) => `struct filler_${i} { u32 a; struct filler_${(i * 7) % 300} *b; };`).join('\n')}
struct task_struct { int pid; int tgid; struct task_struct *parent; struct later *later; char comm[16]; };
#ifdef WIDE
struct shape { u64 a; u64 b; };
#else
struct shape { u32 a; };
#endif
#endif
`;

const HEADERS: Readonly<Record<string, string>> = {
	'kernel.h': KERNEL,
	'wide.h': '#define WIDE 1\n',
	'count.h': 'enum { JOIN(counted_, __COUNTER__) = sizeof(struct shape) };\n',
	'join.h': '#define JOIN_(a, b) a##b\n#define JOIN(a, b) JOIN_(a, b)\n',
	'base.h': 'static const char base_name[] = __BASE_FILE__;\n',
	'open.h': 'struct half {\n',
	'rest.h': 'int a; };\n',
	'later.h': 'struct later { int id; };\n',
	'once.h': '#pragma once\nstruct once { int a; };\n',
	'odd.h': '#define odd(x) (x\nint odd_\n;\n#warning odd\n',
	'nest.h':
		'#include <once.h>\n#include "later.h"\n#if defined(LATE) && LATE > 1\nstruct nest { u64 a; u64 b; };\n#else\nstruct nest { u32 a; };\n#endif\n#define LATE 3\n',
	'around.h': '#include <late.h>\n#include "nest.h"\n#define AROUND (LATE + 1)\nstruct around { struct nest inner; char room[AROUND]; };\n',
	'outer.h': '#undef LATE\n#include <around.h>\n#undef AROUND\n#include "once.h"\n',
	'wider.h': '#define WIDE 1\n#include <kernel.h>\n#undef WIDE\n',
	'counting.h': '#include "join.h"\n#include "count.h"\n#include "count.h"\n',
	'level.h': 'enum { level = __INCLUDE_LEVEL__ };\n',
	'deep.h': '#include <level.h>\n',
	'deeper.h': '#include <deep.h>\n',
	'narrow.h': '#undef WIDE\n#undef LATE\n',
	'late.h': '#define LATE 2\n',
	'push.h': '#pragma push_macro("JOIN")\n#undef JOIN\n#define JOIN(a, b) a\n',
	'pop.h': '#pragma pop_macro("JOIN")\n',
	'attributes.h': '#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)\n',
};

const BODY = `
struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;
char LICENSE[] SEC("license") = "GPL";
SEC("tp_btf/task_newtask")
int BPF_PROG(leaks, struct task_struct *task, u64 flags)
{
	struct task_struct *held = bpf_task_acquire(task);
	char room[sizeof(struct shape)];
	if (!held || held->tgid == SIZE)
		return 0;
	room[0] = held->later->id;
	bpf_task_release(held);
	return room[sizeof(struct shape) - 1];
}
`;

/** Beginnings that share a part, and break off the sharing in each way that there is. */
const BEGINNINGS: readonly string[] = [
	'#include <kernel.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE 1\n',
	'// another comment\n#include <kernel.h>\n/* here */\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE sizeof(struct shape)\n',
	'#include <wide.h>\n#include <kernel.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE sizeof(struct shape)\n',
	'#define WIDE\n#include <kernel.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE sizeof(struct shape)\n',
	'#include <kernel.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#include <later.h>\n#define SIZE sizeof(struct later)\n',
	'#include <kernel.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\nstruct later { long id; int more; };\n#define SIZE 3\n',
	'#include <kernel.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#include <missing.h>\n#include <once.h>\n#include <once.h>\n#define SIZE 4\n',
	'#include <kernel.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#include <open.h>\n#include <rest.h>\n#define SIZE sizeof(struct half)\n',
	'#include <join.h>\n#include <kernel.h>\n#include <count.h>\n#include <count.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE (counted_0 + counted_1)\n',
	'#include <join.h>\n#include <kernel.h>\n#include <push.h>\n#include <pop.h>\n#include <count.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE counted_0\n',
	'#include <join.h>\n#include <kernel.h>\n#include <push.h>\n#include <count.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE counted_\n',
	'#include <kernel.h>\n#include <base.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE sizeof(base_name)\n',
	'#include <attributes.h>\n#include <kernel.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\nstruct mine { int a; };\n#define SIZE 5\n',
	'#include <odd.h>\n#include <kernel.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE 6\n',
	'#include "kernel.h\n#include <kernel.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE 7\n',
	'#include <kernel.h>\n#include <nest.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE sizeof(struct nest)\n',
	'#include <kernel.h>\n#include <once.h>\n#include <nest.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE sizeof(struct nest)\n',
	'#include <late.h>\n#include <kernel.h>\n#include <nest.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE sizeof(struct nest)\n',
	'#include <kernel.h>\n#define LATE 2\n#include <nest.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE (sizeof(struct nest) + LATE)\n',
	'#include <kernel.h>\n#include <late.h>\n#include <nest.h>\n#include <narrow.h>\n#include <wide.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE sizeof(struct nest)\n',
	'#include <bpf/bpf_helpers.h>\n#include <wide.h>\n#include <narrow.h>\n#include <kernel.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE sizeof(struct shape)\n',
	'#include <kernel.h>\n#include <around.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE sizeof(struct around)\n',
	'#include <kernel.h>\n#include <nest.h>\n#undef LATE\n#include <around.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE AROUND\n',
	'#include <kernel.h>\n#include <outer.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE sizeof(struct around)\n',
	'#include <kernel.h>\n#define LATE 1\n#include <outer.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE (LATE + sizeof(struct around))\n',
	'#include <kernel.h>\n#include <once.h>\n#include <outer.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE sizeof(struct once)\n',
	'#include <wider.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE sizeof(struct shape)\n',
	'#include <narrow.h>\n#include <wider.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE sizeof(struct shape)\n',
	'#include <kernel.h>\n#include <counting.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE (counted_0 + counted_1)\n',
	'#include <join.h>\n#include <kernel.h>\nint JOIN(first_, __COUNTER__);\n#include <counting.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE (counted_1 + counted_2)\n',
	'#include <kernel.h>\n#include <level.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE level\n',
	'#include <kernel.h>\n#include <deep.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE level\n',
	'#include <kernel.h>\n#include <deeper.h>\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n#define SIZE level\n',
];

interface File {
	readonly path: string;
	readonly text: string;
}

function programs(): File[] {
	const made = BEGINNINGS.map((beginning, i) => ({ path: `/programs/${'x'.repeat(i)}made.bpf.c`, text: beginning + BODY }));
	const folders = ['examples', 'test/fixtures'].map((folder) => join(repositoryRoot(), folder));
	const read = folders.flatMap((folder) =>
		readdirSync(folder)
			.filter((name) => name.endsWith('.bpf.c'))
			.map((name) => ({ path: `/programs/${name}`, text: readFileSync(join(folder, name), 'utf8') })),
	);
	return [...made, ...read];
}

/** All that is said of a file, as text. */
function answer(checker: Checker, { path, text }: File): string {
	const { problems, programs: verdicts, findings } = checker.check(path, text, OPTIONS);
	const told = findings.map(({ rule, message, verifier, at, related }) => ({ rule, message, verifier, at, related }));
	return JSON.stringify({ problems, verdicts, told });
}

describe('what files share', () => {
	let files: File[];
	let fresh: Map<File, string>;
	before(async () => {
		files = programs();
		fresh = new Map();
		for (const file of files) fresh.set(file, answer(await createChecker({ files: new Headers(HEADERS) }), file));
	});

	for (const filesStay of [false, true]) {
		it(`shows in no answer, whatever the order${filesStay ? '; each header looked at once' : ''}`, async () => {
			const checker = await createChecker({ files: new Headers(HEADERS), filesStay });
			for (const order of [files, [...files].reverse(), files.filter((_, i) => i % 3 === 0)]) {
				for (const file of order) assert.equal(answer(checker, file), fresh.get(file), file.path);
			}
		});
	}

	it('is read again when a header changes, and only then', async () => {
		const headers = new Headers(HEADERS);
		const checker = await createChecker({ files: headers });
		const made = files.slice(0, BEGINNINGS.length);
		for (const file of made) answer(checker, file);
		headers.set(
			'kernel.h',
			KERNEL.replace('{ u32 a; };\n#endif', '{ u32 a; char c; u64 d; };\n#endif').replace('int tgid', 'struct shape s; u64 tgid'),
		);
		headers.set('missing.h', 'int no_longer_missing;\n');
		let different = 0;
		for (const file of made) {
			const other = new Headers({ ...HEADERS, 'missing.h': 'int no_longer_missing;\n', 'kernel.h': headers.read('/headers/kernel.h')! });
			const now = answer(checker, file);
			assert.equal(now, answer(await createChecker({ files: other }), file), file.path);
			if (now !== fresh.get(file)) different++;
		}
		assert.ok(different > 0, 'the change is one that answers show');
	});

	it('shows in no token', async () => {
		const parser = await createParser();
		const tokens = (engine: SyntaxEngine, { path, text }: File): string => {
			const unit = engine.unit(path, text, { ...OPTIONS, files: new Headers(HEADERS) });
			return [...unit.tokens()].map((token) => token.text).join(' ');
		};
		const shared = new SyntaxEngine({ parser });
		for (const file of [...files, ...files]) assert.equal(tokens(shared, file), tokens(new SyntaxEngine({ parser }), file), file.path);
	});

	it('is worth comparing', () => {
		const answers = [...fresh.values()].join('\n');
		for (const expected of [
			'"unreleased-reference"',
			'"accept"',
			'"reject"',
			'"missing-header"',
			'"unterminated-literal"',
			'"warning-directive"',
		])
			assert.ok(answers.includes(expected), `some answer holds ${expected}`);
	});
});
