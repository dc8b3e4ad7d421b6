// What lives as long as the connection: the documents, their settings, the analysis and its results by version.
import { dirname, sep } from 'node:path';
import { type Connection, MessageType, ShowMessageNotification, TextDocuments } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Sources } from '../report/sources.js';
import type { Checker, CheckOptions, View } from '../rules/checker.js';
import type { FileResult } from '../rules/finding.js';
import type { Insight, ProgramChoice } from '../rules/insight.js';
import { tuneForTyping } from '../tuning.js';
import { ClangdWatch } from './beside-clangd.js';
import { isCheckedText } from './bpf-text.js';
import type { ClientAbilities } from './client-abilities.js';
import { pathOf } from './from-protocol.js';
import { IncludeMemory } from './half-typed-includes.js';
import { inTurns } from './in-turns.js';
import { checkOptions, type EditorSettings, editorSettings, SETTINGS_SECTION } from './settings.js';
import { CHECKED_DOCUMENTS } from './text-documents.js';
import type { Checked } from './to-protocol.js';
import { RepairWarmer } from './warm-repairs.js';

/** A client that announces settings and never answers must not hold the analysis back for longer than this, in milliseconds. */
const SETTINGS_PATIENCE = 2000;

/** A document's result and all that converting it takes. */
export interface Analysis extends Checked {
	readonly result: FileResult;
	readonly options: CheckOptions;
	/** What the analysis took, in milliseconds. */
	readonly milliseconds: number;
	/** Names this result among all of the session: a pulled report is unchanged while this is. */
	readonly id: string;
}

export class Session {
	readonly documents = new TextDocuments(CHECKED_DOCUMENTS);
	abilities!: ClientAbilities;
	clangd = new ClangdWatch(null);
	/** Workspace folders as paths; the innermost that holds a document is what its relative paths mean. */
	folders: string[] = [];
	/** Settings that a client sent of itself, for one that cannot be asked. */
	pushedSettings: unknown;

	readonly #settings = new Map<string, Promise<{ readonly check: CheckOptions; readonly editor: EditorSettings }>>();
	readonly #analyses = new Map<string, Analysis>();
	readonly #running = new Map<string, Promise<Analysis>>();
	/** The last question of each document that waits for its insight. */
	readonly #insights = new Map<string, Promise<unknown>>();
	readonly #repairs = new RepairWarmer();
	readonly #includes = new IncludeMemory();
	/** What each folder's programs were last checked for; it stays so where new settings name what cannot be used. */
	readonly #targets = new Map<string, string>();
	readonly #complaints = new Set<string>();
	/** Grows whenever something other than a document's own text may change its result: settings, headers. */
	#epoch = 0;
	#checker: Promise<Checker> | undefined;

	constructor(
		readonly connection: Connection,
		private readonly createChecker: () => Promise<Checker>,
	) {}

	get epoch(): number {
		return this.#epoch;
	}

	/** The analysis, made on first use and kept. */
	checker(): Promise<Checker> {
		this.#checker ??= this.createChecker();
		return this.#checker;
	}

	/** Is it a document to check: C, and of BPF or of kfuncs? A client that names no language (an editor without file types) is judged by the file's name. */
	isChecked(document: TextDocument): boolean {
		const path = pathOf(document.uri);
		const isC = document.languageId === 'c' || (!document.languageId && path.endsWith('.c'));
		return isC && isCheckedText(path, document.getText());
	}

