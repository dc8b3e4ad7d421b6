// Requests of the language server, timed one by one on a document that is open and checked, at reproducible places.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { ClientCapabilities, Position, ServerCapabilities } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CheckOptions } from '../../server/src/rules/checker.js';
import { TestClient, USUAL } from '../lsp/client.js';
import { bodies } from './edits.js';
import { percentile, reproducibleChance } from './statistics.js';

/** A client that can show all that the server offers. */
const ABLE: ClientCapabilities = {
	...USUAL,
	textDocument: {
		...USUAL.textDocument,
		inlayHint: {},
		documentHighlight: {},
		codeLens: {},
		completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
		signatureHelp: {},
		documentSymbol: { hierarchicalDocumentSymbolSupport: true },
	},
};
const SEED = 5;
/** Every this many requests, the text changes: what is asked next, the analysis has to see anew. */
const REQUESTS_PER_EDIT = 10;
/** Requests that are not counted. */
const WARMING = 20;

interface Asked {
	readonly method: string;
	/** The server offers it. */
	readonly offered: (capabilities: ServerCapabilities) => unknown;
	/** Asked at findings, of a text that has some. */
	readonly atFindings?: true;
	/** Each request follows an edit of a function that has a finding, as a person's do who mends it. */
	readonly whileMending?: true;
	/** Beside the document. */
	readonly params: (position: Position, end: Position) => object;
}
const at = (position: Position) => ({ position });
const REQUESTS: readonly Asked[] = [
	{ method: 'textDocument/hover', offered: (c) => c.hoverProvider, params: at },
	{ method: 'textDocument/documentHighlight', offered: (c) => c.documentHighlightProvider, params: at },
	{
		method: 'textDocument/inlayHint',
		offered: (c) => c.inlayHintProvider,
		params: (_, end) => ({ range: { start: { line: 0, character: 0 }, end } }),
	},
	{ method: 'textDocument/codeLens', offered: (c) => c.codeLensProvider, params: () => ({}) },
	{ method: 'bpfls/functionView', offered: (c) => c.codeLensProvider, params: at },
	{ method: 'bpfls/path', offered: (c) => c.codeLensProvider, atFindings: true, params: at },
	{
		method: 'textDocument/codeAction',
		offered: (c) => c.codeActionProvider,
		atFindings: true,
		params: (position) => ({ range: { start: position, end: position }, context: { diagnostics: [] } }),
	},
	{
		method: 'textDocument/codeAction',
		offered: (c) => c.codeActionProvider,
		atFindings: true,
		whileMending: true,
		params: (position) => ({ range: { start: position, end: position }, context: { diagnostics: [] } }),
	},
	{ method: 'textDocument/completion', offered: (c) => c.completionProvider, params: at },
	{ method: 'textDocument/signatureHelp', offered: (c) => c.signatureHelpProvider, params: at },
	{ method: 'textDocument/definition', offered: (c) => c.definitionProvider, params: at },
	{
		method: 'textDocument/references',
		offered: (c) => c.referencesProvider,
		params: (position) => ({ position, context: { includeDeclaration: true } }),
	},
	{ method: 'textDocument/documentSymbol', offered: (c) => c.documentSymbolProvider, params: () => ({}) },
	{ method: 'textDocument/documentLink', offered: (c) => c.documentLinkProvider, params: () => ({}) },
	{ method: 'textDocument/semanticTokens/full', offered: (c) => c.semanticTokensProvider, params: () => ({}) },
	{ method: 'textDocument/prepareCallHierarchy', offered: (c) => c.callHierarchyProvider, params: at },
];

export interface RequestTimes {
	readonly method: string;
	/** Milliseconds from asking to the answer. */
	readonly median: number;
	readonly p95: number;
	/** Answers that said something. */
	readonly answered: number;
	readonly asked: number;
}

