// The verdict on every program of a unit, and what the machine saw on the way. The verifier layer's door.

import type { Catalog } from '../kernel/catalog.js';
import type { FunctionSymbol, Program, Unit } from '../program/model.js';
import { attachObjection } from './attach.js';
import { atReturn, isSeparate } from './calls.js';
import { endComparisons } from './cover.js';
import { dumpGraph, dumpState } from './dump.js';
import { enterGlobal, enterProgram } from './entry.js';
import { prepareExceptionCallback } from './exceptions.js';
import { Graphs } from './graphs.js';
import type { Haste } from './haste.js';
import { Machine, type Probe } from './machine.js';
import { beginNumbering, numberingInUse, resumeNumbering } from './numbers.js';
import { type Observations, Observer } from './observe.js';
import { Reporter } from './reporter.js';
import { State } from './state.js';
import { atOnce, type Stepwise } from './steps.js';
import { transfer } from './transfer.js';
import type { Violation } from './violation.js';

export interface ProgramReport {
	readonly program: Program;
	readonly verdict: 'accept' | 'reject' | 'unknown';
	/** Why the analysis stopped short. */
	readonly reason?: string;
	/** Some path was not followed to its end, whatever the verdict says. */
	readonly incomplete?: true;
	/** Operations that the exploration took. */
	readonly operations: number;
}

/** Verifies one program. Pure; throws only for defects of our own. */
export function verifyProgram(unit: Unit, catalog: Catalog, program: Program, graphs: Graphs, probe?: Probe): Verdict {
	return atOnce(verifyStepwise(unit, catalog, program, graphs, probe));
}

/** The same in steps. Between them other programs may be verified. */
export function* verifyStepwise(unit: Unit, catalog: Catalog, program: Program, graphs: Graphs, probe?: Probe): Stepwise<Verdict> {
	beginNumbering();
	const work = judged(unit, catalog, program, probe ? graphs.whole : graphs, probe);
	for (;;) {
		const step = work.next();
		if (step.done) {
			endComparisons();
			return step.value;
		}
		const numbering = numberingInUse();
		yield;
		resumeNumbering(numbering);
	}
}

function* judged(unit: Unit, catalog: Catalog, program: Program, graphs: Graphs, probe: Probe | undefined): Stepwise<Verdict> {
	const { section } = program;
	if (section.programType === undefined) {
		return {
			report: { program, verdict: 'unknown', reason: `the section "${section.text}" names no known program type`, operations: 0 },
			violations: [],
		};
	}
	const objection = attachObjection(program, catalog);
	if (program.function.attributes.includes('naked')) {
		const reporter = new Reporter(program);
		if (objection) reporter.report(new State(), objection);
		const verdict = reporter.violations.length > 0 ? 'reject' : 'unknown';
		return { report: { program, verdict, reason: 'the program is written in assembly', operations: 0 }, violations: reporter.violations };
	}
	const leftOut = new Map<string, boolean>();
	const told: Violation[] = [];
	let operations = 0;
	// What a probe sees are the rounds as they are.
	let haste: Haste | undefined = probe ? undefined : { stumbled: false, suspects: false };
	let suspicion: Machine | undefined;
	for (;;) {
		const reporter = new Reporter(program);
		if (objection) reporter.report(new State(), objection);
		const machine = new Machine(unit, catalog, program, graphs, reporter, transfer, atReturn, probe, leftOut, haste, suspicion);
		yield* explore(machine);
		operations += machine.operations;
		// An objection in doubt makes the program unknown, which most that are in doubt are already.
		if (reporter.doubted) machine.unknown(`an objection rests on something that is not known: ${reporter.doubted}`);
		if (haste?.stumbled || haste?.suspects) {
			// Branches that were left out by a guess are there again: then this run did not see all.
			suspicion = haste.stumbled || leftOut.size > 0 ? undefined : machine;
			haste = undefined;
			leftOut.clear();
			told.length = 0;
			continue;
		}
		suspicion = undefined;
		// What the compiler leaves out does not exist for the verifier: it is judged again without that.
		if (!machine.folded) return concluded(program, machine, reporter, told, operations);
		told.push(...reporter.remarks.filter(({ variant }) => variant.startsWith('left-')));
	}
}

function* explore(machine: Machine): Stepwise<void> {
	const { program } = machine;
	const start = enterProgram(machine, program.function);
	prepareExceptionCallback(machine, start.clone());
	yield* machine.run(start);
	// Global subprograms that the program reaches are verified on their own, each once.
	const done = new Set<FunctionSymbol>();
	for (;;) {
		const next: FunctionSymbol | undefined = [...machine.globalCalls].find((fn) => !done.has(fn));
		if (!next) break;
		done.add(next);
		if (next !== program.function && isSeparate(next)) yield* machine.run(enterGlobal(machine, next));
	}
}

interface Verdict {
	readonly report: ProgramReport;
	readonly violations: readonly Violation[];
}

/** `told` are remarks of earlier runs. */
function concluded(program: Program, machine: Machine, reporter: Reporter, told: readonly Violation[], operations: number): Verdict {
	const found = reporter.violations;
	const verdict = found.length > 0 ? 'reject' : machine.gap ? 'unknown' : 'accept';
	return {
		report: {
			program,
			verdict,
			operations,
			...(machine.gap ? { incomplete: true } : {}),
			...(machine.gap && verdict === 'unknown' ? { reason: machine.gap.reason } : {}),
		},
		violations: [...found, ...told, ...reporter.remarks],
	};
}

/** Verifies one program again and keeps what was seen on the way. */
export function* observeProgram(unit: Unit, catalog: Catalog, program: Program, graphs: Graphs): Stepwise<Observations> {
	const observer = new Observer();
	yield* verifyStepwise(unit, catalog, program, graphs, observer);
	return observer.finish();
}

/** The control-flow graphs of all functions as text, or the states in which each program reaches its blocks. */
export function* dumpUnit(unit: Unit, catalog: Catalog, what: 'cfg' | 'states'): Stepwise<string> {
	const graphs = new Graphs(unit, true);
	let text = '';
	if (what === 'cfg') {
		for (const fn of unit.functions) if (fn.definition) text += dumpGraph(graphs.of(fn));
		return text;
	}
	for (const program of unit.programs) {
		text += `program ${program.name} (${program.section.text})\n`;
		const probe: Probe = {
			block(state, graph) {
				text += dumpState(state, graph);
			},
		};
		const one = yield* verifyStepwise(unit, catalog, program, graphs, probe);
		text += `verdict: ${one.report.verdict}${one.report.reason ? ` (${one.report.reason})` : ''}\n\n`;
	}
	return text;
}
