// Giving a reference back: the call's text, and where to put it so that every path passes it once.
import type { Place } from '../../program/model.js';
import type { Assignment, Call, CompoundStatement, FunctionDefinition, ReturnStatement, Statement } from '../../syntax/ast.js';
import type { Step, Violation } from '../../verifier/violation.js';
import type { TextEdit } from '../finding.js';
import type { FixCandidate, FixContext } from './context.js';
import { declareMissing, isDeclared } from './declare.js';
import { addElse, applyEdits, beforeClosingBrace, surround } from './edits.js';
import { declare, freshName, isUsedBehind, localDeclaration, sameVariable } from './names.js';
import { functionAt, type Located, locate, mentions, pathTo, statementAt, walk } from './tree.js';

/** What ends a thing that was begun: a call as C text, and what it needs. */
export interface Undo {
	/** `bpf_task_release(p);` */
	readonly statement: string;
	/** The kfunc that it calls, for its declaration. */
	readonly callee: string;
	/** The variable that it names, checked for NULL where asked for; absent for calls such as bpf_rcu_read_unlock(). */
	readonly holder?: string | undefined;
}

/** The call that gives `holder` back by `release`: further arguments are zero, as flags and hidden parameters want it. */
export function releaseCall(release: string, holder: string, context: FixContext): Undo {
	const hidden = `${release}_impl`;
	// bpf_obj_drop() and its kin are macros over a kfunc with a hidden parameter; a file without the macro calls that.
	if (!isDeclared(release, context) && !context.catalog.kfunc(release) && context.catalog.kfunc(hidden))
		return releaseCall(hidden, holder, context);
	const macro = release.replace(/_impl$/, '');
	if (macro !== release && context.unit.translation.isMacro(macro)) return { statement: `${macro}(${holder});`, callee: macro, holder };
	const parameters = context.catalog.kfunc(release)?.parameters.map((parameter) => parameter.type);
	const more = parameters
		? parameters.slice(1).map((type) => (type.endsWith('*') ? 'NULL' : '0'))
		: (context.catalog.helper(release)?.arguments ?? []).slice(1).map(() => '0');
	return { statement: `${release}(${[holder, ...more].join(', ')});`, callee: release, holder };
}

/** The undo of a violation's reference, if its release function and its holder are known. */
export function releaseOf(violation: Violation, context: FixContext): Undo | undefined {
	const { reference } = violation;
	const release = reference?.releasedBy[0];
	if (!reference || !release) return undefined;
	const object = stackObject(violation, release, context);
	// An iterator or dynptr lies on the stack: its address goes in, and there is nothing that could be NULL.
	if (object !== undefined) return { ...releaseCall(release, object, context), holder: undefined };
	return reference.heldBy ? releaseCall(release, reference.heldBy, context) : undefined;
}

/** `&it`, `&record`: the argument of the acquiring call that names the object on the stack which it sets up. */
function stackObject(violation: Violation, release: string, context: FixContext): string | undefined {
	const { reference } = violation;
	if (!reference) return undefined;
	const iterator = context.catalog.kfunc(reference.by)?.flags.includes('KF_ITER_NEW') ?? false;
	if (!iterator && !release.endsWith('_dynptr')) return undefined;
	const { slice, first, last } = reference.acquired;
	const definition = functionAt(reference.acquired);
	let call: Call | undefined;
	if (definition)
		walk(definition.body, (node) => {
			const candidate = node as Call;
			if (node.kind !== 'call' || node.first > last || node.last < first || candidate.callee.kind !== 'identifier') return;
			if (candidate.callee.name === reference.by) call = candidate;
		});
	const argument = iterator ? call?.arguments[0] : call?.arguments.at(-1);
	return argument && context.layout.exact(slice, argument) ? context.layout.source(slice, argument) : undefined;
}

/** The undo as a line, with a check for NULL around it where that is asked for. */
export function undoLine(undo: Undo, check: boolean): string {
	return check && undo.holder ? `if (${undo.holder}) ${undo.statement}` : undo.statement;
}

/** The same on two lines, as kernel style has it. */
export function undoLines(undo: Undo, check: boolean, step: string): string[] {
	return check && undo.holder ? [`if (${undo.holder})`, step + undo.statement] : [undo.statement];
}

