// The graphs that are explored have no steps that only carry values about; those of who watches have each step of an expression. That both lead to the same verdicts,
// paths and words haste.test.ts holds: what it compares is judged on the one and on the other.
import assert from 'node:assert';
import type { FlowGraph } from '../../server/src/flow/ir.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { dumpGraph } from '../../server/src/verifier/dump.js';
import { Graphs } from '../../server/src/verifier/graphs.js';

const HEAD = 'typedef unsigned int u32;\nstruct pair { int one; int two; };\nint given(int);\n';

/** The operations of the function `f`, in the form that is explored and as a whole. */
async function graphsOf(body: string): Promise<{ short: string[]; whole: string[]; graph: FlowGraph }> {
	const checker = await createChecker();
	const { unit } = checker.view('/shorten.bpf.c', `${HEAD}${body}\n`, { includePaths: [], defines: [], kernel: '6.12' })!;
	const fn = unit.functions.find(({ name }) => name === 'f')!;
	const lines = (graphs: Graphs): string[] =>
		dumpGraph(graphs.of(fn))
			.split('\n')
			.filter((line) => line.startsWith('    '))
			.map((line) => line.trim());
	const graphs = new Graphs(unit);
	return { short: lines(graphs), whole: lines(graphs.whole), graph: graphs.of(fn) };
}

describe('graphs that are explored', () => {
	it('read variables where they are, and compute into them', async () => {
		const { short, whole } = await graphsOf('int f(int a, int b) { int sum = a + b; sum = sum * b; return sum; }');
		assert.deepStrictEqual(short, ['r2 = r0 + r1', 'r2 = r2 * r1', 'return r2']);
		assert.ok(whole.length > 2 * short.length);
	});

	it('keep a copy of what is assigned before the copy is read', async () => {
		const { short } = await graphsOf('int f(int a) { int old = a++; return given(old) + a; }');
		const copy = short.findIndex((line) => line.endsWith('= r0'));
		const next = short.findIndex((line) => line.startsWith('r0 ='));
		assert.ok(copy >= 0 && copy < next, short.join('; '));
	});

	it('hold constants as they are read in the end', async () => {
		const { short } = await graphsOf('u32 f(u32 a) { return a + (u32)(-1 * 2); }');
		assert.deepStrictEqual(
			short.map((line) => line.replace(/r\d+/g, 'r')),
			['r = 4294967294', 'r = r + r', 'return r'],
		);
	});

	it('convert a pointer once, and no address of what has a name', async () => {
		const { short } = await graphsOf(
			'int f(struct pair *p) { struct pair own = {}; void *at = (char *)&own; return given(p->two) + *(int *)at; }',
		);
		assert.ok(!short.some((line) => /^r\d+ = r\d+$/.test(line)), short.join('; '));
	});

	it('have no branch that is decided, and no block that nothing leads to', async () => {
		const { short, whole } = await graphsOf(
			'int f(int a) { do { if (sizeof(int) == 4) a = given(a); else a = given(7); } while (0); return a; }',
		);
		assert.ok(!short.some((line) => line.startsWith('branch')), short.join('; '));
		assert.ok(!short.some((line) => line.startsWith('jump')), short.join('; '));
		assert.ok(whole.some((line) => line.startsWith('branch')));
	});

	it('compare no states where the function ends soon', async () => {
		const { graph } = await graphsOf('int f(int a) { int b = 0; if (a > 3) b = 1; return b; }');
		assert.strictEqual(graph.joins.size, 1);
		assert.strictEqual(graph.meetings.size, 0);
		const { graph: longer } = await graphsOf('int f(int a) { int b = 0; if (a > 3) b = 1; return given(b); }');
		assert.strictEqual(longer.meetings.size, 1);
	});

	it('are whole where the text is not', async () => {
		const { short, whole } = await graphsOf('int f(int a) { int sum = a + missing; return sum +; }');
		assert.deepStrictEqual(short, whole);
	});
});
