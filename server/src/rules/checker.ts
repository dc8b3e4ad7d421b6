// The one door to the analysis for report/, lsp/, the command line and tools: text and options in, findings out.
import type { Catalog } from '../kernel/catalog.js';
import type { RodataValues, Unit } from '../program/model.js';
import type { Stepwise } from '../verifier/steps.js';
import type { FileResult, Fix } from './finding.js';
import type { Layout } from './fix/layout.js';
import type { Insight, ProgramChoice } from './insight.js';

export { BROKEN_TEXT } from '../verifier/machine.js';
export { atOnce, type Stepwise } from '../verifier/steps.js';

export interface CheckOptions {
	/** What the programs are for: `6.12`, `host`, or a range, `6.6..7.2`, for all of which they have to hold. */
	readonly kernel: string;
	/** Folders of `-I`. */
	readonly includePaths: readonly string[];
	/** `NAME` or `NAME=VALUE` of `-D`. */
	readonly defines: readonly string[];
	/** Folder in which to look for compile_commands.json (`-p`); without it, upward from the file. */
	readonly compileCommands?: string;
	/** Headers that come before the text: those that a line of it included, which is being typed. Where none is found, built-in definitions serve. */
	readonly standIns?: readonly string[];
	/** A BTF file for types where no vmlinux.h is included. */
	readonly btf?: string;
	/** Overrides of the kernel's configuration: `CONFIG_X` to whether it is set. */
	readonly kernelConfig?: Readonly<Record<string, boolean>>;
	/** What the verifier will find in `const volatile` data: `any` value unless told. */
	readonly rodata?: RodataValues;
	/** Per rule: how loud, or off. */
	readonly severities?: Readonly<Record<string, 'error' | 'warning' | 'info' | 'hint' | 'off'>>;
}

/** What the verifier knows of an expression at one place, for hover. */
export interface StateAnswer {
	/** The C text of the expression. */
	readonly expression: string;
	readonly start: number;
	readonly end: number;
	/** In the verifier's words, one entry for each distinct state that paths of one program bring there: `trusted_ptr_or_null_task_struct`. */
	readonly states: readonly string[];
	readonly program: string;
	/** The programs that come by, those for which the same is known together. */
	readonly groups: readonly KnownByPrograms[];
}

/** What is known of an expression in some programs alike. */
export interface KnownByPrograms {
	readonly programs: readonly string[];
	readonly states: readonly KnownState[];
	/** There is more than the states tell, and why: the analysis stopped short, or they are too many. */
	readonly incomplete?: string;
}

/** One state of an expression, which some paths bring. */
export interface KnownState {
	/** `pointer`: what C takes for one, whatever the verifier makes of it. `slot`: an iterator or dynptr lives there. */
	readonly kind: 'pointer' | 'number' | 'slot' | 'unknown';
	/** In a person's words, as Markdown; empty where nothing is known. */
	readonly words: string;
	/** In the verifier's; states that differ only in the reference's number are one. */
	readonly verifier: string;
	/** The reference that it holds or borrows from, numbered along each path; `line` is that of the acquire, 1-based, where the main file shows it. */
	readonly reference?: {
		readonly numbers: readonly number[];
		readonly by: string;
		readonly line?: number;
		readonly releasedBy: readonly string[];
	};
	/** Branches that lead to this state and not to the others, each a clause: "`held` is NULL (line 17)". */
	readonly where: readonly string[];
}

/** A text as the layers below the verifier see it, for what asks about names rather than states: completion, navigation, outlines. */
export interface View {
	readonly unit: Unit;
	readonly catalog: Catalog;
	readonly layout: Layout;
	/** Where headers are looked for behind the file's own folder, in order; absolute. */
	readonly includePaths: readonly string[];
}

/** The long-lived analysis: holds the caches. Synchronous and pure in its answers; open buffers override the disk. */
export interface Checker {
	/** Never throws for what the text holds. */
	check(path: string, text: string, options: CheckOptions): FileResult;
	/** The same in steps of some milliseconds: between two of them other questions may be asked, and who does not want the result any more stops asking for steps. */
	checkStepwise(path: string, text: string, options: CheckOptions): Stepwise<FileResult>;
	/** Changes to what is selected (UTF-16 offsets) that nothing asks for and that leave everything as well as it was, for the target's newest release. */
	refactorings(path: string, text: string, start: number, end: number, options: CheckOptions): Stepwise<readonly Fix[]>;
	/** The state at a UTF-16 offset; undefined where there is nothing to say. */
	stateAt(path: string, text: string, offset: number, options: CheckOptions): StateAnswer | undefined;
	/** The unit of a text for the target's newest release; nothing is verified for it. Undefined only where a defect of ours stops it. */
	view(path: string, text: string, options: CheckOptions): View | undefined;
	viewStepwise(path: string, text: string, options: CheckOptions): Stepwise<View | undefined>;
	/**
	 * What the analysis saw of the programs of a text, for the target's newest release; of those that `which` names all that there is to see is seen by then. Undefined
	 * only where a defect of ours stops it.
	 */
	insight(path: string, text: string, options: CheckOptions, which: ProgramChoice): Stepwise<Insight | undefined>;
	/** The control-flow graphs or states of all functions as text. */
	dump(path: string, text: string, what: 'cfg' | 'states', options: CheckOptions): Stepwise<string>;
	/** The catalog of the target (of its newest release), with the kfuncs of open kernel-side sources. Throws where the target's data cannot be read. */
	catalog(options: CheckOptions): Catalog;
	/** Lets go of all that can be made again: nobody is expected to ask for a while. The next answer costs as much as the first one did. */
	rest(): void;
	/**
	 * An open buffer's text, or undefined when it was closed. Kfuncs that an open kernel-side source registers count for every program that is checked.
	 *
	 * @returns whether those kfuncs changed by it, so that other files' results may have.
	 */
	setOverlay(path: string, text: string | undefined): boolean;
}
