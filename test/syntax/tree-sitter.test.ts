// What the copy of a tree takes for granted of tree-sitter-c: which tokens stand in no field, and that a sound tree's tokens lie where the text has them.
import { strict as assert } from 'node:assert';
import { type CstNode, createParser, FIELDLESS } from '../../server/src/syntax/tree-sitter.js';

interface NodeTypes {
	readonly type: string;
	readonly fields?: Readonly<Record<string, { readonly types: readonly { readonly type: string }[] }>>;
}

function tokensOf(node: CstNode): readonly CstNode[] {
	return node.children.length === 0 ? [node] : node.children.flatMap(tokensOf);
}

describe("tree-sitter's trees", () => {
	it('hold no bracket, comma or semicolon in a field', () => {
		const types = require('tree-sitter-c/src/node-types.json') as readonly NodeTypes[];
		const held = types.flatMap(({ fields = {} }) => Object.values(fields).flatMap((field) => field.types.map(({ type }) => type)));
		assert.ok(held.includes('*'));
		assert.deepEqual(
			held.filter((type) => FIELDLESS.has(type)),
			[],
		);
	});

	for (const text of [
		'int a ( int * a , struct a { int a : 0 ; } a ) { return a -> a [ 0 ] + sizeof ( int ) ; }\n',
		'int a [ ] = { [ 0 ] = \'c\' , . a = "" , } ;\n',
		'int _L=sizeof( int * );\nint a ( void ) { for ( ; a ; a ++ ) a <<= a ? 0 : ( int ) a ; a : goto a ; }\n',
		'int a ( ... ) { switch ( a ) { case 0 : break ; default : ; } do { } while ( ! a && ~ a ) ; }\n',
	]) {
		it(`have each token where it stands: ${text.trim().replaceAll('\n', ' ')}`, async () => {
			const parser = await createParser();
			const tree = parser.parse(text);
			assert.equal(tree.faulty, false);
			const tokens = tokensOf(tree);
			for (const { type, named, start, end } of tokens) {
				if (named) assert.match(text.slice(start, end), /^\w+$/);
				else assert.equal(text.slice(start, end), type);
			}
			// Nothing is left out, and nothing is there twice.
			const read = tokens.map(({ start, end }) => text.slice(start, end)).join('');
			assert.equal(read, text.replaceAll(/\s/g, ''));
			// With a fault the parser is asked, and says the same of what stands before.
			const asked = tokensOf(parser.parse(`${text}int a ( {\n`));
			assert.deepEqual(
				asked.slice(0, tokens.length).map(({ type, start, end }) => ({ type, start, end })),
				tokens.map(({ type, start, end }) => ({ type, start, end })),
			);
		});
	}
});
