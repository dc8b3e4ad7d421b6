// The long-lived analysis behind report/, lsp/ and the command line: texts and options in, findings out.
import { resolve } from 'node:path';
import { KERNEL_BTF } from '../btf/btf-file.js';
import type { Catalog } from '../kernel/catalog.js';
import { type KernelSource, readKernelSource } from '../kernel/kernel-side/source.js';
import { Workspace } from '../kernel/with-workspace.js';
import { forgetScopes } from '../program/shared-scope.js';
import { buildUnit } from '../program/unit.js';
import { findCompileOptions } from '../syntax/compile-commands.js';
import { DiskFiles, type FileProvider, SteadyFiles, WatchedFiles } from '../syntax/files.js';
import { SyntaxEngine } from '../syntax/translation-unit.js';
import { createParser } from '../syntax/tree-sitter.js';
import type { Problem, Slice } from '../syntax/unit.js';
import { Graphs } from '../verifier/graphs.js';
import { BROKEN_TEXT } from '../verifier/machine.js';
import { type Observations, Observer } from '../verifier/observe.js';
import { atOnce } from '../verifier/steps.js';
import { dumpUnit, type ProgramReport, verifyStepwise } from '../verifier/verify.js';
import type { Violation } from '../verifier/violation.js';
import type { Checker, CheckOptions, StateAnswer, Stepwise, View } from './checker.js';
import { distinct, type PlacedViolation, toFinding } from './convert.js';
import type { FileResult, Finding, Fix, ProgramVerdict, TextProblem } from './finding.js';
import { applyEdits } from './fix/edits.js';
import { KeptRepairs } from './fix/kept-repairs.js';
import { Layout } from './fix/layout.js';
import { isHarmless, type Judged, type Judgement, proveFixes } from './fix/prove.js';
import { ProvenInSteps } from './fix/proving.js';
import { wrapSelection } from './fix/wrap-selection.js';
import { Insight, type ProgramChoice } from './insight.js';
import { checkKernelSource } from './kernel-side/check.js';
import { mergeReleases } from './merge-releases.js';
import { show } from './places.js';
import { ruleOf } from './registry.js';
import { Fingerprint } from './reuse.js';
import { stateAt } from './state-at.js';
import { suppress } from './suppressions.js';
import { targetCatalogs, targetTrouble } from './target.js';

export interface CreateCheckerOptions {
	/** Where files are read when no buffer is open; the disk unless told otherwise. */
	readonly files?: FileProvider;
	/** No file changes while the checker lives but for buffers: each is looked at once. For a command that ends. */
	readonly filesStay?: boolean;
	/** What a look at the disk found holds for a moment. For a server, which is asked with each keystroke. */
	readonly looksHold?: boolean;
}

/** Open buffers over the disk. */
class OverlayFiles implements FileProvider {
	private readonly overlays = new Map<string, { readonly text: string; readonly version: string }>();
	private next = 0;

	constructor(private readonly below: FileProvider) {}

	/** Buffers that are open. */
	get open(): number {
		return this.overlays.size;
	}
	set(path: string, text: string | undefined): void {
		if (text === undefined) this.overlays.delete(path);
		else if (this.overlays.get(path)?.text !== text) this.overlays.set(path, { text, version: `buffer:${++this.next}` });
		// A buffer that is named again has not changed: what did are files.
		else this.below.recheck?.();
	}
	read(path: string): string | undefined {
		return this.overlays.get(path)?.text ?? this.below.read(path);
	}
	version(path: string): string | undefined {
		const overlay = this.overlays.get(path);
		if (overlay) return overlay.version;
		// A provider below without versions is asked for its text; that is what a version stands for.
		return this.below.version ? this.below.version(path) : this.below.read(path);
	}
}

/** A text with its units, before any program is verified. */
interface Built extends View {
	readonly problems: readonly TextProblem[];
}

/** What an analysis leaves to the next ones. */
interface Past {
	readonly catalog: Catalog;
	readonly fingerprint: Fingerprint;
	readonly programs: readonly ProgramReport[];
	readonly violations: readonly Violation[];
	/** What was seen of programs, by name, as far as somebody asked. */
	readonly observed: Map<string, Observations>;
}

/** One text's analysis. */
interface Analysis extends Built, Past {
	readonly insight: Insight;
	/** That of the text before: what was typed is often taken back. */
	readonly before: Past | undefined;
}

/** One release that a text is checked for. */
interface Aim {
	readonly options: CheckOptions;
	/** The release's, with the kfuncs of open buffers over it. */
	readonly catalog: Catalog;
}

