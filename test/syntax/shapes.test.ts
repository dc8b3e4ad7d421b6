// A tree that is put together from those of fragments is the tree of the whole text, and where the whole text has a fault the fragments are given up.
import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lift } from '../../server/src/syntax/lift.js';
import type { Lifted, TypedefOracle } from '../../server/src/syntax/lifted.js';
import { operandIn, Shapes } from '../../server/src/syntax/shapes.js';
import type { Token } from '../../server/src/syntax/token.js';
import type { Unit } from '../../server/src/syntax/translation-unit.js';
import { type CstNode, createParser, type ParserBackend } from '../../server/src/syntax/tree-sitter.js';
import { reproducibleChance } from '../bench/statistics.js';
import { repositoryRoot } from '../support/root.js';
import { ready, unit } from './support.js';

before(ready);

/** Each slice is compared again with so many tokens taken out or written twice. */
const EDITS = 6;

const CONTEXTS = `
int dangling(int a) { if (a) if (a) a = 1; else a = 2; else if (a) { a = 3; } else a = 4; if (a) ; else ; return a; }
int loops(int a) { do a++; while (a); while (a) { } do { a--; } while (a); while (a) do if (a) a++; while (a); while (a) a++; for (;;) { break; } return a; }
int cases(int a) { int b = a; switch (a) { int c; c = 1; case 0: b = 1; { b = 2; b = 3; } break; case 1 ... 4: switch (b) { default: b = 1; b = 2; } b = 5; default: b = 6; } return b; }
int odd(int a) { if (a) case 3: a = 1; a = 2; switch (a) case 0: a = 3; a = 4; return a; }
int labels(int a) { again: a++; if (a) goto again; if (a) x: a = 1; else y: a = 2; { z: ; } end: }
int product(int a, int b) { int c; a * b; unknown * b; unknown * c; (a) * b; unknown (c); unknown (*c)(int); a & b; return a; }
int old(a, b) int a; int b; { return a + b; }
int expressions(int a) { a = ({ int b = a; ({ b = 1; b; }); }); if (({ a; })) a = 1; f(({ a; }), ({ ; })); return ({ if (a) a = 1; else a = 2; a; }); }
int types(int a) { struct s { int x; struct { int y; }; } v = { .x = 1 }, w[] = { { 1 }, { 2 } }; union u { int i; }; enum { A, B }; return ((struct s){ .x = a }).x + ({ struct s t = { 1 }; t.x; }); }
int nested(int a) { int inner(int b) { return b; } return inner(a); }
int attributes(int a) { switch (a) { case 1: a = 1; __attribute__((fallthrough)); default: [[fallthrough]]; } __attribute__((unused)) int b; return 0; }
int operands(int a) { typeof(({ int q = a; q; })) b; asm volatile("" : "+r"(a) : "r"(({ a; })), "r"({ a; }) : "memory"); asm goto("" : : : : out); out: return sizeof(struct { int x; }) + _Generic(a, int: ({ a; }), default: 2); }
int jumps(void) { void *p = &&here; goto *p; here: return 0; }
int elvis(int a) { a = a ?: 1; a = a ? : 2; return a; }
int empty(void) { { } {{}} ; ; { ; } }
int unknown_macro(int a) { for_each(a) { a = 1; } FOO(a) a = 1; MARK; return a; }
struct fields { int a : 3; int : 4; struct { int x; }; int (*call)(struct fields *, int[4]); };
int values[] = { 1, [2] = 3, ({ 4; }) };
int leftover(int a) { a = 1; # define x
 a = 2; }
`;

/** Each node as its kind, its field and the tokens from which to which it goes, in order, a node before its children. */
class Listing {
	readonly lines: string[] = [];

	constructor(private readonly lifted: Lifted) {}

	add(node: CstNode, base: number, depth: number): void {
		const { firsts, lasts, blocks } = this.lifted;
		const { type, named, field, children } = node;
		this.lines.push(`${'  '.repeat(depth)}${type} ${named} ${field} ${firsts[base + node.start]}-${lasts[base + node.end]}`);
		for (const [index, child] of children.entries()) {
			this.add(child, base, depth + 1);
			const fragments = index === 0 ? (blocks.get(base + node.start) ?? []) : [];
			if (type === 'compound_statement')
				for (const each of fragments) for (const inner of each.shape!.nodes) this.add(inner, each.base, depth + 1);
		}
	}
}