	/**
	 * The result for the document as it is now, from the cache where neither it nor what it depends on has changed. Who asks while the analysis is under way
	 * gets its result as well; a run that an edit has overtaken is given up.
	 */
	analysis(document: TextDocument): Promise<Analysis> {
		const running = this.#running.get(document.uri);
		if (running) return running;
		const run = this.analyse(document).finally(() => this.#running.delete(document.uri));
		this.#running.set(document.uri, run);
		return run;
	}

	private async analyse(document: TextDocument): Promise<Analysis> {
		const checker = await this.checker();
		for (;;) {
			const options = await this.settings(document.uri);
			// Each wait may have let an edit in: what counts is the text now.
			const current = this.documents.get(document.uri) ?? document;
			const id = `${this.#epoch}.${current.version}`;
			const cached = this.#analyses.get(current.uri);
			if (cached?.id === id) return cached;
			const path = pathOf(current.uri);
			const text = current.getText();
			const isOvertaken = () => {
				const now = this.documents.get(document.uri);
				return now !== undefined && `${this.#epoch}.${now.version}` !== id;
			};
			const done = await inTurns(checker.checkStepwise(path, text, options), isOvertaken);
			if (!done) continue;
			const { result, milliseconds } = done;
			tuneForTyping();
			const sources = new Sources((other) => this.openText(other) ?? readOrUndefined(other));
			// The document object changes in place with the next edit; positions must be those of the text that was checked.
			const frozen = TextDocument.create(current.uri, current.languageId, current.version, text);
			const analysis: Analysis = { result, options, milliseconds, id, document: frozen, path, sources, abilities: this.abilities };
			if (this.documents.get(current.uri)) {
				this.#analyses.set(current.uri, analysis);
				this.#repairs.start(current.uri, result.findings);
			}
			return analysis;
		}
	}

	/** The document's names and types as it is now; nothing is verified for it. Undefined where a defect of ours stops it. */
	async view(document: TextDocument): Promise<View | undefined> {
		const checker = await this.checker();
		for (;;) {
			const options = await this.settings(document.uri);
			const { version } = document;
			const work = checker.viewStepwise(pathOf(document.uri), document.getText(), options);
			const done = await inTurns(work, () => document.version !== version);
			if (done) return done.result;
		}
	}

	/**
	 * What the analysis saw of the programs of a text, with all that there is to see of those that `which` names; with that analysis. One question of a document waits for
	 * the other, since most need the same. The insight is undefined where a defect of ours stops it, or an edit has overtaken the question.
	 */
	async insight(
		document: TextDocument,
		which: ProgramChoice,
	): Promise<{ readonly analysis: Analysis; readonly insight: Insight | undefined }> {
		const analysis = await this.analysis(document);
		const checker = await this.checker();
		const { version } = analysis.document;
		const look = async (): Promise<Insight | undefined> => {
			const work = checker.insight(analysis.path, analysis.document.getText(), analysis.options, which);
			return (await inTurns(work, () => document.version !== version))?.result;
		};
		const turn = (this.#insights.get(document.uri) ?? Promise.resolve()).then(look, look);
		this.#insights.set(document.uri, turn);
		const insight = await turn.finally(() => {
			if (this.#insights.get(document.uri) === turn) this.#insights.delete(document.uri);
		});
		return { analysis, insight };
	}

	/** What converting ranges of a document to the protocol takes. */
	checked(document: TextDocument): Checked {
		const sources = new Sources((other) => this.openText(other) ?? readOrUndefined(other));
		return { document, path: pathOf(document.uri), sources, abilities: this.abilities };
	}

	/** The text of an open document by its path. */
	openText(path: string): string | undefined {
		return this.documents
			.all()
			.find((document) => pathOf(document.uri) === path)
			?.getText();
	}

	/** A document's options by its folder's settings. Never rejects. */
	async settings(uri: string): Promise<CheckOptions> {
		const { check } = await this.allSettings(uri);
		const document = this.documents.get(uri);
		const standIns = document ? this.#includes.standIns(uri, document.getText()) : [];
		return standIns.length > 0 ? { ...check, standIns } : check;
	}

	/** What is shown in a document's editor, by its folder's settings. Never rejects. */
	async editorSettings(uri: string): Promise<EditorSettings> {
		return (await this.allSettings(uri)).editor;
	}

	private allSettings(uri: string) {
		let settings = this.#settings.get(uri);
		if (!settings) {
			settings = this.fetchSettings(uri);
			this.#settings.set(uri, settings);
		}
		return settings;
	}

	private async fetchSettings(uri: string): Promise<{ readonly check: CheckOptions; readonly editor: EditorSettings }> {
		let raw: unknown;
		if (this.abilities.configuration) {
			try {
				raw = await withPatience(this.connection.workspace.getConfiguration({ scopeUri: uri, section: SETTINGS_SECTION }));
			} catch (error) {
				this.connection.console.warn(`no settings from the client, defaults serve: ${(error as Error).message}`);
			}
		}
		// Some clients answer with nothing in it what they told at the start.
		const given = { ...objectOf(this.pushedSettings), ...objectOf(raw) };
		const folder = this.folderOf(uri);
		const complain = (message: string) => this.complain(message);
		const check = checkOptions(given, folder, complain, this.#targets.get(folder));
		this.#targets.set(folder, check.kernel);
		return { check, editor: editorSettings(given, complain) };
	}

	/** Says what is wrong with the settings: once for all documents, until they change. */
	private complain(message: string): void {
		if (this.#complaints.has(message)) return;
		this.#complaints.add(message);
		this.connection.console.warn(message);
		void this.connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Warning, message });
	}

	private folderOf(uri: string): string {
		const path = pathOf(uri);
		const holding = this.folders
			.filter((folder) => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep))
			.sort((a, b) => b.length - a.length);
		return holding[0] ?? dirname(path);
	}

	/** Everything that was computed may be wrong by now: settings or files on disk changed. */
	invalidate(what: 'settings' | 'files'): void {
		this.#epoch++;
		this.#analyses.clear();
		if (what !== 'settings') return;
		this.#settings.clear();
		this.#complaints.clear();
	}

	forget(uri: string): void {
		this.#settings.delete(uri);
		this.#analyses.delete(uri);
		this.#repairs.forget(uri);
		this.#includes.forget(uri);
	}
}

function objectOf(value: unknown): object {
	return typeof value === 'object' && value !== null ? value : {};
}

function readOrUndefined(path: string): string | undefined {
	return new Sources().read(path);
}

async function withPatience<T>(promise: Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error('no answer')), SETTINGS_PATIENCE);
	});
	try {
		return await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer);
	}
}