/** What a kept result was made of. */
interface Stamped {
	readonly text: string;
	readonly stamp: number;
}

/** Tokens that are parsed before others may come between: some milliseconds. */
const TOKENS_PER_STEP = 2000;

/** Analyses that are kept, for hovers right after a check: of a few files, or of one for the releases of a range. */
const KEPT_ANALYSES = 8;

/** After so many documents were closed, what the engine keeps is mostly of closed ones. The next check of one that is open costs as much as its first, once. */
const CLOSINGS_PER_SWEEP = 16;

class AnalysisChecker implements Checker {
	private readonly files: OverlayFiles;
	/** With `filesStay`. */
	private steady: SteadyFiles | undefined;
	private readonly workspace = new Workspace();
	private readonly kept = new Map<string, Stamped & { readonly analysis: Analysis }>();
	/** The last text that was looked at and not checked: what is asked between two keystrokes comes in bursts. */
	private viewed: (Stamped & { readonly key: string; readonly built: Built }) | undefined;
	private readonly keptRepairs = new KeptRepairs();
	private stamp = 0;
	private closings = 0;

	constructor(
		private readonly engine: SyntaxEngine,
		files: FileProvider,
		private readonly filesStay: boolean,
	) {
		this.files = new OverlayFiles(files);
	}

	check(path: string, text: string, options: CheckOptions): FileResult {
		return atOnce(this.checkStepwise(path, text, options));
	}

	*checkStepwise(path: string, text: string, options: CheckOptions): Stepwise<FileResult> {
		const file = resolve(path);
		try {
			const source = this.kernelSource(file, text);
			return source ? this.checkedSource(source, options) : yield* this.checked(file, text, options);
		} catch (error) {
			return { path: file, problems: [internalError(file, error)], programs: [], findings: [] };
		}
	}

	*refactorings(path: string, text: string, start: number, end: number, options: CheckOptions): Stepwise<readonly Fix[]> {
		const file = resolve(path);
		const found: Fix[] = [];
		try {
			if (this.kernelSource(file, text)) return found;
			const aim = this.newest(options);
			const analysis = yield* this.analyse(file, text, aim);
			const before = judgement(analysis);
			for (const { title, edits } of wrapSelection(start, end, before.context)) {
				yield;
				const changed = applyEdits(text, edits);
				if (changed === undefined) continue;
				const after = judgement(yield* verify(yield* this.build(file, changed, aim), withoutObservations(analysis), false));
				if (isHarmless(before, after)) found.push({ title, preferred: false, edits });
			}
		} catch {
			// What fails is not offered.
		}
		return found;
	}

	stateAt(path: string, text: string, offset: number, options: CheckOptions): StateAnswer | undefined {
		try {
			return stateAt(atOnce(this.analyse(resolve(path), text, this.newest(options))).insight, offset);
		} catch {
			return undefined;
		}
	}

	*insight(path: string, text: string, options: CheckOptions, which: ProgramChoice): Stepwise<Insight | undefined> {
		try {
			const { insight } = yield* this.analyse(resolve(path), text, this.newest(options));
			for (const program of which(insight)) yield* insight.observe(program);
			return insight;
		} catch {
			return undefined;
		}
	}

	view(path: string, text: string, options: CheckOptions): View | undefined {
		return atOnce(this.viewStepwise(path, text, options));
	}

	*viewStepwise(path: string, text: string, options: CheckOptions): Stepwise<View | undefined> {
		try {
			const aim = this.newest(options);
			const file = resolve(path);
			const key = analysisKey(file, aim);
			const current = (known: Stamped | undefined) => known?.text === text && known.stamp === this.stamp;
			const checked = this.kept.get(key);
			if (checked && current(checked)) return checked.analysis;
			if (this.viewed?.key === key && current(this.viewed)) return this.viewed.built;
			// Buffers may change between two steps: what is built is of what was there at the beginning.
			const { stamp } = this;
			const built = yield* this.build(file, text, aim);
			this.viewed = { key, text, stamp, built };
			return built;
		} catch {
			return undefined;
		}
	}

	*dump(path: string, text: string, what: 'cfg' | 'states', options: CheckOptions): Stepwise<string> {
		try {
			const { unit, catalog } = yield* this.build(resolve(path), text, this.newest(options));
			return yield* dumpUnit(unit, catalog, what);
		} catch (error) {
			return `${internalError(path, error).message}\n`;
		}
	}

