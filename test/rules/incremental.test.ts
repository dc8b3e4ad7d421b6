// What is kept between keystrokes is invisible: after any edit, a warm analysis says what a fresh one says.
import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checker, CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { FilesBelow } from '../support/files-below.js';
import { repositoryRoot } from '../support/root.js';
import { said } from '../support/said.js';

const options: CheckOptions = { kernel: '6.12', includePaths: [], defines: ['__TARGET_ARCH_x86'] };

const plain = (checker: Checker, path: string, text: string): unknown => said(checker, path, text, options);

/** Edits that shift, change and break a text at a line. */
function edits(text: string, line: number): string[] {
	const lines = text.split('\n');
	const at = line % lines.length;
	const with_ = (...replaced: string[]): string => [...lines.slice(0, at), ...replaced, ...lines.slice(at + 1)].join('\n');
	return [
		with_('', lines[at]!),
		with_(),
		with_(lines[at]!.replace(/\breturn\b.*/, 'return 1;')),
		with_(`${lines[at]!} /* more */`),
		with_(lines[at]!.replace(/[;{]$/, '')),
		with_(lines[at]!.replace(/(\w) /, '$1\n')),
		`#define SOMETHING 1\n${text}`,
		text.replace(/__uint\(max_entries, \d+\)/, '__uint(max_entries, 2)'),
	];
}

describe('an analysis that was kept', () => {
	const folder = join(repositoryRoot(), 'test', 'fixtures');
	for (const [index, name] of readdirSync(folder)
		.filter((file) => file.endsWith('.bpf.c'))
		.entries()) {
		// Each file at a line of its own; together they cover all kinds of lines.
		it(`${name}: is invisible`, async () => {
			const text = readFileSync(join(folder, name), 'utf8');
			const warm = await createChecker({ files: new FilesBelow(folder) });
			const path = join(folder, name);
			for (const line of [25 + index * 2]) {
				for (const edited of edits(text, line)) {
					warm.check(path, text, options);
					const fresh = await createChecker({ files: new FilesBelow(folder) });
					assert.deepEqual(plain(warm, path, edited), plain(fresh, path, edited));
				}
			}
		});
	}

	const TEXT = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

static int limit(int value)
{
	if (value > 3)
		return 3;
	return value;
}

SEC("tc")
int judged(struct __sk_buff *skb)
{
	int length = limit(skb->len);
	return length;
}
`;
	// What C does not tell from one line, a person does: where the next line begins, a statement may lack its end.
	for (const [what, from, to] of [
		['a head and its condition', 'if (', 'if\n('],
		['a word and its operand', 'return value', 'return\nvalue'],
		['a type and a name', 'int length', 'int\n length'],
		['a name and a value', 'length = limit', 'length =\nlimit'],
	] as const) {
		it(`sees a line that ends between ${what}`, async () => {
			const warm = await createChecker({ files: { read: () => undefined } });
			const edited = TEXT.replace(from, to);
			assert.notEqual(edited, TEXT);
			for (const text of [TEXT, edited, TEXT]) {
				const fresh = await createChecker({ files: { read: () => undefined } });
				assert.deepEqual(plain(warm, '/kept/lines.bpf.c', text), plain(fresh, '/kept/lines.bpf.c', text));
			}
		});
	}

	it('follows an exception into a callback that was edited', async () => {
		const warm = await createChecker({ files: { read: () => undefined } });
		const text = TEXT.replace(
			/SEC\([\s\S]*/,
			`__attribute__((noinline)) int caught(u64 cookie)
{
	return limit(cookie);
}

SEC("tc")
__attribute__((btf_decl_tag("exception_callback:caught")))
int judged(struct __sk_buff *skb)
{
	bpf_throw(2);
	return 0;
}
`,
		);
		const verdict = (edited: string) => warm.check('/kept/caught.bpf.c', edited, options).programs[0]!.verdict;
		const broken = text.replace('return limit(cookie)', 'return *(int *)0');
		assert.deepEqual([text, broken, text].map(verdict), ['accept', 'reject', 'accept']);
	});

	it('follows a call into a body that was edited', async () => {
		const warm = await createChecker({ files: { read: () => undefined } });
		const verdict = (text: string) => warm.check('/kept/calls.bpf.c', text, options).programs[0]!.verdict;
		const broken = TEXT.replace('return value;', 'return *(int *)0;');
		assert.deepEqual([TEXT, broken, TEXT].map(verdict), ['accept', 'reject', 'accept']);
	});
});

describe('what is kept of leading includes', () => {
	it('says of a literal among them that it never ends, each time', async () => {
		const warm = await createChecker({ files: { read: () => undefined } });
		const text = '#include "vmlinux.h"\n"never ends\n#include <bpf/bpf_helpers.h>\n#define ONE 1\nint a = ONE;\n';
		for (const edited of [text, `${text}int b;\n`, `${text}int b, c;\n`]) {
			const { problems } = warm.check('/kept/a.bpf.c', edited, options);
			assert.ok(problems.some(({ code }) => code === 'unterminated-literal'));
		}
	});
});
