// The TextMate injection, by the engine that VS Code uses, on top of its grammar of C: every line's tokens against the snapshots beside.
// BPFLS_UPDATE_FIXTURES=1 writes them anew.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { type IGrammar, INITIAL, parseRawGrammar, Registry } from 'vscode-textmate';
import { loadCatalog, shippedReleases } from '../../server/src/kernel/load.js';
import { repositoryRoot } from '../support/root.js';

const ROOT = repositoryRoot();
const SNAPSHOTS = join(ROOT, 'test', 'grammar', 'snapshots');
const INJECTION = join(ROOT, 'grammars', 'bpf.injection.json');

/** C with the injection, as the manifest contributes it. */
async function loadGrammar(): Promise<IGrammar> {
	const wasm = readFileSync(join(ROOT, 'node_modules', 'vscode-oniguruma', 'release', 'onig.wasm'));
	await loadWASM({ data: wasm });
	const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
	const contributed: { scopeName: string; path: string; injectTo: string[] }[] = manifest.contributes.grammars;
	const files = new Map([
		['source.c', join(ROOT, 'node_modules', 'tm-grammars', 'grammars', 'c.json')],
		...contributed.map(({ scopeName, path }) => [scopeName, join(ROOT, path)] as const),
	]);
	const registry = new Registry({
		onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
		loadGrammar: async (scope) => {
			const file = files.get(scope);
			return file === undefined ? null : parseRawGrammar(readFileSync(file, 'utf8'), file);
		},
		getInjections: (scope) => contributed.filter(({ injectTo }) => injectTo.includes(scope)).map(({ scopeName }) => scopeName),
	});
	const grammar = await registry.loadGrammar('source.c');
	assert.ok(grammar);
	return grammar;
}

/** Each line, and below it its tokens with their scopes; `source.c` itself is left out. */
function tokenized(grammar: IGrammar, text: string): string {
	const out: string[] = [];
	let state = INITIAL;
	for (const line of text.split('\n')) {
		out.push(`> ${line}`.trimEnd());
		const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
		state = ruleStack;
		for (const { startIndex, endIndex, scopes } of tokens) {
			const word = line.slice(startIndex, endIndex);
			if (word.trim() !== '' && scopes.length > 1) out.push(`  ${word}: ${scopes.slice(1).join(' ')}`);
		}
	}
	return `${out.join('\n')}\n`;
}

describe('the grammar', () => {
	let grammar: IGrammar;
	before(async () => {
		grammar = await loadGrammar();
	});

	for (const name of readdirSync(SNAPSHOTS).filter((file) => file.endsWith('.c')))
		it(`tokenizes ${name} as its snapshot says`, () => {
			const actual = tokenized(grammar, readFileSync(join(SNAPSHOTS, name), 'utf8'));
			const snapshot = join(SNAPSHOTS, `${name}.tokens`);
			if (process.env.BPFLS_UPDATE_FIXTURES) writeFileSync(snapshot, actual);
			assert.ok(existsSync(snapshot), 'a snapshot is there: BPFLS_UPDATE_FIXTURES=1 writes it');
			assert.equal(actual, readFileSync(snapshot, 'utf8'));
		});

	const scopesOf = (line: string, word: string): string[] => {
		const { tokens } = grammar.tokenizeLine(line, INITIAL);
		const at = line.indexOf(word);
		return tokens.find(({ startIndex, endIndex }) => startIndex <= at && at < endIndex)?.scopes ?? [];
	};

	it('knows every kfunc and helper of every release, and nothing that only begins or ends like one', () => {
		for (const release of shippedReleases()) {
			const catalog = loadCatalog(release);
			const kfuncs = [...catalog.kfuncs()].map(({ name }) => [name, 'support.function.kfunc.bpf'] as const);
			const isKfunc = new Set(kfuncs.map(([name]) => name));
			const helpers = [...catalog.helpers()].flatMap(({ name }) =>
				isKfunc.has(name) ? [] : [[name, 'support.function.helper.bpf'] as const],
			);
			for (const [name, scope] of [...kfuncs, ...helpers]) {
				assert.ok(
					scopesOf(`\t${name}(x);`, name).some((each) => each === scope || each === 'support.function.kfunc.bpf'),
					`${name} of ${release}`,
				);
				for (const other of [`${name}_`, `x${name}`])
					assert.ok(
						!scopesOf(`\t${other}(x);`, other).some((each) => each.endsWith('.kfunc.bpf') || each.endsWith('.helper.bpf')) ||
							isShipped(other),
						other,
					);
			}
		}
	});

	const all = new Set(
		shippedReleases().flatMap((release) => [...loadCatalog(release).kfuncs(), ...loadCatalog(release).helpers()].map(({ name }) => name)),
	);
	const isShipped = (name: string): boolean => all.has(name);

	it('is what its generator writes', async () => {
		const { grammarText } = await import(pathToFileURL(join(ROOT, 'scripts', 'grammar.mjs')).href);
		assert.ok(readFileSync(INJECTION, 'utf8') === grammarText(), 'npm run generate writes it anew: the catalogs name other functions now');
	});
});