	setOverlay(path: string, text: string | undefined): boolean {
		const file = resolve(path);
		this.files.set(file, text);
		if (text === undefined) this.closed(file);
		this.steady = undefined;
		this.stamp++;
		return this.workspace.set(file, text === undefined ? undefined : this.kernelSource(file, text));
	}

	rest(): void {
		this.kept.clear();
		this.viewed = undefined;
		this.lastRead = undefined;
		this.keptRepairs.clear();
		this.engine.forget(true);
		forgetScopes();
	}

	catalog(options: CheckOptions): Catalog {
		return this.newest(options).catalog;
	}

	/** Nobody will ask of a closed document again; what others share with it goes from time to time. */
	private closed(file: string): void {
		for (const [key, { analysis }] of this.kept) if (analysis.unit.translation.main.path === file) this.kept.delete(key);
		this.viewed = undefined;
		this.engine.forgetMain(file);
		forgetScopes(file);
		// Not with the last one at once: who goes from file to file has none open in between.
		if (++this.closings % CLOSINGS_PER_SWEEP === 0) this.engine.forget(this.files.open === 0);
	}

	/** As `readKernelSource`. A text that changed is an open buffer first, and checked then. */
	private kernelSource(path: string, text: string): KernelSource | undefined {
		if (this.lastRead?.path !== path || this.lastRead.text !== text) this.lastRead = { path, text, source: readKernelSource(path, text) };
		return this.lastRead.source;
	}
	private lastRead: { readonly path: string; readonly text: string; readonly source: KernelSource | undefined } | undefined;

	/** Kernel-side source of kfuncs: no program is in it, and none of its headers is needed. */
	private checkedSource(source: KernelSource, options: CheckOptions): FileResult {
		const { path, text } = source;
		const results = this.aims(options).map(({ catalog }) => {
			const findings = checkKernelSource(source, catalog, options.severities ?? {});
			return { release: catalog.release, result: { path, problems: [], programs: [], findings } };
		});
		const findings = suppress(path, text, mergeReleases(results).findings, { severities: options.severities ?? {}, complete: true });
		return { path, problems: targetProblems(options), programs: [], findings };
	}

	/** The releases that the target means, oldest first. */
	private aims(options: CheckOptions): Aim[] {
		const catalogs = targetCatalogs(options.kernel, options.kernelConfig);
		return catalogs.map((catalog) => ({ options, catalog: this.workspace.over(catalog) }));
	}

	/** The release that one answer is given for. */
	private newest(options: CheckOptions): Aim {
		return this.aims(options).at(-1)!;
	}

	private *checked(path: string, text: string, options: CheckOptions): Stepwise<FileResult> {
		const results: { readonly release: string; readonly result: FileResult }[] = [];
		for (const aim of this.aims(options)) results.push({ release: aim.catalog.release, result: yield* this.checkedFor(path, text, aim) });
		const { problems, programs, findings } = mergeReleases(results);
		const complete =
			programs.every(({ verdict }) => verdict !== 'unknown') &&
			problems.every(({ severity, code }) => severity !== 'error' && code !== 'syntax');
		const loud = suppress(path, text, findings, { severities: options.severities ?? {}, complete });
		return { path, problems: [...targetProblems(options), ...problems], programs, findings: loud };
	}

	private *checkedFor(path: string, text: string, aim: Aim): Stepwise<FileResult> {
		const analysis = yield* this.keep(path, text, aim);
		const { layout } = analysis;
		const findings: Finding[] = [];
		for (const placed of distinct(analysis.violations, layout)) {
			const finding = toFinding(placed, {
				layout,
				severities: aim.options.severities ?? {},
				repairs: (one) => new ProvenInSteps(() => this.repairs(one, path, analysis, aim)),
			});
			if (finding) findings.push(finding);
		}
		return { path, problems: analysis.problems, programs: verdicts(analysis, path), findings };
	}

	/** The analysis of a text that was checked just now: a hover or a dump usually follows the check of the same text. */
	private *analyse(path: string, text: string, aim: Aim): Stepwise<Analysis> {
		const known = this.kept.get(analysisKey(path, aim));
		return known && known.text === text && known.stamp === this.stamp ? known.analysis : yield* this.keep(path, text, aim);
	}