/** The variable that an access path starts from. */
function baseName(holder: string): string | undefined {
	return /[A-Za-z_]\w*/.exec(holder)?.[0];
}

/** Where a function is left: a return, or its closing brace. */
interface Exit {
	readonly place: Place;
	readonly definition: FunctionDefinition;
	/** Absent for the closing brace. */
	readonly located?: Located;
}

function exitAt(place: Place): Exit | undefined {
	const definition = functionAt(place);
	if (!definition) return undefined;
	if (place.first === definition.body.last) return { place, definition };
	const located = statementAt(definition, place.first, place.last);
	return located ? { place, definition, located } : undefined;
}

/** Where the function that last had a name for it is left: the leaking exits, or the returns behind the acquire of a function that is gone. */
function exitsOf(violation: Violation): readonly Place[] {
	const { heldIn, acquired } = violation.reference ?? {};
	const body = heldIn?.definition?.body;
	if (!heldIn || !body || !acquired) return violation.leaks?.length ? violation.leaks : [violation.at];
	const { slice } = heldIn;
	const from = acquired.slice === slice ? acquired.last : body.first;
	const places: Place[] = [];
	walk(body, (node) => {
		if (node.kind === 'return' && node.first > from) places.push({ slice, first: node.first, last: node.last });
	});
	const last = body.body.at(-1);
	return last?.kind === 'return' ? places : [...places, { slice, first: body.last, last: body.last }];
}

/** Edits that run `undo` right before an exit. A returned value that reads the holder is computed first. */
function beforeExit(exit: Exit, undo: Undo, check: boolean, context: FixContext): TextEdit[] | undefined {
	const { layout } = context;
	const { slice } = exit.place;
	const lines = undoLines(undo, check, layout.step);
	if (!exit.located) return beforeClosingBrace(layout, slice, exit.definition.body.last, lines);
	const { statement } = exit.located;
	const name = undo.holder === undefined ? undefined : baseName(undo.holder);
	if (statement.kind === 'return' && statement.value && name !== undefined && mentions(statement.value, name)) {
		const span = layout.exact(slice, statement.value);
		const type = context.unit.scope.type(exit.definition.type.result);
		const result = freshName(slice, 'ret');
		const declaration = declare(type, result);
		if (!span || !declaration) return undefined;
		const value = layout.text.slice(span.start, span.end);
		const around = surround(layout, slice, exit.located, { before: [`${declaration} = ${value};`, '', ...lines].filter(Boolean) });
		return around && [...around, { ...span, newText: result }];
	}
	return surround(layout, slice, exit.located, { before: lines });
}

/** Is the holder's variable in scope where the statement would be put? */
function inScope(definition: FunctionDefinition, holder: string | undefined, from: number, at: number): boolean {
	const name = holder === undefined ? undefined : baseName(holder);
	return name === undefined || sameVariable(definition, name, from, at);
}

/**
 * Repairs for something that is still held at exits of a function: `undo` before each of them; on the exit that they share; before the `goto` that
 * leads there. Best first; all unproven.
 */
export function undoBeforeExits(violation: Violation, undo: Undo, check: boolean, verb: string, context: FixContext): FixCandidate[] {
	const exits: Exit[] = [];
	for (const place of exitsOf(violation)) {
		const exit = exitAt(place);
		if (exit) exits.push(exit);
	}
	const declared = declareMissing([undo.callee], violation.at.slice, context);
	if (exits.length === 0 || !declared) return [];
	const candidates: FixCandidate[] = [];
	const offer = (title: string, edits: readonly (readonly TextEdit[] | undefined)[], more: Partial<FixCandidate> = {}): void => {
		const all: TextEdit[] = [];
		for (const some of edits) {
			if (!some) return;
			all.push(...some);
		}
		if (applyEdits(context.layout.text, all) !== undefined) candidates.push({ title, edits: [...declared, ...all], ...more });
	};
	const what = undoLine(undo, false).replace(/;$/, '');
	const each =
		exits.length === 1 ? `${verb} with \`${what}\` before this exit` : `${verb} with \`${what}\` before each of ${exits.length} exits`;
	const from = declarationPoint(violation, exits[0]!);
	if (exits.every((exit) => inScope(exit.definition, undo.holder, from, exit.place.first))) {
		for (const checked of check ? [true] : [false, true]) {
			if (checked && !undo.holder) continue;
			offer(
				each,
				exits.map((exit) => beforeExit(exit, undo, checked, context)),
			);
		}
	} else {
		offer(`${verb} with \`${what}\` at the end of its block`, [endOfScope(exits[0]!, undo, from, context)], { partial: true });
	}
	// Where the exits are mended, a person who looks for another way looks for the shared exit.
	for (const { title, edits } of undoOnPath(violation, undo, check, verb, context))
		offer(title, [edits], { partial: true, lastResort: true });
	offerSharedExit(violation, exits, undo, offer, verb, context);
	return candidates;
}

