// One life of a server under fuzzing: documents that are edited and asked about, hostile ones, and messages that are no good.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { garbage } from './garbage.js';
import { hostile } from './hostile.js';
import { type Chance, mutate } from './mutate.js';
import { Failure, type Message, ServerProcess } from './server-process.js';
import type { Subjects } from './subjects.js';

/** A round that takes more of the processor than this is slow; where the system does not tell processor time, of time. In milliseconds. */
export const SLOW_ROUND = 1000;
/** A server that works so long without a sign of life hangs: nothing else that is asked is answered meanwhile. In milliseconds of its main thread. */
export const SILENCE_LIMIT = 1000;
/** A round that takes more than this has no end, whatever machine it runs on, in milliseconds. */
export const ROUND_LIMIT = 10_000;
/** After this long without an answer the server hangs, however busy the machine is. In milliseconds. */
const PATIENCE = 60_000;
/** A server that holds more than this does not let go of what it no longer needs. In bytes. */
const MEMORY_LIMIT = 800e6;
/** Documents open at once. */
const OPEN = 4;
/** After about so many edits, an edited text becomes what it was: far from real text there is little to find. */
const EDITS_TO_RESTORE = 12;
const PROBLEM_OF_OURS = 'internal-error';

interface Open {
	readonly uri: string;
	readonly original: string;
	document: TextDocument;
}

/** What a round was about, to make it happen again. */
export interface Story {
	kind: string;
	/** The document's text, or the messages that were sent. */
	main: string;
	headers: ReadonlyMap<string, string>;
	/** What was asked of it. */
	asked: { method: string; params: object }[];
}

export class Session {
	readonly server: ServerProcess;
	readonly #open: Open[] = [];
	readonly #folder: string;
	#version = 1;
	#count = 0;
	#settings: object = {};
	/** Have settings been sent that are no good? They hold until the next garbage. */
	#unsettled = false;
	/** Files of the last hostile text. */
	#written: readonly string[] = [];
	story: Story = { kind: 'start', main: '', headers: new Map(), asked: [] };

	constructor(
		script: string,
		private readonly chance: Chance,
		private readonly subjects: Subjects,
		folder: string,
		private readonly roundLimit: number,
	) {
		this.server = new ServerProcess(script);
		this.#folder = folder;
		this.server.onNotification = (message) => this.#judgePush(message);
	}

	#pushed: Failure | undefined;