	/** Analyses the text, headers read again if they changed on the disk, and keeps the result. */
	private *keep(path: string, text: string, aim: Aim): Stepwise<Analysis> {
		const key = analysisKey(path, aim);
		// Buffers may change between two steps: the result is of what was there at the beginning.
		const { stamp } = this;
		const analysis = yield* verify(yield* this.build(path, text, aim), this.kept.get(key)?.analysis, true);
		this.kept.delete(key);
		this.kept.set(key, { text, stamp, analysis });
		if (this.kept.size > KEPT_ANALYSES) this.kept.delete(this.kept.keys().next().value!);
		return analysis;
	}

	/** Files as they are now, each looked at once. */
	private currentFiles(): SteadyFiles {
		const files = this.steady ?? new SteadyFiles(this.files);
		if (this.filesStay) this.steady = files;
		return files;
	}

	private *build(path: string, text: string, { options, catalog }: Aim, files = this.currentFiles()): Stepwise<Built> {
		const compile = findCompileOptions(path, options, files);
		const translation = this.engine.unit(path, text, { ...compile.options, standIns: options.standIns ?? [], files });
		yield;
		yield* parseInSteps(translation.mainSlices);
		const btf = options.btf ?? (options.kernel === 'host' ? KERNEL_BTF : undefined);
		const unit = buildUnit(translation, catalog, { btf, rodata: options.rodata });
		const problems = [...compile.problems, ...translation.problems, ...unit.problems].map(textProblem);
		const includePaths = [...compile.options.includePaths, ...(compile.options.systemIncludePaths ?? [])];
		return { unit, catalog, layout: new Layout(translation, text), includePaths, problems };
	}

	/** The repairs of one finding that the analysis itself finds right. A repair that fails is none, never an error. */
	private *repairs(placed: PlacedViolation, path: string, analysis: Analysis, aim: Aim): Stepwise<readonly Fix[]> {
		const { violation } = placed;
		const rule = ruleOf(violation.rule);
		if (!rule.fixes || placed.shown.at.path !== path) return [];
		const key = analysisKey(path, aim);
		const kept = this.keptRepairs.find(key, violation, analysis);
		if (kept) return kept;
		const mendsDeclarations = rule.mendsDeclarations ?? false;
		// One look at the headers serves all trials, unless a buffer changes between two of them.
		const begun = this.stamp;
		let files = this.currentFiles();
		let seen = begun;
		const build = (changed: string): Stepwise<Built> => {
			if (seen !== this.stamp) [files, seen] = [this.currentFiles(), this.stamp];
			return this.build(path, changed, aim, files);
		};
		const earlier = withoutObservations(analysis);
		const before = judgement(analysis);
		const proof = yield* proveFixes(judged(placed, analysis.layout), before, rule.fixes(violation, before.context), {
			// Most repairs change bodies and declare kernel functions; programs that those do not touch keep what was said of them.
			*judge(changed) {
				yield;
				return judgement(yield* verify(yield* build(changed), earlier, mendsDeclarations));
			},
			propose: (finding, context) => ruleOf(finding.violation.rule).fixes?.(finding.violation, context) ?? [],
		});
		if (this.stamp === begun) this.keptRepairs.keep(key, violation, analysis, proof, mendsDeclarations);
		return proof.fixes;
	}
}

/** Parses what will be asked for anyway, a few milliseconds at a time. */
function* parseInSteps(slices: readonly Slice[]): Stepwise<void> {
	let tokens = 0;
	for (const slice of slices) {
		slice.parse();
		tokens += slice.tokens.length;
		if (tokens < TOKENS_PER_STEP) continue;
		tokens = 0;
		yield;
	}
}

/** Nobody will look into what is seen of a trial. */
function withoutObservations(analysis: Analysis): Analysis {
	return { ...analysis, observed: new Map() };
}

/** All that an answer depends on besides the text and the files. */
function analysisKey(path: string, { options, catalog }: Aim): string {
	const { kernel, includePaths, defines, standIns, compileCommands, btf, kernelConfig, rodata } = options;
	return JSON.stringify([path, kernel, catalog.release, includePaths, defines, standIns, compileCommands, btf, kernelConfig, rodata]);
}

function judged({ violation, shown }: PlacedViolation, { translation }: Layout): Judged {
	const acquired = violation.reference && show(violation.reference.acquired, translation);
	return {
		rule: violation.rule,
		violation,
		start: shown.at.start,
		end: shown.at.end,
		...(acquired?.inMain ? { acquired: acquired.at.start } : {}),
	};
}

/** Findings counted for each program by itself, since a repair is judged program by program. */
function perProgram(violations: readonly Violation[], layout: Layout): Judged[] {
	const names = new Set(violations.map((violation) => violation.program.name));
	return [...names].flatMap((name) =>
		distinct(
			violations.filter((violation) => violation.program.name === name),
			layout,
		).map((placed) => judged(placed, layout)),
	);
}