function ofFragments(lifted: Lifted): readonly string[] {
	const listing = new Listing(lifted);
	for (const { shape, base } of lifted.operandFragments) if (shape!.operand) listing.add(shape!.operand, base, 0);
	for (const node of lifted.main.shape!.nodes) listing.add(node, lifted.main.base, 0);
	return listing.lines;
}

function ofWhole(lifted: Lifted, root: CstNode): readonly string[] {
	const listing = new Listing(lifted);
	for (const { base, text } of lifted.operandFragments) {
		const declaration = root.children.find(({ type, start }) => type === 'declaration' && start === base);
		const operand = declaration && operandIn(declaration, text);
		if (operand) listing.add(operand, 0, 0);
	}
	for (const node of root.children) if (node.start >= lifted.main.base) listing.add(node, 0, 0);
	return listing.lines;
}

/** Compares; says whether the text was cut. */
function compare(tokens: readonly Token[], isTypedef: TypedefOracle, shapes: Shapes): boolean {
	const whole = lift(tokens, isTypedef, true);
	const root = shapes.whole(whole.text!);
	const cut = lift(tokens, isTypedef);
	if (cut.text !== undefined) {
		assert.equal(cut.text, whole.text);
		return false;
	}
	const resolved = shapes.resolve(cut.fragments);
	const text = tokens.map((token) => token.text).join(' ');
	if (root.faulty) assert.equal(resolved, false, `a fault is lost: ${text}`);
	else if (resolved) assert.deepEqual(ofFragments(cut), ofWhole(whole, root), text);
	return resolved;
}

function oracleOf(of: Unit): TypedefOracle {
	return (name) => {
		const tree = of.lookup(name, 'ordinary')[0]?.parse();
		return tree && tree.kind === 'declaration' && tree.storage === 'typedef';
	};
}

describe('trees of fragments', () => {
	const folder = join(repositoryRoot(), 'test', 'fixtures');
	const texts = new Map<string, string>([['contexts', CONTEXTS]]);
	for (const file of readdirSync(folder)) if (file.endsWith('.bpf.c')) texts.set(file, readFileSync(join(folder, file), 'utf8'));
	let parser: ParserBackend;
	before(async () => {
		parser = await createParser();
	});

	it('are those of the whole text, for every declaration of the fixtures', () => {
		let cut = 0;
		let all = 0;
		const shapes = new Shapes(parser);
		for (const text of texts.values()) {
			const of = unit(text);
			for (const { tokens } of of.mainSlices) {
				all++;
				if (compare(tokens, oracleOf(of), shapes)) cut++;
			}
		}
		// Only what is broken in the fixtures is parsed in one.
		assert.ok(cut > all * 0.98, `${cut} of ${all}`);
	});

	it('are those of the whole text, or none, with tokens missing or written twice', function () {
		this.timeout(0);
		const chance = reproducibleChance(5);
		const shapes = new Shapes(parser);
		for (const text of texts.values()) {
			const of = unit(text);
			for (const { tokens } of of.mainSlices) {
				for (let i = 0; i < EDITS && tokens.length > 1; i++) {
					const at = chance(tokens.length);
					const edited = [...tokens];
					if (i % 2) edited.splice(at, 1);
					else edited.splice(chance(tokens.length), 0, tokens[at]!);
					compare(edited, oracleOf(of), shapes);
				}
			}
		}
	});

	it('are parsed once for all fragments of one shape, and together for those of one declaration', () => {
		const asked: string[] = [];
		const shapes = new Shapes({
			name: parser.name,
			parse(text) {
				asked.push(text);
				return parser.parse(text);
			},
		});
		const [first, other] = unit('int f(int a) { a = 1; { a = 2; } return a; } int g(int b) { b = 3; return b; }').mainSlices;
		const resolve = (tokens: readonly Token[]): boolean => shapes.resolve(lift(tokens, () => false).fragments);
		assert.ok(resolve(first!.tokens));
		assert.deepEqual(asked.splice(0), ['{ a = 0 ; }\n{ {\t } }\n{ return a ; }\nint a ( int a ) {\t }']);
		assert.ok(resolve(other!.tokens));
		assert.deepEqual(asked.splice(0), []);
		shapes.clear();
		assert.ok(resolve(other!.tokens));
		assert.equal(asked.length, 1);
	});
});
