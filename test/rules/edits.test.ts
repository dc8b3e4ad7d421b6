// Edits of statements keep what a person laid out: indentation, braces, comments.
import { strict as assert } from 'node:assert';
import type { TextEdit } from '../../server/src/rules/finding.js';
import { applyEdits, beforeClosingBrace, remove, surround } from '../../server/src/rules/fix/edits.js';
import { Layout } from '../../server/src/rules/fix/layout.js';
import { lineEdits } from '../../server/src/rules/fix/line-edits.js';
import { locate, walk } from '../../server/src/rules/fix/tree.js';
import type { FunctionDefinition, Statement } from '../../server/src/syntax/ast.js';
import { SyntaxEngine } from '../../server/src/syntax/translation-unit.js';
import { createParser } from '../../server/src/syntax/tree-sitter.js';
import type { Slice } from '../../server/src/syntax/unit.js';

let engine: SyntaxEngine;
before(async () => {
	engine = new SyntaxEngine({ parser: await createParser() });
});

interface Parsed {
	readonly layout: Layout;
	readonly slice: Slice;
	readonly definition: FunctionDefinition;
}

/** The only function of a text. */
function parse(text: string): Parsed {
	const unit = engine.unit('/edits.c', text, { includePaths: [], defines: [] });
	for (const slice of unit.mainSlices) {
		const top = slice.parse();
		if (top.kind === 'function-definition') return { layout: new Layout(unit, text), slice, definition: top };
	}
	throw new Error('no function');
}

/** The text after an edit at the `n`th statement of a kind. */
function edited(
	text: string,
	kind: Statement['kind'],
	edit: (parsed: Parsed, target: NonNullable<ReturnType<typeof locate>>) => TextEdit[] | undefined,
	n = 0,
): string | undefined {
	const parsed = parse(text);
	const found: Statement[] = [];
	walk(parsed.definition.body, (node) => {
		if (node.kind === kind) found.push(node as Statement);
	});
	const target = locate(parsed.definition, found[n]!);
	const edits = target && edit(parsed, target);
	return edits && applyEdits(text, edits);
}

const insertBefore = (text: string, kind: Statement['kind'], lines: string[], n = 0) =>
	edited(text, kind, ({ layout, slice }, target) => surround(layout, slice, target, { before: lines }), n);
const insertAfter = (text: string, kind: Statement['kind'], lines: string[], n = 0) =>
	edited(text, kind, ({ layout, slice }, target) => surround(layout, slice, target, { after: lines }), n);
const takeOut = (text: string, kind: Statement['kind'], n = 0) =>
	edited(text, kind, ({ layout, slice }, target) => remove(layout, slice, target), n);

