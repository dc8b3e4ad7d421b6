// The state behind the includes that a file begins with. Programs of one folder mostly begin alike, and what their first headers give is the same
// for all of them: it is read, sliced and indexed once, and what later layers make of it hangs on it.
import path from 'node:path';
import type { Declared } from './declaration-scanner.js';
import { type FileCache, FileLog, type FileProvider } from './files.js';
import type { HeaderEffects } from './header-effects.js';
import type { Macro } from './macro.js';
import type { MainText } from './main-text.js';
import { Preprocessor, type PreprocessorOptions, type PreprocessorState } from './preprocessor.js';
import { Slicer } from './slicer.js';
import type { SourceFile } from './token.js';
import { type UnitHost, UnitIndex } from './unit-index.js';

/**
 * Steps that are kept, all chains together. The kernel's selftests make 700 of them, an editor a few dozen. Beyond it all are forgotten, as if
 * nothing had been read before.
 */
const STEP_LIMIT = 1000;

/** One run of the preprocessor over a main file. */
export interface Run {
	readonly main: MainText;
	readonly settings: PreprocessorOptions;
	readonly provider: FileProvider;
	/** Where it is kept what headers do under these settings; absent where nothing is. */
	readonly effects: HeaderEffects | undefined;
	/** What slices ask, given how names are declared. */
	hosted(kind: (name: string) => Declared | undefined): UnitHost;
}

/** What stands behind a run of leading includes. It does not depend on the main file that was read first. */
export interface IncludeStep {
	readonly state: PreprocessorState;
	readonly attributePushes: readonly boolean[];
	readonly index: UnitIndex;
}

interface Link {
	readonly log: FileLog;
	/** Undefined where the include leaves something open, or says something of the main file. */
	readonly step: IncludeStep | undefined;
	readonly next: Map<string, Link>;
}

/** Where a unit goes on from. */
export interface SharedStart {
	/** Undefined where nothing is shared: the unit begins with the forced includes. */
	readonly step: IncludeStep | undefined;
	/** The first chunk of the main file that was not passed. */
	readonly chunk: number;
}

/** Stands for the main file in what many main files share. */
const ANY_MAIN: SourceFile = { path: '<main>', text: '' };

/** The chains of one engine. */
export class IncludeChains {
	private readonly roots = new Map<string, Link>();
	private count = 0;

	constructor(private readonly files: FileCache) {}

	/**
	 * The state behind as many leading includes of the main file as share one, read now where no file has begun so before. `initial` are the macros before
	 * the first line. Runs of one `key` have the same settings and macros; without a key nothing is shared.
	 */
	follow(run: Run, initial: ReadonlyMap<string, Macro>, key: string | undefined): SharedStart {
		if (key === undefined) return { step: undefined, chunk: 0 };
		if (this.count >= STEP_LIMIT) this.clear();
		const { main } = run;
		let links = this.roots;
		let name = `${folderOf(main.source.path)}\n${key}`;
		let step: IncludeStep | undefined;
		for (let chunk = 0; ; chunk++) {
			const link = this.link(links, name, run, () => this.read(run, initial, step, chunk));
			if (!link.step) return { step, chunk: Math.max(0, chunk - 1) };
			({ step } = link);
			links = link.next;
			while (main.chunks[chunk]?.kind === 'text' && main.tokensOf(chunk).length === 0) chunk++;
			const include = main.chunks[chunk];
			if (include?.kind !== 'directive' || include.name !== 'include') return { step, chunk };
			// A complaint of the lexer belongs to this main file.
			if (main.tokensOf(chunk).length === 0 || main.problems.length > 0) return { step, chunk };
			name = include.source.text.slice(include.start, include.end).trim();
		}
	}

	/** Forgets all steps. */
	clear(): void {
		this.roots.clear();
		this.count = 0;
	}

	/** The link of this name, made anew where a file that it looked at changed. */
	private link(links: Map<string, Link>, name: string, run: Run, make: () => Link): Link {
		let link = links.get(name);
		if (!link?.log.fresh(run.provider)) {
			link = make();
			links.set(name, link);
			this.count++;
		}
		return link;
	}

	/** Reads the chunk before `chunk`, an include; without a step before, what comes before the file's first line. */
	private read(run: Run, initial: ReadonlyMap<string, Macro>, before: IncludeStep | undefined, chunk: number): Link {
		const { main, settings, provider } = run;
		const log = new FileLog(provider, this.files);
		const slicer = new Slicer(main.source, before?.attributePushes);
		const from = before && { ...before.state, chunk: chunk - 1 };
		const preprocessor = new Preprocessor(from?.macros ?? initial, main, settings, log, slicer, from, undefined, run.effects);
		preprocessor.run(chunk);
		const open = !slicer.idle || !preprocessor.settled;
		const mentionsMain = preprocessor.namedMain || preprocessor.problems.some(({ at }) => main.source.offsetOf(at.file) !== undefined);
		if (open || mentionsMain) return { log, step: undefined, next: new Map() };
		const state = preprocessor.state(chunk);
		// Many headers declare nothing: what stands behind them is what stood before.
		const same = slicer.groups.length === 0 ? before?.index : undefined;
		const index = same ?? new UnitIndex(slicer.groups, before?.index, (kind) => run.hosted(kind), undefined);
		const files = state.files.filter((file) => file !== main.source);
		const step: IncludeStep = { state: { ...state, main: ANY_MAIN, files }, attributePushes: slicer.openPushes, index };
		return { log, step, next: new Map() };
	}
}

/** Where quoted includes of the file are looked for first. */
function folderOf(file: string): string {
	return file.startsWith('<') ? file : path.dirname(file);
}
