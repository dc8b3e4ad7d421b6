// The marks of fixtures are matched exactly and both ways.
import assert from 'node:assert';
import type { Checker } from '../../server/src/rules/checker.js';
import type { FileResult, Finding, ProgramVerdict } from '../../server/src/rules/finding.js';
import { differences, remarked } from './markers.js';

const PATH = '/fixture.bpf.c';
const OPTIONS = { kernel: '6.12', includePaths: [], defines: [] };
const CODE = 'SEC("tc")\nint prog(void *ctx)\n{\n\treturn release(p);\n}\n';

function unasked(): never {
	throw new Error('no mark asks for it');
}

/** A checker that finds fault with `release(p)` if asked to, and calls the program what it is told to. */
function fake(verdict: ProgramVerdict['verdict'], finds: boolean): Checker {
	const finding = (text: string): Finding => {
		const start = text.indexOf('release(p)');
		const at = { path: PATH, start, end: start + 'release(p)'.length };
		return {
			rule: 'release-unowned',
			category: 'Resource Lifetime Safety',
			severity: 'error',
			message: '`p` is borrowed: do not release it.',
			verifier: '',
			program: 'prog',
			at,
			related: [{ at, message: 'lent here' }],
			fixes: [],
		};
	};
	const check = (path: string, text: string): FileResult => ({
		path,
		problems: [],
		programs: [{ name: 'prog', section: 'tc', verdict, at: { path, start: 0, end: 1 } }],
		findings: finds ? [finding(text)] : [],
	});
	return {
		check,
		// biome-ignore lint/correctness/useYield: one step is enough here
		checkStepwise: function* (path, text) {
			return check(path, text);
		},
		stateAt: (_path, _text, offset) => ({
			expression: 'p',
			start: offset,
			end: offset + 1,
			states: ['ptr acquired at line 3'],
			program: 'prog',
			groups: [],
		}),
		insight: unasked,
		view: () => undefined,
		viewStepwise: unasked,
		dump: unasked,
		refactorings: unasked,
		catalog: unasked,
		setOverlay: () => false,
		rest: () => {},
	};
}
const marked = (mark: string): string => CODE.replace('release(p);\n', `release(p);\n${mark}\n`);
const report = (text: string, verdict: ProgramVerdict['verdict'] = 'reject', finds = true): string =>
	differences(fake(verdict, finds), PATH, text, OPTIONS);

describe('marks of fixtures', () => {
	const right = '//             ^^^^^^^^^^ error: is borrowed [release-unowned]';

	it('match a finding of the same place, level, rule and words', () => {
		assert.strictEqual(report(marked(right)), '');
	});
	it('differ by a column, a rule or a word', () => {
		for (const wrong of [
			right.replace(' ^', '^'),
			right.replace('^ ', ' '),
			right.replace('unowned', 'owned'),
			right.replace('borrowed', 'lent'),
		]) {
			assert.match(report(marked(wrong)), /false negative/);
			assert.match(report(marked(wrong)), /false positive/);
		}
	});
	it('name what nobody marked and what nobody found', () => {
		assert.match(report(CODE), /^line 4: false positive in prog/);
		assert.match(report(marked(right), 'accept', false), /^line 4: false negative: return release\(p\);/);
	});
	it('follow a path and a state', () => {
		assert.strictEqual(report(marked(`${right}\n//             ---------- step: lent\n// state: p = ptr`)), '');
		assert.match(report(marked(`${right}\n//             ---------- step: taken`)), /no path passes here: taken/);
		assert.match(report(marked(`${right}\n// state: p = scalar`)), /state of p: ptr, expected scalar/);
	});
	it("hold the kernel's verdict, or the difference that is known", () => {
		assert.strictEqual(report(`// kernel: reject: words\n${marked(right)}`), '');
		assert.match(report(`// kernel: accept\n${marked(right)}`), /prog: reject, the kernel: accept/);
		assert.strictEqual(report(`// kernel: reject\n// FIXME ours: unknown\n${CODE}`, 'unknown', false), '');
	});
	it('are rewritten from the findings, except against the kernel', () => {
		const written = remarked(fake('reject', true), PATH, CODE, OPTIONS);
		assert.strictEqual(report(written), '');
		assert.strictEqual(remarked(fake('reject', true), PATH, `// kernel: accept\n${CODE}`, OPTIONS), `// kernel: accept\n${CODE}`);
	});
});
