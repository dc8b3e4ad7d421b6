// Typing in broken code: whatever is half written, findings of functions that nobody touches stay, and none comes up elsewhere because of it.
//
// Each example is cut at every token and in the middle of every long word, each fixture at some of these places, in the ways in which a person types: at the end of the file; in a
// function of which the rest is not there yet; in a line whose rest is not there yet; and in one where the editor has closed the brackets already. The whole text is what
// tells right from wrong: a finding that it does not have, outside of the line that is being typed, is there only because something is half written.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checker, CheckOptions } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import type { Finding } from '../../server/src/rules/finding.js';
import { FilesBelow } from '../support/files-below.js';
import { repositoryRoot } from '../support/root.js';

const PATH = '/typing/typed.bpf.c';
const OPTIONS: CheckOptions = { kernel: '6.12', includePaths: [], defines: ['__TARGET_ARCH_x86'] };
/** In a fixture about so many places serve: it has many functions of one kind. */
const PLACES_IN_FIXTURE = 60;
/** What does not hold yet, by fixture: all that is wrong there, and something is. */
const KNOWN: Readonly<Record<string, RegExp>> = {};
/** Words are also cut in their middle from this length on. */
const LONG_WORD = 3;

interface Func {
	readonly name: string;
	/** With its section and result. */
	readonly start: number;
	/** Behind the opening brace. */
	readonly body: number;
	readonly end: number;
}

