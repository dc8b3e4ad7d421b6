// The long-lived analysis behind report/, lsp/ and the command line: texts and options in, findings out.
import { resolve } from 'node:path';
import type { Catalog } from '../kernel/catalog.js';
import { loadCatalog } from '../kernel/load.js';
import type { Unit } from '../program/model.js';
import { buildUnit } from '../program/unit.js';
import { findCompileOptions } from '../syntax/compile-commands.js';
import { DiskFiles, type FileProvider } from '../syntax/files.js';
import { SyntaxEngine } from '../syntax/translation-unit.js';
import { createParser } from '../syntax/tree-sitter.js';
import type { Problem } from '../syntax/unit.js';
import { Graphs } from '../verifier/machine.js';
import { type ProgramReport, type UnitReport, verifyProgram, verifyUnit } from '../verifier/verify.js';
import type { Violation } from '../verifier/violation.js';
import type { Checker, CheckOptions, StateAnswer } from './checker.js';
import { distinct, type PlacedViolation, toFinding } from './convert.js';
import type { FileResult, Finding, Fix, ProgramVerdict, TextProblem } from './finding.js';
import { Layout } from './fix/layout.js';
import { type Judged, type Judgement, proveFixes } from './fix/prove.js';
import { show } from './places.js';
import { programTexts } from './reachable.js';
import { ruleOf } from './registry.js';
import { suppress } from './suppressions.js';

export interface CreateCheckerOptions {
	/** Where files are read when no buffer is open; the disk unless told otherwise. */
	readonly files?: FileProvider;
}

/** Open buffers over the disk. */
class OverlayFiles implements FileProvider {
	private readonly overlays = new Map<string, { readonly text: string; readonly version: string }>();
	private next = 0;

	constructor(private readonly below: FileProvider) {}