/**
 * Repairs of the violation's own path, each of which leaves other paths alone: before a jump, in the arm that an `if` lacks, before the holder is
 * overwritten.
 */
export function undoOnPath(violation: Violation, undo: Undo, check: boolean, verb: string, context: FixContext): FixCandidate[] {
	const { slice } = violation.at;
	const definition = functionAt(violation.at);
	if (!definition) return [];
	const declared = declareMissing([undo.callee], slice, context);
	const candidates: FixCandidate[] = [];
	const from = violation.reference?.acquired.slice === slice ? violation.reference.acquired.last : violation.at.first;
	const what = `${verb} with \`${undo.statement.replace(/;$/, '')}\``;
	const lines = undoLines(undo, check, context.layout.step);
	const offer = (title: string, at: Located, edits: readonly TextEdit[] | undefined, lastResort = false): void => {
		if (edits && declared && inScope(definition, undo.holder, from, at.statement.first))
			candidates.push({ title, edits: [...declared, ...edits], partial: true, lastResort });
	};
	for (const jump of jumpsOnPath(violation, definition, slice))
		offer(`${what} before the \`${jump.statement.kind}\``, jump, surround(context.layout, slice, jump, { before: lines }));
	for (const arm of missingArms(violation, definition, slice))
		offer(
			`${what} in the other branch too`,
			arm,
			addElse(context.layout, slice, arm, lines),
			isUsedBehind(slice, undo.holder, arm.statement.last, definition.last),
		);
	if (undo.holder !== undefined)
		for (const [index, at] of overwrites(violation, definition, undo.holder, context).entries())
			for (const checked of check ? [true] : [false, true]) {
				const before = undoLines(undo, checked, context.layout.step);
				// It was given on by then, or it is another value that is overwritten.
				const isGone = index > 0 || isUsedBehind(slice, undo.holder, at.statement.first - 1, at.statement.last);
				offer(`${what} before it is overwritten`, at, surround(context.layout, slice, at, { before }), isGone);
			}
	return candidates;
}

/** A token at which the holder is certainly in scope: the exit itself, or, for a holder that ends earlier, the place of the acquire. */
function declarationPoint(violation: Violation, exit: Exit): number {
	const acquired = violation.reference?.acquired;
	return acquired && acquired.slice === exit.place.slice && functionAt(acquired) === exit.definition ? acquired.last : exit.place.first;
}

/** Edits that run `undo` (checked for NULL) at the end of the block in which the holder is declared. */
function endOfScope(exit: Exit, undo: Undo, from: number, context: FixContext): TextEdit[] | undefined {
	const name = undo.holder === undefined ? undefined : baseName(undo.holder);
	const declaration = name === undefined ? undefined : localDeclaration(exit.definition, name, from);
	if (!declaration) return undefined;
	return beforeClosingBrace(context.layout, exit.place.slice, declaration.block.last, undoLines(undo, true, context.layout.step));
}

/** The violation's path from where the reference was acquired; all of it where the path does not tell of that. */
function pathBehindAcquire({ path, reference }: Violation): readonly Step[] {
	const own = path.findLastIndex(
		({ kind, place }) => kind === 'acquire' && place.slice === reference?.acquired.slice && place.first === reference.acquired.first,
	);
	return path.slice((own >= 0 ? own : path.findLastIndex(({ kind }) => kind === 'acquire')) + 1);
}