/** Function definitions by their layout: the brace that closes one stands at the left margin. */
function functionsOf(text: string): Func[] {
	return [...text.matchAll(/^(?:SEC\(.*\)\s*\n)?[^\s#/}][^\n;]*\)\s*\{\n[\s\S]*?^\}/gm)].map((match) => {
		const head = match[0].slice(0, match[0].indexOf('{')).replace(/^SEC\(.*\)\s*\n/, '');
		const name = /BPF_\w+\(\s*(\w+)/.exec(head)?.[1] ?? /(\w+)\s*\(/.exec(head)![1]!;
		return { name, start: match.index, body: match.index + match[0].indexOf('{') + 1, end: match.index + match[0].length };
	});
}

/** A text in the course of typing. */
interface Typed {
	readonly text: string;
	/** Where the cursor stands; what lies before it is as in the whole text. */
	readonly cursor: number;
	/** How many characters at the end are those of the whole text. */
	readonly tail: number;
}

function closingBrackets(line: string): string {
	const open: string[] = [];
	for (const character of line) {
		if ('([{'.includes(character)) open.push(character);
		else if (')]}'.includes(character)) open.pop();
	}
	return open
		.reverse()
		.map((bracket) => ({ '(': ')', '[': ']', '{': '}' })[bracket])
		.join('');
}

function* cuts(text: string, from: number, to: number): Iterable<number> {
	const seen = new Set<number>();
	for (const match of text.slice(from, to).matchAll(/\w+|[^\s\w]|\n/g)) {
		const { length } = match[0];
		seen.add(from + match.index);
		if (length >= LONG_WORD) seen.add(from + match.index + (length >> 1));
		seen.add(from + match.index + length);
	}
	yield* seen;
}

/** The line's rest is not there yet; with the brackets that an editor closes by itself. Nothing where what is there may well be all. */
function* cutLine(text: string, cut: number): Iterable<Typed> {
	const lineStart = text.lastIndexOf('\n', cut - 1) + 1;
	const lineEnd = text.indexOf('\n', cut);
	const typed = text.slice(lineStart, cut).trim();
	if (typed === '' || /[;{}:]$/.test(typed) || /^(?:\/[/*]|\*)/.test(typed) || text.slice(cut, lineEnd).trim() === '') return;
	const tail = text.length - lineEnd;
	yield { text: text.slice(0, cut) + text.slice(lineEnd), cursor: cut, tail };
	// A condition with its bracket closed is whole, and means something by itself.
	const closed = /^(?:(?:\} )?else )?(?:if|while|for|switch)\b/.test(typed) ? '' : closingBrackets(text.slice(lineStart, cut));
	if (closed) yield { text: text.slice(0, cut) + closed + text.slice(lineEnd), cursor: cut, tail };
}

describe('typing in broken code', () => {
	let checker: Checker;
	before(async () => {
		checker = await createChecker({ files: new FilesBelow('/typing') });
	});

	/** The property, for one text in the course of typing. Gives what is wrong in words; nothing where it holds. */
	function* broken(
		whole: readonly Finding[],
		text: string,
		touched: Func | undefined,
		functions: readonly Func[],
		typed: Typed,
	): Iterable<string> {
		const { cursor, tail } = typed;
		const now = checker.check(PATH, typed.text, OPTIONS);
		const at = `with ${JSON.stringify(text.slice(text.lastIndexOf('\n', cursor - 1) + 1, cursor))} in line ${text.slice(0, cursor).split('\n').length}`;
		const shift = typed.text.length - text.length;
		const moved = (offset: number): number | undefined =>
			offset <= cursor ? offset : offset >= text.length - tail ? offset + shift : undefined;
		const lineStart = typed.text.lastIndexOf('\n', cursor - 1) + 1;
		const lineEnd = typed.text.indexOf('\n', cursor) < 0 ? typed.text.length : typed.text.indexOf('\n', cursor);
		const key = (rule: string, start: number | undefined): string => `${rule}@${start}`;
		const known = new Set(whole.map((finding) => key(finding.rule, moved(finding.at.start))));
		for (const { rule, at: place, program } of now.findings) {
			const onLine = place.start <= lineEnd && place.end >= lineStart;
			if (!onLine && !known.has(key(rule, place.start)))
				yield `${at}: ${rule} in ${program} comes up at ${JSON.stringify(typed.text.slice(place.start, place.end))}`;
		}
		if (!touched) return;
		const here = new Set(now.findings.map((finding) => key(finding.rule, finding.at.start)));
		const reaches = (fn: Func, other: Func, seen: readonly Func[] = []): boolean =>
			functions.some(
				(one) =>
					one !== fn &&
					!seen.includes(one) &&
					new RegExp(`\\b${one.name}\\b`).test(text.slice(fn.body, fn.end)) &&
					(one === other || reaches(one, other, [...seen, fn])),
			);
		/** Is the function as it was, and does it call nothing that is being typed? */
		const untouched = (fn: Func | undefined): boolean =>
			fn !== undefined && fn !== touched && (fn.end <= cursor || fn.start >= text.length - tail) && !reaches(fn, touched);
		for (const { rule, at: place, program } of whole) {
			const holder = functions.find((fn) => fn.start <= place.start && place.end <= fn.end);
			const entry = functions.find((fn) => fn.name === program);
			if (untouched(holder) && untouched(entry) && !here.has(key(rule, moved(place.start)))) yield `${at}: ${rule} in ${program} is gone`;
		}
	}

	const folder = (name: string): string => join(repositoryRoot(), name);
	const examples = readdirSync(folder('examples'))
		.filter((name) => name.endsWith('.c'))
		.map((name) => ({ name, path: join(folder('examples'), name), everyToken: true }));
	const fixtures = readdirSync(folder('test/fixtures'))
		.filter((name) => name.endsWith('.bpf.c'))
		.map((name) => ({ name: name.replace('.bpf.c', ''), path: join(folder('test/fixtures'), name), everyToken: false }));

	for (const { name, path, everyToken } of [...examples, ...fixtures]) {
		it(`${name}: statement by statement`, () => {
			// What the fixtures expect stands in comments, which nobody types.
			const text = readFileSync(path, 'utf8').replace(/^\/\/ .*\n/gm, '');
			const functions = functionsOf(text);
			assert.ok(functions.length > 0, 'no function is seen');
			const whole = checker.check(PATH, text, OPTIONS).findings;
			const wrong: string[] = [];
			let tried = 0;
			const hold = (touched: Func | undefined, typed: Typed): void => {
				tried++;
				wrong.push(...broken(whole, text, touched, functions, typed));
			};
			const places = functions.flatMap((fn) => [...cuts(text, fn.body, fn.end)].map((cut) => ({ fn, cut })));
			const step = everyToken ? 1 : Math.max(1, Math.ceil(places.length / PLACES_IN_FIXTURE));
			places
				.filter((_, index) => index % step === 0)
				.forEach(({ fn, cut }) => {
					for (const typed of cutLine(text, cut)) hold(fn, typed);
					hold(fn, { text: text.slice(0, cut), cursor: cut, tail: 0 });
					hold(fn, { text: `${text.slice(0, cut)}\n${text.slice(fn.end + 1)}`, cursor: cut, tail: text.length - fn.end - 1 });
				});
			assert.ok(tried > 50, 'hardly anything is tried');
			const known = KNOWN[name];
			assert.deepEqual(
				wrong.filter((what) => !known?.test(what)),
				[],
			);
			if (known) assert.ok(wrong.length > 0, 'it holds now');
		});

		if (everyToken)
			it(`${name}: declarations`, () => {
				const text = readFileSync(path, 'utf8');
				const functions = functionsOf(text);
				const whole = checker.check(PATH, text, OPTIONS).findings;
				const wrong: string[] = [];
				for (const cut of cuts(text, 0, text.length)) {
					if (functions.some((fn) => cut >= fn.body && cut <= fn.end)) continue;
					for (const typed of cutLine(text, cut)) wrong.push(...broken(whole, text, undefined, functions, typed));
				}
				assert.deepEqual(wrong, []);
			});
	}

	it('a variable or a prototype that lacks its end leaves the findings of functions that use it', () => {
		const text = readFileSync(join(folder('examples'), 'early-return-leak.bpf.c'), 'utf8');
		const rules = (changed: string): string[] => checker.check(PATH, changed, OPTIONS).findings.map(({ rule }) => rule);
		const expected = rules(text);
		assert.deepEqual(expected, ['unreleased-reference']);
		for (const [declaration, typed] of [
			['int watched_tgid;', 'int watched_tgid'],
			['void bpf_task_release(struct task_struct *p) __ksym;', 'void bpf_task_release(struct task_struct *p)'],
			['void bpf_task_release(struct task_struct *p) __ksym;', 'void bpf_task_release(struct'],
			['struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;', 'struct task_struct *bpf_task_acq'],
			['long seen;', 'long seen;\n\nstruct half {\n\tint a;\n\tstruct'],
			['long seen;', 'long seen;\n\nstatic int half(int a)\n{\n\tif (a > '],
		] as const) {
			assert.ok(text.includes(declaration));
			assert.deepEqual(rules(text.replace(declaration, typed)), expected, typed);
		}
	});

	it('a struct that is being typed is in doubt, also for a function with a local of its name', () => {
		const text = readFileSync(join(folder('test/fixtures'), 'irq-flags.bpf.c'), 'utf8');
		const rules = (changed: string): string[] =>
			checker
				.check(PATH, changed, OPTIONS)
				.findings.filter(({ program, rule }) => program === 'around_a_lock' && rule !== 'kfunc-unavailable')
				.map(({ rule }) => rule);
		assert.deepEqual(rules(text), []);
		const typed = text.replace('\tstruct bpf_spin_lock lock;', '\tstruct bpf_spin_lock lock');
		assert.notEqual(typed, text);
		assert.deepEqual(rules(typed), []);
	});

	it('the head of a list without its semicolon may still get its tag', () => {
		const text = readFileSync(join(folder('test/fixtures'), 'moved-pointers.bpf.c'), 'utf8');
		const declaration = /struct bpf_list_head head __attribute__.*;\n/;
		assert.match(text, declaration);
		const known = new Set(checker.check(PATH, text, OPTIONS).findings.map(({ rule, program }) => `${rule} ${program}`));
		const { findings } = checker.check(PATH, text.replace(declaration, 'struct bpf_list_head head\n'), OPTIONS);
		assert.deepEqual(
			findings.map(({ rule, program }) => `${rule} ${program}`).filter((one) => !known.has(one)),
			[],
		);
	});

	it('says where the text is broken, and nothing of it at the program', () => {
		const text = readFileSync(join(folder('examples'), 'early-return-leak.bpf.c'), 'utf8');
		const changed = text.replace('__sync_fetch_and_add(&seen, 1);', '__sync_fetch_and_');
		const { problems, programs } = checker.check(PATH, changed, OPTIONS);
		const places = problems
			.filter(({ code }) => code === 'syntax')
			.map(({ at, severity }) => [severity, changed.slice(at!.start, at!.end)]);
		assert.deepEqual(places, [['hint', '__sync_fetch_and_']]);
		assert.deepEqual(
			programs.map(({ verdict }) => verdict),
			['reject'],
		);
	});
});
