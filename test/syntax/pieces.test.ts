// A main file that is read in pieces reads as one that is read as a whole: after any edit, tokens, trees, places and problems are those of a fresh engine.
import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenRange } from '../../server/src/syntax/source-map.js';
import { SyntaxEngine, type Unit } from '../../server/src/syntax/translation-unit.js';
import { createParser } from '../../server/src/syntax/tree-sitter.js';
import { largeFile } from '../bench/generated.js';
import { reproducibleChance } from '../bench/statistics.js';
import { edited, mutate } from '../fuzz/mutate.js';
import { repositoryRoot } from '../support/root.js';

const OPTIONS = { includePaths: [], defines: ['__TARGET_ARCH_x86'], files: { read: () => undefined } };
/** Edits in a row that are compared; BPFLS_EDITS=5000 for a long run. */
const EDITS = Number(process.env.BPFLS_EDITS ?? 400);
/** After so many, another file is edited. */
const EDITS_PER_FILE = 20;
/** One edit of so many takes the one before back. */
const TAKEN_BACK = 4;

/** A tree as text: one that nests deep would take a comparison of objects beyond the end of its stack. */
function flat(tree: unknown): string {
	return JSON.stringify(tree, (_, value) => (typeof value === 'bigint' ? `${value}n` : value instanceof Map ? [...value] : value));
}

/** What a person or a later layer sees of a unit. */
function seen(unit: Unit): unknown {
	const { main } = unit;
	return {
		problems: unit.problems.map(({ code, message, at }) => [code, message, at.file.path, at.start, at.end]),
		slices: unit.mainSlices.map((slice) => [
			slice.tokens.map((token) => {
				const at = tokenRange(token, main);
				return `${token.text} ${at?.start}-${at?.end}${token.space ? ' ' : ''}`;
			}),
			slice.names,
			slice.tags,
			slice.preserveAccessIndex,
			slice.spoiledFrom?.(),
			flat(slice.parse()),
		]),
	};
}

describe('a main file in pieces', () => {
	const folder = join(repositoryRoot(), 'test', 'fixtures');
	const paths = readdirSync(folder)
		.filter((file) => file.endsWith('.bpf.c'))
		.map((file) => join(folder, file));
	const originals = new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));
	originals.set('/generated/large.bpf.c', largeFile(4, 400));
	originals.set(
		'/generated/directives.bpf.c',
		[...originals.values()]
			.slice(0, 4)
			.map(
				(text, index) =>
					`#define N${index} __COUNTER__\n${text}\n#pragma clang attribute push (x)\nint line${index} = __LINE__ + N${index};\n`,
			)
			.join('#undef N1\n#if N2\n#else\nint before;\n#endif\n'),
	);
	const names = [...originals.keys()];

	it(`reads after each of ${EDITS} edits as a fresh one`, async function () {
		this.timeout(0);
		const seed = Number(process.env.BPFLS_SEED ?? 11);
		const chance = reproducibleChance(seed);
		const parser = await createParser();
		const warm = new SyntaxEngine({ parser });
		let path = names[0]!;
		let text = '';
		let before = '';
		for (let count = 0; count < EDITS; count++) {
			if (count % EDITS_PER_FILE === 0) {
				path = names[chance(names.length)]!;
				text = originals.get(path)!;
				seen(warm.unit(path, text, OPTIONS));
			}
			const edit = mutate(text, chance, originals.get(names[chance(names.length)]!)!);
			const next = chance(TAKEN_BACK) === 0 ? before : edited(text, edit);
			[before, text] = [text, next];
			const said = `seed ${seed}, edit ${count} of ${path}: ${JSON.stringify(edit)}`;
			assert.deepEqual(seen(warm.unit(path, text, OPTIONS)), seen(new SyntaxEngine({ parser }).unit(path, text, OPTIONS)), said);
		}
	});

	it('keeps what an edit leaves as it was', async () => {
		const engine = new SyntaxEngine({ parser: await createParser() });
		const text = largeFile(6, 0);
		const path = '/generated/large.bpf.c';
		const unit = (of: string) => engine.unit(path, of, OPTIONS).mainSlices;
		const first = unit(text);
		for (const slice of first) slice.parse();
		const edit = text.indexOf('int weight = 0;', text.indexOf('weigh_3('));
		for (const typed of ['x', '\n', '{', '(', '"']) {
			const now = new Set(unit(text.slice(0, edit) + typed + text.slice(edit)));
			const gone = first.filter((slice) => !now.has(slice)).flatMap(({ names }) => names);
			assert.deepEqual(gone, ['weigh_3'], JSON.stringify(typed));
			assert.deepEqual(unit(text), first, 'taken back');
		}
	});
});