/** The jumps (`goto`, `break`, `continue`) of the violation's path behind the acquire, the last one first: each leads away from where the object is known. */
function jumpsOnPath(violation: Violation, definition: FunctionDefinition, slice: Place['slice']): Located[] {
	const branches = pathBehindAcquire(violation).filter((step) => step.kind === 'branch' && step.place.slice === slice);
	const jumps: Statement[] = [];
	walk(definition.body, (node) => {
		if (node.kind === 'goto' || node.kind === 'break' || node.kind === 'continue') jumps.push(node as Statement);
	});
	const found: Located[] = [];
	for (const step of branches.toReversed()) {
		for (const jump of jumps) {
			const located = locate(definition, jump);
			// The branch decides over the jump if the statement that it belongs to holds the jump in one of its arms.
			const owner = located?.ancestors.findLast((node) => node.kind === 'if' || node.kind === 'case' || node.kind === 'switch');
			if (!located || !owner || owner.first > step.place.first || owner.last < step.place.last || jump.first <= step.place.last) continue;
			if (!found.some((other) => other.statement === jump)) found.push(located);
		}
	}
	return found;
}

/** The `if`s of the path behind the acquire whose condition was false and that have no `else`: what the other arm releases is not released there. */
function missingArms(violation: Violation, definition: FunctionDefinition, slice: Place['slice']): Located[] {
	const found: Located[] = [];
	for (const step of pathBehindAcquire(violation).toReversed()) {
		if (step.kind !== 'branch' || step.place.slice !== slice || !/false/.test(step.text)) continue;
		const path = pathTo(definition, step.place.first, step.place.last);
		const index = path.findLastIndex((node) => node.kind === 'if');
		const statement = path[index] as (Statement & { kind: 'if' }) | undefined;
		if (statement && !statement.else && statement.condition.last >= step.place.last)
			found.push({ statement, ancestors: path.slice(0, index) });
	}
	return found;
}

/** Assignments that drop the holder's value behind the acquire. */
function overwrites(violation: Violation, definition: FunctionDefinition, holder: string, context: FixContext): Located[] {
	const { acquired } = violation.reference ?? {};
	if (!acquired || acquired.slice !== violation.at.slice) return [];
	const found: Located[] = [];
	walk(definition.body, (node) => {
		if (node.kind !== 'assignment' || node.first <= acquired.last) return;
		const { target } = node as unknown as Assignment;
		const located = statementAt(definition, node.first, node.last);
		if (located?.statement.kind === 'expression-statement' && context.layout.source(acquired.slice, target) === holder) found.push(located);
	});
	return found;
}

type Offer = (title: string, edits: readonly (readonly TextEdit[] | undefined)[], more?: Partial<FixCandidate>) => void;