	/** Starts the server and lets it read what every text needs. */
	async start(): Promise<void> {
		const { server, chance } = this;
		mkdirSync(this.#folder, { recursive: true });
		const textDocument = {
			...(chance(2) === 0 && { diagnostic: {} }),
			publishDiagnostics: { relatedInformation: chance(2) === 0 },
			codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source.fixAll'] } } },
			inlayHint: {},
			documentSymbol: { hierarchicalDocumentSymbolSupport: chance(2) === 0 },
			completion: { completionItem: { snippetSupport: true } },
		};
		const inlayHints = { acquire: true, return: true, trust: true, readSection: true };
		const { lab } = this.subjects;
		this.#settings = {
			kernel: ['6.12', '6.1', '7.2', '6.6..7.2'][chance(4)],
			...(lab && { includePaths: lab.includePaths, defines: lab.defines }),
			inlayHints,
			besideClangd: 'no',
		};
		server.ask('initialize', {
			processId: null,
			rootUri: null,
			capabilities: { textDocument },
			initializationOptions: { settings: this.#settings },
		});
		await server.settle(PATIENCE);
		server.notify('initialized', {});
		this.#change();
		server.ask('textDocument/diagnostic', { textDocument: { uri: this.#open[0]!.uri } });
		await server.settle(PATIENCE);
	}

	/** One round. Gives what it took in milliseconds; throws a Failure. */
	async round(): Promise<number> {
		const { server, chance } = this;
		server.forgetAnswers();
		const began = server.worked();
		const what = chance(20);
		let looked: Open | undefined;
		if (what < 14) looked = this.#change();
		else if (what < 17) looked = this.#hostile();
		else this.#garbage();
		const diagnostics = looked && server.ask('textDocument/diagnostic', { textDocument: { uri: looked.uri } });
		if (looked) for (let count = chance(4); count > 0; count--) this.#ask(looked);
		await server.settle(PATIENCE);
		if (looked && what >= 14) server.notify('textDocument/didClose', { textDocument: { uri: looked.uri } });
		if (diagnostics !== undefined) this.#judge(server.answer(diagnostics));
		if (this.#pushed) throw this.#pushed;
		const bytes = server.residentBytes();
		if (bytes !== undefined && bytes > MEMORY_LIMIT) throw new Failure('memory', `the server holds ${Math.round(bytes / 1e6)} MB`);
		if (server.silence > SILENCE_LIMIT) throw new Failure('hang', `no sign of life in ${Math.round(server.silence)} ms of the processor`);
		const took = server.worked() - began;
		if (took > this.roundLimit) throw new Failure('slow', `the round took ${Math.round(took)} ms`);
		return took;
	}

	/** A document is opened, closed or edited. */
	#change(): Open {
		const { server, chance } = this;
		const path = this.subjects.paths[chance(this.subjects.paths.length)]!;
		if (this.#open.length === 0 || chance(25) === 0) {
			if (this.#open.length >= OPEN) {
				const [gone] = this.#open.splice(chance(OPEN), 1);
				server.notify('textDocument/didClose', { textDocument: { uri: gone!.uri } });
			}
			const uri = `${pathToFileURL(path).href}.${++this.#count}.bpf.c`;
			const text = this.subjects.text(path);
			const opened = { uri, original: text, document: TextDocument.create(uri, 'c', 1, text) };
			this.#open.push(opened);
			server.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version: 1, text } });
			this.story = { kind: 'open', main: text, headers: new Map(), asked: [] };
			return opened;
		}
		const one = this.#open[chance(this.#open.length)]!;
		const { document } = one;
		const text = document.getText();
		const { start, end, text: by } = mutate(text, chance, this.subjects.text(path));
		const change =
			chance(EDITS_TO_RESTORE) === 0
				? { text: one.original }
				: { range: { start: document.positionAt(start), end: document.positionAt(end) }, text: by };
		// A lone surrogate does not survive the way to the server: what arrives is what counts.
		const arriving = JSON.parse(Buffer.from(JSON.stringify(change)).toString()) as typeof change;
		one.document = TextDocument.update(document, [arriving], ++this.#version);
		server.notify('textDocument/didChange', { textDocument: { uri: one.uri, version: this.#version }, contentChanges: [change] });
		this.story = { kind: 'edit', main: one.document.getText(), headers: new Map(), asked: [] };
		return one;
	}

	#hostile(): Open {
		const { kind, main, headers } = hostile(this.chance);
		for (const name of this.#written) rmSync(join(this.#folder, name), { force: true });
		this.#written = ['main.bpf.c', ...headers.keys()];
		for (const [name, text] of headers) writeFileSync(join(this.#folder, name), text);
		const path = join(this.#folder, 'main.bpf.c');
		writeFileSync(path, main);
		const uri = pathToFileURL(path).href;
		this.server.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version: 1, text: main } });
		this.story = { kind, main, headers, asked: [] };
		return { uri, original: main, document: TextDocument.create(uri, 'c', 1, main) };
	}

	#garbage(): void {
		const uris = [...this.#open.map(({ uri }) => uri), 'file:///no/where.bpf.c', 'untitled:One', 'not a uri', ''];
		if (this.#unsettled) this.server.notify('workspace/didChangeConfiguration', { settings: { bpfls: this.#settings } });
		const sent = garbage(this.server, this.chance, uris);
		this.#unsettled = sent.includes('workspace/didChangeConfiguration');
		this.story = { kind: 'garbage', main: sent, headers: new Map(), asked: [] };
		// A full text brings both sides together again, whatever the server made of the changes.
		for (const one of this.#open) {
			const text = one.document.getText();
			this.server.notify('textDocument/didChange', {
				textDocument: { uri: one.uri, version: ++this.#version },
				contentChanges: [{ text }],
			});
		}
	}

	/** A question about a place of a document. */
	#ask({ uri, document }: Open): void {
		const { chance } = this;
		const length = document.getText().length + 1;
		const place = () => document.positionAt(chance(length));
		const [method, more] = QUESTIONS[chance(QUESTIONS.length)]!;
		const params = { textDocument: { uri }, ...more(place) };
		this.story.asked.push({ method, params });
		const id = this.server.ask(method, params);
		if (chance(6) === 0) this.server.notify('$/cancelRequest', { id });
	}

	#judge(answer: Message | undefined): void {
		const items = (answer?.result as { items?: { code?: string; message: string }[] } | undefined)?.items;
		// An edit may have come between; that is told by its code.
		if (!items && !answer?.error) throw new Failure('answer', `no diagnostics: ${JSON.stringify(answer)}`);
		const defect = items?.find(({ code }) => code === PROBLEM_OF_OURS);
		if (defect) throw new Failure('logged', defect.message);
	}

	#judgePush({ method, params }: Message): void {
		if (method !== 'textDocument/publishDiagnostics') return;
		const { diagnostics } = params as { diagnostics: { code?: string; message: string }[] };
		const defect = diagnostics.find(({ code }) => code === PROBLEM_OF_OURS);
		if (defect) this.#pushed ??= new Failure('logged', defect.message);
	}

	/** Ends the server; throws a Failure where it does not end well. */
	async close(): Promise<void> {
		const status = await this.server.close(PATIENCE);
		rmSync(this.#folder, { recursive: true, force: true });
		if (status !== 0) throw new Failure('ended', `the server ended with status ${status ?? 'none: it was killed'}`);
	}

	/** Ends the server whatever it does. */
	async drop(): Promise<void> {
		await this.server.end(0);
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

type Place = () => { line: number; character: number };

/** Everything that is asked of a document, with what it takes beside the document. */
export const QUESTIONS: readonly (readonly [method: string, more: (place: Place) => object])[] = [
	...[
		...['hover', 'completion', 'signatureHelp', 'definition', 'documentHighlight', 'prepareCallHierarchy'].map(
			(name) => `textDocument/${name}`,
		),
		...['bpfls/path', 'bpfls/functionView'],
	].map((method) => [method, (place: Place) => ({ position: place() })] as const),
	['textDocument/references', (place) => ({ position: place(), context: { includeDeclaration: true } })],
	['textDocument/codeAction', (place) => ({ range: { start: place(), end: place() }, context: { diagnostics: [] } })],
	['textDocument/inlayHint', (place) => ({ range: { start: place(), end: place() } })],
	...['codeLens', 'documentSymbol', 'documentLink', 'semanticTokens/full'].map((name) => [`textDocument/${name}`, () => ({})] as const),
];
