// What the analysis saw of the programs of a text, for hovers, hints and highlights. Programs are observed when somebody asks, each once: one that an
// edit does not reach keeps what was seen.
import type { Catalog } from '../kernel/catalog.js';
import type { FunctionSymbol, Place, Program, Unit } from '../program/model.js';
import { Graphs } from '../verifier/graphs.js';
import { type Observations, Observer, type Spot } from '../verifier/observe.js';
import { atOnce, type Stepwise } from '../verifier/steps.js';
import { observeProgram, type ProgramReport } from '../verifier/verify.js';
import type { Violation } from '../verifier/violation.js';
import type { Layout } from './fix/layout.js';
import { type Shown, show } from './places.js';
import { reachedFunctions } from './reachable.js';

/** Names the programs of a text that somebody asks of. */
export type ProgramChoice = (insight: Insight) => Iterable<Program>;

export class Insight {
	private graphs: Graphs | undefined;
	private reached: ReadonlyMap<string, ReadonlySet<string>> | undefined;
	private functions: ReadonlyMap<string, FunctionSymbol> | undefined;

	/** @param observed What is known by program name already; what is added stays there. */
	constructor(
		readonly unit: Unit,
		readonly catalog: Catalog,
		readonly layout: Layout,
		readonly reports: readonly ProgramReport[],
		readonly violations: readonly Violation[],
		private readonly observed: Map<string, Observations>,
	) {}

	/** What was seen of a program; nothing where a defect of our own stops it, of which the check tells. */
	observations(program: Program): Observations {
		return this.observed.get(program.name) ?? atOnce(this.observe(program));
	}

	/** The same in steps. */
	*observe(program: Program): Stepwise<Observations> {
		let found = this.observed.get(program.name);
		if (!found) {
			this.graphs ??= new Graphs(this.unit);
			found = yield* observed(this.unit, this.catalog, program, this.graphs);
			this.observed.set(program.name, found);
		}
		return found;
	}

	/** The programs that may run a function of the main file, in the order of the text. */
	programsReaching(name: string): readonly Program[] {
		this.reached ??= reachedFunctions(this.unit);
		return this.unit.programs.filter((program) => this.reached!.get(program.name)?.has(name));
	}

	/** A function with a body in the main file. */
	function(name: string): FunctionSymbol | undefined {
		this.functions ??= new Map(this.unit.functions.map((fn) => [fn.name, fn]));
		return this.functions.get(name);
	}

	/** The place of a spot in the text as it is now; undefined for functions of headers. */
	place({ function: name, first, last }: Spot): Place | undefined {
		const fn = this.function(name);
		return fn && { slice: fn.slice, first, last };
	}

	/** Where a person sees the spot; undefined where the main file does not show it. */
	show(spot: Spot): Shown | undefined {
		const place = this.place(spot);
		const shown = place && show(place, this.layout.translation);
		return shown?.inMain ? shown : undefined;
	}

	/** The 1-based line on which a spot is seen. */
	line(spot: Spot): number | undefined {
		const shown = this.show(spot);
		return shown && this.layout.lineAt(shown.at.start);
	}
}

function* observed(unit: Unit, catalog: Catalog, program: Program, graphs: Graphs): Stepwise<Observations> {
	try {
		return yield* observeProgram(unit, catalog, program, graphs);
	} catch {
		return new Observer().finish();
	}
}
