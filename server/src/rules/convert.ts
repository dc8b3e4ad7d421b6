// From the abstract machine's violations to findings: one for each root cause and place, worded, placed and with its path.
import type { Place, Program } from '../program/model.js';
import { spelledRange } from '../syntax/source-map.js';
import type { TranslationUnit } from '../syntax/unit.js';
import type { Step, Violation } from '../verifier/violation.js';
import { branchWords } from './branch-words.js';
import { withVariable } from './expression-text.js';
import type { Finding, Related, Severity, TextRange } from './finding.js';
import type { Layout } from './fix/layout.js';
import { isProgramFunction } from './fix/leave.js';
import type { ProvenInSteps } from './fix/proving.js';
import { functionAt } from './fix/tree.js';
import { hasFile, type Shown, show } from './places.js';
import { ruleOf } from './registry.js';
import { functionName } from './words.js';

/** A violation with the place at which a person sees it. */
export interface PlacedViolation {
	readonly violation: Violation;
	readonly shown: Shown;
}

export interface ConvertOptions {
	readonly layout: Layout;
	readonly severities: Readonly<Record<string, Severity | 'off'>>;
	/** The repairs of a violation. */
	repairs(placed: PlacedViolation): ProvenInSteps;
}

/** Where a violation is shown. One in a header is shown at the call in the main file through which it was reached, where there is one. */
export function placeViolation(violation: Violation, translation: TranslationUnit): PlacedViolation | undefined {
	const shown = show(violation.at, translation);
	if (!shown) return undefined;
	if (shown.inMain) return { violation, shown };
	for (const call of (violation.callStack ?? []).toReversed()) {
		const through = show(call, translation);
		if (through?.inMain) return { violation, shown: { at: through.at, inMain: true, origin: { at: shown.at } } };
	}
	return { violation, shown };
}

/** The violations that are worth a finding of their own: the same one reached by several programs, or by several paths, counts once. */
export function distinct(violations: readonly Violation[], layout: Layout): PlacedViolation[] {
	const { translation } = layout;
	const seen = new Set<string>();
	const placed: PlacedViolation[] = [];
	for (const violation of violations) {
		const one = placeViolation(withVariable(violation, layout), translation);
		if (!one) continue;
		const { at } = one.shown;
		const acquired = violation.reference && show(violation.reference.acquired, translation)?.at;
		const which = acquired ? `${acquired.path}:${acquired.start}` : `${violation.facts.variable ?? ''}:${violation.facts.argument ?? ''}`;
		const key = `${violation.rule}|${at.path}|${at.start}|${at.end}|${which}`;
		if (seen.has(key)) continue;
		seen.add(key);
		placed.push(one);
	}
	return placed.sort((a, b) => a.shown.at.start - b.shown.at.start || a.shown.at.end - b.shown.at.end);
}

/** Does the violation stand in another function than the program's own, so that the message has to say which program is meant? */
function reachedThrough(violation: Violation): boolean {
	const definition = functionAt(violation.at);
	return (violation.callStack?.length ?? 0) > 0 && !(definition && isProgramFunction(definition, violation.program));
}

function programWords(program: Program): string {
	return ` (Found in program ${functionName(program.name)}.)`;
}

/** The finding; undefined where the rule is switched off. */
export function toFinding(placed: PlacedViolation, options: ConvertOptions): Finding | undefined {
	const { violation, shown } = placed;
	const rule = ruleOf(violation.rule);
	const usual = Object.hasOwn(options.severities, rule.id) ? options.severities[rule.id]! : rule.severity;
	if (usual === 'off') return undefined;
	const severity = usual === 'error' && violation.level ? violation.level : usual;
	const message = rule.message(violation) + (reachedThrough(violation) ? programWords(violation.program) : '');
	// Each repair costs an analysis of the changed text, so none is made before somebody looks.
	const proving = options.repairs(placed);
	return {
		rule: rule.id,
		category: rule.category,
		severity,
		message,
		verifier: violation.verifier,
		program: violation.program.name,
		at: shown.at,
		related: related(placed, options.layout),
		proving,
		get fixes() {
			return proving.fixes;
		},
		...(rule.id === 'kfunc-deprecated' ? { deprecated: true } : {}),
	};
}

/** "taken because `held` is not NULL here"; for a condition out of a macro, that it is true or false. */
function stepWords({ place, taken, pointer, text }: Step, layout: Layout): string {
	const because = taken === undefined ? undefined : branchWords(place, taken, pointer === true, layout);
	return because === undefined ? text : `taken because ${because} here`;
}

/** Longest path that is shown step by step; a longer one keeps its beginning (the acquire) and its end (the exit). */
const MAX_STEPS = 40;

function related({ violation, shown }: PlacedViolation, layout: Layout): Related[] {
	const { translation } = layout;
	const steps: Related[] = [];
	const add = (at: TextRange | undefined, message: string): void => {
		if (!at || !hasFile(at)) return;
		const last = steps.at(-1);
		if (last && last.at.path === at.path && last.at.start === at.start && last.at.end === at.end && last.message === message) return;
		steps.push({ at, message });
	};
	if (shown.origin)
		add(shown.origin.at, shown.origin.macro ? 'this is the text that the macro brings' : 'this is the place that the call leads to');
	// The call that BPF_PROG and its kin make to the program's own body tells a person nothing.
	const spelled = ({ slice, first, last }: Place): boolean =>
		[slice.tokens[first], slice.tokens[last]].every((token) => token !== undefined && spelledRange(token, translation.main) !== undefined);
	const told = new Set(violation.path.map((step) => step.kind));
	for (const call of told.has('call') ? [] : (violation.callStack ?? [])) {
		if (spelled(call)) add(show(call, translation)?.at, 'reached through this call');
	}
	const { reference } = violation;
	if (reference && !told.has('acquire')) {
		const struct = reference.struct ? ` to \`struct ${reference.struct}\`` : '';
		add(
			show(reference.acquired, translation)?.at,
			`reference #${reference.number}${struct} acquired here by ${functionName(reference.by)}`,
		);
	}
	const shownSteps =
		violation.path.length > MAX_STEPS
			? [...violation.path.slice(0, MAX_STEPS / 2), ...violation.path.slice(-MAX_STEPS / 2)]
			: violation.path;
	for (const step of shownSteps) {
		if (step.kind !== 'call' || spelled(step.place)) add(show(step.place, translation)?.at, stepWords(step, layout));
	}
	for (const leak of (violation.leaks ?? []).slice(1)) add(show(leak, translation)?.at, 'the same reference is still held here too');
	return steps;
}