/** Times `count` requests of each kind that the server offers, at words of its functions; every tenth follows an edit and its diagnostics, or each where it says so. */
export async function timeRequests(server: string, path: string, options: CheckOptions, count: number): Promise<RequestTimes[]> {
	const whole = readFileSync(path, 'utf8');
	const client = new TestClient(server);
	try {
		const { kernel, includePaths, defines } = options;
		const inlayHints = { acquire: true, return: true, trust: true, readSection: true };
		const settings = { kernel, includePaths, defines, inlayHints, besideClangd: 'no' };
		const { capabilities } = await client.initialize(ABLE, { initializationOptions: { settings, walkPath: true } });
		const offered = REQUESTS.filter((request) => request.offered(capabilities));
		// The same program with half of its releases gone: the text of a person who still writes it.
		let released = 0;
		const broken = whole.replace(/^[ \t]*\w+_release\(\w+\);$/gm, (statement) => (released++ % 2 === 0 ? '' : statement));
		const uri = pathToFileURL(path).href;
		const [atFindings, anywhere] = [true, false].map((which) => offered.filter((request) => (request.atFindings ?? false) === which));
		return [
			...(await timeOn(client, uri, whole, anywhere!, count)),
			...(await timeOn(client, `${uri}.broken.c`, broken, atFindings!, count)),
		];
	} finally {
		await client.close();
	}
}

async function timeOn(client: TestClient, uri: string, text: string, requests: readonly Asked[], count: number): Promise<RequestTimes[]> {
	const document = TextDocument.create(uri, 'c', 0, text);
	const inside = bodies(text);
	const words = inside.flatMap(({ start, end }) =>
		[...text.slice(start, end).matchAll(/[A-Za-z_]\w*/g)].map((match) => document.positionAt(start + match.index + 1)),
	);
	const statementsOf = (functions: typeof inside): Position[] =>
		functions.flatMap(({ start, end }) =>
			[...text.slice(start, end).matchAll(/;$/gm)].map((match) => document.positionAt(start + match.index + 1)),
		);
	const chance = reproducibleChance(SEED);
	await client.open(uri, text);
	const findings = (await client.diagnostics(uri, 1)).filter(({ severity }) => severity === 1).map(({ range }) => range.start);
	const mended = inside.filter(({ start, end }) => findings.some((at) => start <= document.offsetAt(at) && document.offsetAt(at) <= end));
	let version = 1;
	let added: Position | undefined;
	/** An empty statement comes behind another one, the one before goes again: two functions are other than they were. */
	const edit = async (statements: readonly Position[]) => {
		if (added) {
			const end = { line: added.line, character: added.character + 1 };
			await client.change(uri, ++version, { range: { start: added, end }, text: '' });
		}
		added = statements[chance(statements.length)]!;
		await client.change(uri, ++version, { range: { start: added, end: added }, text: ';' });
		await client.diagnostics(uri, version);
	};
	const results: RequestTimes[] = [];
	for (const { method, atFindings, whileMending, params } of requests) {
		const places = atFindings ? findings : words;
		if (places.length === 0) throw new Error(`nothing to ask ${method} at`);
		const statements = statementsOf(whileMending ? mended : inside);
		const times: number[] = [];
		let answered = 0;
		const ask = async () => {
			const began = performance.now();
			const answer = await client.request<unknown>(method, {
				textDocument: { uri },
				...params(places[chance(places.length)]!, document.positionAt(text.length)),
			});
			times.push(performance.now() - began);
			if (Array.isArray(answer) ? answer.length > 0 : answer !== null) answered++;
		};
		for (let i = 0; i < WARMING; i++) await ask();
		times.length = answered = 0;
		for (let i = 0; i < count; i++) {
			if (i % (whileMending ? 1 : REQUESTS_PER_EDIT) === 0) await edit(statements);
			await ask();
		}
		results.push({
			method: whileMending ? `${method} after each edit of a function that is being mended` : method,
			median: percentile(times, 0.5),
			p95: percentile(times, 0.95),
			answered,
			asked: count,
		});
	}
	return results;
}