function judgement(analysis: Analysis): Judgement {
	const { unit, catalog, layout, programs, violations, problems } = analysis;
	return {
		findings: perProgram(violations, layout),
		verdicts: new Map(programs.map(({ program, verdict, reason }) => [program.name, reason === BROKEN_TEXT ? 'broken' : verdict])),
		incomplete: new Set(programs.flatMap(({ program, incomplete }) => (incomplete ? [program.name] : []))),
		errors: problems.filter((problem) => problem.severity === 'error').length,
		context: { unit, catalog, layout },
	};
}

/**
 * Verifies the programs of a unit. Those that an earlier analysis saw with the same text keep its report; with `sameAround`, only if types, maps,
 * globals and headers are the same too.
 */
function* verify(built: Built, earlier: Analysis | undefined, sameAround: boolean): Stepwise<Analysis> {
	const { unit, catalog } = built;
	const fingerprint = new Fingerprint(unit);
	const pasts = [earlier, earlier?.before].filter((past): past is Past => past?.catalog === catalog);
	const known = pasts.map((past) => ({
		past,
		// For the text before the earlier one nobody vouches.
		reports: fingerprint.reusable(past.fingerprint, past.programs, past.violations, sameAround || past !== earlier),
	}));
	const graphs = new Graphs(unit);
	const programs: ProgramReport[] = [];
	const violations: Violation[] = [];
	const observed = new Map<string, Observations>();
	const problems = [...built.problems];
	for (const program of unit.programs) {
		const source = known.find(({ reports }) => reports.has(program.name));
		const kept = source?.reports.get(program.name);
		if (!kept) yield;
		try {
			const seen = (source?.past ?? pasts[0])?.observed.get(program.name);
			// What was looked at before the edit will be looked at after it: then one run serves both.
			const observer = seen && !kept ? new Observer() : undefined;
			const one = kept ?? (yield* verifyStepwise(unit, catalog, program, graphs, observer));
			const seenNow = observer?.finish() ?? seen;
			if (seenNow) observed.set(program.name, seenNow);
			programs.push(one.report);
			violations.push(...one.violations);
		} catch (error) {
			// A defect of ours in one program leaves the others their findings.
			const problem = internalError(unit.translation.main.path, error);
			problems.push(problem);
			programs.push({ program, verdict: 'unknown', reason: problem.message, operations: 0 });
		}
	}
	const insight = new Insight(unit, catalog, built.layout, programs, violations, observed);
	const before = earlier && pastOf(earlier);
	return { ...built, problems, fingerprint, programs, violations, insight, observed, before };
}

/** No more of an analysis than the next ones can use. */
function pastOf({ catalog, fingerprint, programs, violations, observed }: Past): Past {
	return { catalog, fingerprint, programs, violations, observed };
}

function verdicts({ programs, layout }: Analysis, path: string): ProgramVerdict[] {
	return programs.map(({ program, verdict, reason }) => ({
		name: program.name,
		section: program.section.text,
		verdict,
		...(reason === undefined ? {} : { reason }),
		at: show(program.function.place, layout.translation)?.at ?? { path, start: 0, end: 0 },
	}));
}

/** Answers of a catalog that is not the one on the disk are said to be that. */
function targetProblems({ kernel }: CheckOptions): TextProblem[] {
	const message = targetTrouble(kernel);
	return message === undefined ? [] : [{ severity: 'error', code: 'catalog', message }];
}

function textProblem(problem: Problem): TextProblem {
	const { severity, code, message, at } = problem;
	const inFile = !at.file.path.startsWith('<');
	return { severity, code, message, ...(inFile ? { at: { path: at.file.path, start: at.start, end: at.end } } : {}) };
}

function internalError(path: string, error: unknown): TextProblem {
	const message = error instanceof Error ? error.message : String(error);
	return {
		severity: 'error',
		code: 'internal-error',
		message: `The analysis of this file failed: ${message}`,
		at: { path, start: 0, end: 0 },
	};
}

/** Makes the analysis; loads the parser, which may be asynchronous. Everything after that is synchronous. */
export async function createChecker(options: CreateCheckerOptions = {}): Promise<Checker> {
	const { filesStay = false } = options;
	const engine = new SyntaxEngine({ parser: await createParser(), filesStay });
	return new AnalysisChecker(engine, options.files ?? (options.looksHold ? new WatchedFiles() : new DiskFiles()), filesStay);
}