	set(path: string, text: string | undefined): void {
		if (text === undefined) this.overlays.delete(path);
		else if (this.overlays.get(path)?.text !== text) this.overlays.set(path, { text, version: `buffer:${++this.next}` });
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

/** One text's analysis. */
interface Analysis {
	readonly unit: Unit;
	readonly catalog: Catalog;
	readonly layout: Layout;
	readonly report: UnitReport;
	readonly problems: readonly TextProblem[];
}

/** Files whose last analysis is kept, for hovers right after a check. */
const KEPT_ANALYSES = 4;

class AnalysisChecker implements Checker {
	private readonly files: OverlayFiles;
	private readonly kept = new Map<string, { readonly text: string; readonly stamp: number; readonly analysis: Analysis }>();
	private stamp = 0;

	constructor(
		private readonly engine: SyntaxEngine,
		files: FileProvider,
	) {
		this.files = new OverlayFiles(files);
	}

	check(path: string, text: string, options: CheckOptions): FileResult {
		const file = resolve(path);
		try {
			return this.checked(file, text, options);
		} catch (error) {
			return { path: file, problems: [internalError(file, error)], programs: [], findings: [] };
		}
	}

	stateAt(path: string, text: string, offset: number, options: CheckOptions): StateAnswer | undefined {
		try {
			const { report } = this.analyse(resolve(path), text, options);
			return report.stateAt(offset);
		} catch {
			return undefined;
		}
	}

	dump(path: string, text: string, what: 'cfg' | 'states', options: CheckOptions): string {
		try {
			return this.analyse(resolve(path), text, options).report.dump(what);
		} catch (error) {
			return `${internalError(path, error).message}\n`;
		}
	}

	setOverlay(path: string, text: string | undefined): void {
		this.files.set(resolve(path), text);
		this.stamp++;
	}

	private checked(path: string, text: string, options: CheckOptions): FileResult {
		const analysis = this.keep(path, text, options);
		const { layout, report } = analysis;
		const findings: Finding[] = [];
		for (const placed of distinct(report.violations, layout)) {
			const finding = toFinding(placed, {
				layout,
				severities: options.severities ?? {},
				fixes: (one) => this.repairs(one, path, analysis, options),
			});
			if (finding) findings.push(finding);
		}
		const loud = suppress(path, text, findings);
		return { path, problems: [...analysis.problems, ...loud.problems], programs: verdicts(analysis, path), findings: loud.findings };
	}

	/** The analysis of a text that was checked just now: a hover or a dump usually follows the check of the same text. */
	private analyse(path: string, text: string, options: CheckOptions): Analysis {
		const known = this.kept.get(analysisKey(path, options));
		return known && known.text === text && known.stamp === this.stamp ? known.analysis : this.keep(path, text, options);
	}

	/** Analyses anew, since headers may have changed on the disk, and keeps the result. */
	private keep(path: string, text: string, options: CheckOptions): Analysis {
		const key = analysisKey(path, options);
		const analysis = this.analyseAnew(path, text, options);
		this.kept.delete(key);
		this.kept.set(key, { text, stamp: this.stamp, analysis });
		if (this.kept.size > KEPT_ANALYSES) this.kept.delete(this.kept.keys().next().value!);
		return analysis;
	}

	private build(path: string, text: string, options: CheckOptions): Omit<Analysis, 'report'> {
		const catalog = loadCatalog(options.kernel, { config: options.kernelConfig ?? {} });
		const compile = findCompileOptions(path, options, this.files);
		const translation = this.engine.unit(path, text, { ...compile.options, files: this.files });
		const unit = buildUnit(translation, catalog, { btf: options.btf });
		const problems = [...compile.problems, ...translation.problems, ...unit.problems].map(textProblem);
		return { unit, catalog, layout: new Layout(translation, text), problems };
	}

	private analyseAnew(path: string, text: string, options: CheckOptions): Analysis {
		const built = this.build(path, text, options);
		const report = verifyUnit(built.unit, built.catalog);
		return { ...built, report, problems: [...built.problems, ...report.problems.map(textProblem)] };
	}

	/** The judgement of a repaired text. Programs that the repair does not touch keep what the first analysis said of them. */
	private rejudge(path: string, text: string, options: CheckOptions, before: Analysis): Judgement {
		const built = this.build(path, text, options);
		const known = programTexts(before.unit);
		const now = programTexts(built.unit);
		const graphs = new Graphs(built.unit);
		const programs: ProgramReport[] = [];
		const fresh: Violation[] = [];
		const kept: Violation[] = [];
		for (const program of built.unit.programs) {
			const old = before.report.programs.find((one) => one.program.name === program.name);
			if (old && known.get(program.name) === now.get(program.name)) {
				programs.push(old);
				kept.push(...before.report.violations.filter((violation) => violation.program.name === program.name));
				continue;
			}
			const one = verifyProgram(built.unit, built.catalog, program, graphs);
			programs.push(one.report);
			fresh.push(...one.violations);
		}
		const findings = [...perProgram(fresh, built.layout), ...perProgram(kept, before.layout)];
		return judgement(built, programs, findings);
	}

	/** The repairs of one finding that the analysis itself finds right. A repair that fails is none, never an error. */
	private repairs(placed: PlacedViolation, path: string, analysis: Analysis, options: CheckOptions): readonly Fix[] {
		const rule = ruleOf(placed.violation.rule);
		if (!rule.fixes || placed.shown.at.path !== path) return [];
		try {
			const findings = perProgram(analysis.report.violations, analysis.layout);
			const before = judgement(analysis, analysis.report.programs, findings);
			const candidates = rule.fixes(placed.violation, before.context);
			return proveFixes(judged(placed), before, candidates, {
				judge: (changed) => this.rejudge(path, changed, options, analysis),
				propose: (finding, context) => ruleOf(finding.violation.rule).fixes?.(finding.violation, context) ?? [],
			});
		} catch {
			return [];
		}
	}
}

/** All that an answer depends on besides the text and the files. */
function analysisKey(path: string, options: CheckOptions): string {
	const { kernel, includePaths, defines, compileCommands, btf, kernelConfig } = options;
	return JSON.stringify([path, kernel, includePaths, defines, compileCommands, btf, kernelConfig]);
}

function judged({ violation, shown }: PlacedViolation): Judged {
	return { rule: violation.rule, violation, start: shown.at.start, end: shown.at.end };
}

/** Findings counted for each program by itself, since a repair is judged program by program. */
function perProgram(violations: readonly Violation[], layout: Layout): Judged[] {
	const names = new Set(violations.map((violation) => violation.program.name));
	return [...names].flatMap((name) =>
		distinct(
			violations.filter((violation) => violation.program.name === name),
			layout,
		).map(judged),
	);
}

function judgement(built: Omit<Analysis, 'report'>, programs: readonly ProgramReport[], findings: readonly Judged[]): Judgement {
	const { unit, catalog, layout, problems } = built;
	return {
		findings,
		verdicts: new Map(programs.map((one) => [one.program.name, one.verdict])),
		errors: problems.filter((problem) => problem.severity === 'error').length,
		context: { unit, catalog, layout },
	};
}

function verdicts({ report, layout }: Analysis, path: string): ProgramVerdict[] {
	return report.programs.map(({ program, verdict, reason }) => ({
		name: program.name,
		section: program.section.text,
		verdict,
		...(reason === undefined ? {} : { reason }),
		at: show(program.function.place, layout.translation)?.at ?? { path, start: 0, end: 0 },
	}));
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
	const engine = new SyntaxEngine({ parser: await createParser() });
	return new AnalysisChecker(engine, options.files ?? new DiskFiles());
}