describe('edits of statements', () => {
	it('puts lines before a statement at its indentation', () => {
		assert.equal(
			insertBefore('int f(void)\n{\n\treturn 0;\n}\n', 'return', ['a();', 'b();']),
			'int f(void)\n{\n\ta();\n\tb();\n\treturn 0;\n}\n',
		);
		assert.equal(
			insertBefore('int f(void) {\n    return 0; /* x */\n}\n', 'return', ['a();']),
			'int f(void) {\n    a();\n    return 0; /* x */\n}\n',
		);
	});

	it('gives an unbraced body its braces', () => {
		assert.equal(
			insertBefore('int f(int x)\n{\n\tif (x)\n\t\treturn 1; // why\n\treturn 0;\n}\n', 'return', ['a();']),
			'int f(int x)\n{\n\tif (x) {\n\t\ta();\n\t\treturn 1; // why\n\t}\n\treturn 0;\n}\n',
		);
		assert.equal(
			insertBefore('int f(int x)\n{\n  if (x) return 1;\n  return 0;\n}\n', 'return', ['a();']),
			'int f(int x)\n{\n  if (x) {\n    a();\n    return 1;\n  }\n  return 0;\n}\n',
		);
	});

	it('keeps an else with its if', () => {
		assert.equal(
			insertBefore('int f(int x)\n{\n\tif (x)\n\t\treturn 1;\n\telse\n\t\treturn 2;\n}\n', 'return', ['a();']),
			'int f(int x)\n{\n\tif (x) {\n\t\ta();\n\t\treturn 1;\n\t} else\n\t\treturn 2;\n}\n',
		);
		assert.equal(
			insertBefore('int f(int x)\n{\n\tif (x)\n\t\treturn 1;\n\telse\n\t\treturn 2;\n}\n', 'return', ['a();'], 1),
			'int f(int x)\n{\n\tif (x)\n\t\treturn 1;\n\telse {\n\t\ta();\n\t\treturn 2;\n\t}\n}\n',
		);
	});

	it('puts braces where the file puts them', () => {
		const text = 'int f(int x)\n{\n\tif (x == 2)\n\t{\n\t\treturn 3;\n\t}\n\tif (x)\n\t\treturn 1;\n\treturn 0;\n}\n';
		assert.equal(
			insertBefore(text, 'return', ['a();'], 1),
			'int f(int x)\n{\n\tif (x == 2)\n\t{\n\t\treturn 3;\n\t}\n\tif (x)\n\t{\n\t\ta();\n\t\treturn 1;\n\t}\n\treturn 0;\n}\n',
		);
	});

	it('stays on the line where a line holds several statements', () => {
		assert.equal(
			insertBefore('int f(int x)\n{\n\tswitch (x) {\n\tcase 1: return 1;\n\t}\n\treturn 0;\n}\n', 'return', ['a();']),
			'int f(int x)\n{\n\tswitch (x) {\n\tcase 1: a(); return 1;\n\t}\n\treturn 0;\n}\n',
		);
	});

	it('puts lines behind a statement and its comment', () => {
		assert.equal(
			insertAfter('int f(int x)\n{\n\tx = 1; /* one */\n\treturn x;\n}\n', 'expression-statement', ['if (!x)', '\treturn 0;']),
			'int f(int x)\n{\n\tx = 1; /* one */\n\tif (!x)\n\t\treturn 0;\n\treturn x;\n}\n',
		);
	});

	it('keeps carriage returns', () => {
		assert.equal(
			insertBefore('int f(void)\r\n{\r\n\treturn 0;\r\n}\r\n', 'return', ['a();']),
			'int f(void)\r\n{\r\n\ta();\r\n\treturn 0;\r\n}\r\n',
		);
		assert.equal(
			insertAfter('int f(int x)\r\n{\r\n\tx = 1; // one\r\n\treturn x;\r\n}\r\n', 'expression-statement', ['a();']),
			'int f(int x)\r\n{\r\n\tx = 1; // one\r\n\ta();\r\n\treturn x;\r\n}\r\n',
		);
	});

	it('takes a statement out with its line, or with the if that only held it', () => {
		assert.equal(takeOut('int f(int x)\n{\n\ta();\n\treturn 0;\n}\n', 'expression-statement'), 'int f(int x)\n{\n\treturn 0;\n}\n');
		assert.equal(
			takeOut('int f(int x)\n{\n\tif (x)\n\t\ta();\n\treturn 0;\n}\n', 'expression-statement'),
			'int f(int x)\n{\n\treturn 0;\n}\n',
		);
		assert.equal(
			takeOut('int f(int x)\n{\n\tif (x) {\n\t\ta();\n\t}\n\treturn 0;\n}\n', 'expression-statement'),
			'int f(int x)\n{\n\treturn 0;\n}\n',
		);
		assert.equal(
			takeOut('int f(int x)\n{\n\tif (b())\n\t\ta();\n\treturn 0;\n}\n', 'expression-statement'),
			'int f(int x)\n{\n\tif (b())\n\t\t;\n\treturn 0;\n}\n',
		);
	});

	it('puts lines at the end of a block', () => {
		const text = 'void f(void)\n{\n\ta();\n}\n';
		const { layout, slice, definition } = parse(text);
		assert.equal(
			applyEdits(text, beforeClosingBrace(layout, slice, definition.body.last, ['b();'])!),
			'void f(void)\n{\n\ta();\n\tb();\n}\n',
		);
	});

	it('handles what a macro brought as the use of that macro', () => {
		const text = '#define LEAVE(x) do { if (x) return 1; } while (0)\nint f(int x)\n{\n\tLEAVE(x);\n\treturn 0;\n}\n';
		assert.equal(insertBefore(text, 'return', ['a();']), text.replace('\tLEAVE(x);', '\ta();\n\tLEAVE(x);'));
	});
});

describe('edits between two texts', () => {
	for (const [from, to] of [
		['a\nb\nc\n', 'a\nx\nb\nc\n'],
		['a\nb\nc\nd\ne\n', 'a\nB\nc\nd\nE\nf\n'],
		['', 'a\n'],
		['a\n', ''],
		['a\nb', 'a\nb'],
		['a\nb\na\nb\n', 'b\na\nb\na\n'],
	] as const)
		it(`turns ${JSON.stringify(from)} into ${JSON.stringify(to)}`, () => assert.equal(applyEdits(from, lineEdits(from, to)), to));

	it('refuses edits that overlap', () => {
		assert.equal(
			applyEdits('abc', [
				{ start: 0, end: 2, newText: '' },
				{ start: 1, end: 3, newText: '' },
			]),
			undefined,
		);
	});
});
