// The layers of the architecture, held by reading every import: each layer knows only those below it.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { packageRoot } from '../../server/src/report/package-files.js';

const SOURCE = join(packageRoot(), 'server', 'src');

/** What each folder may import besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
	syntax: [],
	kernel: ['syntax'],
	btf: ['syntax', 'kernel'],
	program: ['syntax', 'kernel', 'btf'],
	flow: ['syntax', 'kernel', 'btf', 'program'],
	verifier: ['syntax', 'kernel', 'btf', 'program', 'flow'],
	rules: ['syntax', 'kernel', 'btf', 'program', 'flow', 'verifier'],
	report: ['rules'],
	ide: ['syntax', 'kernel', 'btf', 'program', 'flow', 'verifier', 'rules'],
	lsp: ['kernel', 'rules', 'report', 'ide', 'options.ts', 'tuning.ts'],
	cli: ['kernel', 'rules', 'report', 'options.ts', 'tuning.ts'],
	'options.ts': ['kernel'],
	'tuning.ts': [],
	'server.ts': ['tuning.ts', 'lsp'],
	'cli.ts': ['tuning.ts', 'cli', 'lsp', 'rules', 'report'],
};

/** Packages, and who alone may import them. Everything else of the server is Node's own. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
	'vscode-languageserver': ['lsp', 'server.ts'],
	'vscode-languageserver-textdocument': ['lsp'],
	'tree-sitter': ['syntax'],
	'tree-sitter-c': ['syntax'],
	'web-tree-sitter': ['syntax'],
};

interface Import {
	readonly file: string;
	readonly layer: string;
	readonly specifier: string;
}

function sources(folder: string): string[] {
	return readdirSync(folder, { recursive: true })
		.map(String)
		.filter((name) => name.endsWith('.ts'))
		.map((name) => join(folder, name));
}

function layerOf(path: string): string {
	return relative(SOURCE, path).split(sep)[0]!;
}

function imports(): Import[] {
	return sources(SOURCE).flatMap((path) => {
		const text = readFileSync(path, 'utf8');
		const specifiers = [...text.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\(|\brequire\.resolve\()\s*['"]([^'"\n]+)['"]/g)];
		return specifiers.map((match) => ({ file: relative(SOURCE, path), layer: layerOf(path), specifier: match[1]! }));
	});
}

describe('the architecture', () => {
	it('has imports at all (or the other tests hold nothing)', () => {
		assert.ok(imports().length > 100);
	});

	it('lets each layer know only those below it', () => {
		const wrong = imports()
			.filter(({ specifier }) => specifier.startsWith('.'))
			.filter(({ file, layer, specifier }) => {
				const target = layerOf(join(SOURCE, dirname(file), specifier).replace(/\.js$/, '.ts'));
				return target !== layer && !MAY_IMPORT[layer]?.includes(target);
			});
		assert.deepEqual(wrong, []);
	});

	it('keeps the protocol in lsp/ and tree-sitter in syntax/', () => {
		const wrong = imports().filter(({ layer, specifier }) => {
			if (specifier.startsWith('.') || specifier.startsWith('node:')) return false;
			const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0]!;
			return !PACKAGES[name]?.includes(layer);
		});
		assert.deepEqual(wrong, []);
	});

	it('has no file over 30 KB', () => {
		const root = packageRoot();
		const large = ['server', 'client', 'test']
			.flatMap((folder) => sources(join(root, folder)))
			.filter((path) => statSync(path).size > 30 * 1024)
			.map((path) => relative(root, path));
		assert.deepEqual(large, []);
	});
});