/** The repair on one exit that all leaking paths share: one that is there already, or a new label at the function's last return. */
function offerSharedExit(violation: Violation, exits: readonly Exit[], undo: Undo, offer: Offer, verb: string, context: FixContext): void {
	const { layout } = context;
	const definition = exits[0]!.definition;
	const { slice } = violation.at;
	if (exits.some((exit) => exit.definition !== definition)) return;
	const last = definition.body.body.at(-1);
	const what = undo.statement.replace(/;$/, '');
	// One exit, reached from several places: start from NULL, so that the check tells who holds it.
	const name = undo.holder && /^\w+$/.test(undo.holder) ? undo.holder : undefined;
	if (exits.length === 1 && name) {
		const local = localDeclaration(definition, name, exits[0]!.place.first);
		const token = local && !local.hasInitializer ? layout.spelled(slice.tokens[local.nameToken]!) : undefined;
		const initialised = token ? [{ start: token.end, end: token.end, newText: ' = NULL' }] : local ? [] : undefined;
		const edits = [initialised, beforeExit(exits[0]!, undo, true, context)];
		offer(`${verb} with \`${what}\` on the shared exit`, edits, { lastResort: true });
	}
	const ready = releasingLabel(definition, undo, slice, context);
	const returns = exits.map((exit) => exit.located).filter((located) => located?.statement.kind === 'return') as Located[];
	const returned = (located: Located): string => {
		const value = (located.statement as ReturnStatement).value;
		return value ? layout.source(slice, value) : '';
	};
	if (ready && returns.length === exits.length) {
		const same = ready.value !== undefined && returns.every((located) => returned(located) === ready.value);
		offer(
			`Leave through \`${ready.label}\`, which releases it`,
			returns.map((located) => replaceByGoto(located, ready.label, slice, context)),
			{
				needsChoice: !same,
			},
		);
		return;
	}
	const tail = returns.length === exits.length ? releasingTail(definition, undo, slice, context) : undefined;
	if (tail && returns.every((located) => returned(located) === tail.value)) {
		const label = freshName(slice, 'out');
		offer(`Leave through a new label \`${label}\`, behind which it is released`, [
			...returns.map((located) => replaceByGoto(located, label, slice, context)),
			labelBefore(tail.statement, label, slice, context),
		]);
		return;
	}
	// Several returns of one value: the last of the function becomes the shared exit.
	const final = last?.kind === 'return' ? returns.find((located) => located.statement === last) : undefined;
	if (!final || returns.length < 2 || returns.length !== exits.length) return;
	if (returns.some((located) => returned(located) !== returned(final))) return;
	const label = freshName(slice, 'out');
	offer(`${verb} with \`${what}\` on one shared exit`, [
		...returns.filter((located) => located !== final).map((located) => replaceByGoto(located, label, slice, context)),
		labelBefore(final.statement, label, slice, context, undoLines(undo, true, layout.step)),
	]);
}

/** The edit that puts a label, and lines at the statement's indentation, before a statement that begins its line. */
function labelBefore(
	statement: Statement,
	label: string,
	slice: Place['slice'],
	{ layout }: FixContext,
	lines: readonly string[] = [],
): TextEdit[] | undefined {
	const span = layout.outer(slice, statement);
	if (!span || !layout.startsLine(span.start)) return undefined;
	const start = layout.lineStart(span.start);
	const indent = layout.indent(span.start);
	const newText = [`${indent.slice(layout.step.length)}${label}:`, ...lines.map((line) => indent + line)];
	return [{ start, end: start, newText: newText.map((line) => line + layout.newline).join('') }];
}

/** The statement of a function's own block that runs the undo, and the value that the function's last return gives behind it. */
function releasingTail(
	definition: FunctionDefinition,
	undo: Undo,
	slice: Place['slice'],
	{ layout }: FixContext,
): { readonly statement: Statement; readonly value: string } | undefined {
	const { body } = definition.body;
	const last = body.at(-1);
	if (last?.kind !== 'return') return undefined;
	const wanted = undo.statement.replace(/\s+/g, '');
	const statement = body.findLast((one) => layout.source(slice, one).replace(/\s+/g, '') === wanted);
	return statement && { statement, value: last.value ? layout.source(slice, last.value) : '' };
}

function replaceByGoto(located: Located, label: string, slice: Place['slice'], context: FixContext): TextEdit[] | undefined {
	const span = context.layout.exact(slice, located.statement);
	return span && [{ ...span, newText: `goto ${label};` }];
}

/** A label of the function behind which the undo's own call stands already, and the value that is returned there. */
function releasingLabel(
	definition: FunctionDefinition,
	undo: Undo,
	slice: Place['slice'],
	context: FixContext,
): { readonly label: string; readonly value?: string } | undefined {
	const flat = (text: string): string => text.replace(/\s+/g, '');
	const wanted = flat(undo.statement);
	let found: { label: string; value?: string } | undefined;
	walk(definition.body, (node) => {
		if (node.kind !== 'compound' || found) return;
		const body = (node as CompoundStatement).body;
		body.forEach((statement: Statement, index) => {
			if (statement.kind !== 'label' || found) return;
			const rest = body.slice(index + 1);
			const at = rest.findIndex((other) => flat(context.layout.source(slice, other)).includes(wanted));
			if (at < 0) return;
			const exit = rest.slice(at).find((other) => other.kind === 'return') as ReturnStatement | undefined;
			found = { label: statement.name, ...(exit?.value ? { value: context.layout.source(slice, exit.value) } : {}) };
		});
	});
	return found;
}
