// The mutations: each takes one thing away from a program that the kernel accepts, or puts one thing in its place.
import { strip } from '../../server/src/btf/ctype.js';
import type { Catalog } from '../../server/src/kernel/catalog.js';
import type { FunctionSymbol, LocalScope, Unit } from '../../server/src/program/model.js';
import type { TextEdit } from '../../server/src/rules/finding.js';
import type { Call, Declarator, Expression, IfStatement, Node, Statement } from '../../server/src/syntax/ast.js';
import { calleeOf, effectOf, isFollowed } from './calls.js';
import { ordered } from './order.js';
import { otherSections } from './sections.js';
import { allOf, namesIn, type PlacedStatement, type Span, spelled, statementsOf } from './walk.js';

export const KINDS = [
	'drop-release',
	'drop-check',
	'invert-check',
	'drop-unlock',
	'drop-lock',
	'return-early',
	'release-twice',
	'swap-argument',
	'change-section',
] as const;
export type Kind = (typeof KINDS)[number];

/** Kinds that remove a release, a check or an unlock: a repair should be able to put them back. */
export const REPAIRABLE: readonly Kind[] = ['drop-release', 'drop-check', 'drop-unlock'];

export interface Mutant {
	/** The same in every run: file, kind and place. */
	readonly id: string;
	readonly kind: Kind;
	/** In the file before the mutation. */
	readonly line: number;
	readonly edit: TextEdit;
	/** What stood there. */
	readonly before: string;
	/** The function whose text changes. */
	readonly fn: string;
	/** Programs that reach the changed text. */
	readonly affected: readonly string[];
	/** The one of them that is loaded and compared. */
	readonly program: string;
}

/** Arguments of one call are exchanged for this many others at most. */
const SWAPS_PER_ARGUMENT = 2;

/** Leaves on a condition that no compiler folds. */
const SOMETIMES = 'if (bpf_get_prandom_u32() & 1)';

interface Change {
	readonly kind: Kind;
	readonly edit: TextEdit;
}

/** Every mutant of a file, in the order of its text. `candidates` are the programs that the kernel is known to accept. */
export function mutantsOf(unit: Unit, catalog: Catalog, file: string, candidates: ReadonlySet<string>): Mutant[] {
	const { text } = unit.translation.main;
	const reaching = programsByFunction(unit, catalog, candidates);
	const found: Mutant[] = [];
	const seen = new Set<string>();
	const add = (fn: string, affected: readonly string[], { kind, edit }: Change): void => {
		const id = `${file}:${edit.start}:${edit.end}:${kind}:${edit.newText}`;
		if (seen.has(id) || affected.length === 0) return;
		seen.add(id);
		const program = affected[0]!;
		const line = text.slice(0, edit.start).split('\n').length;
		found.push({ id, kind, line, edit, before: text.slice(edit.start, edit.end), fn, affected, program });
	};
	for (const fn of unit.functions) {
		const affected = reaching.get(fn.name) ?? [];
		if (affected.length === 0 || !fn.definition || fn.attributes.includes('naked')) continue;
		for (const change of new FunctionMutations(unit, catalog, fn).all()) add(fn.name, affected, change);
	}
	for (const program of unit.programs) {
		if (!candidates.has(program.name) || !reaching.get(program.name)?.includes(program.name)) continue;
		if (!callsFollowed(unit, catalog, program.name)) continue;
		const literal = sectionLiteral(unit, program.name);
		if (!literal) continue;
		for (const section of otherSections(program.section))
			add(program.name, [program.name], { kind: 'change-section', edit: { ...literal, newText: JSON.stringify(section) } });
	}
	return found.sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end || (a.id < b.id ? -1 : 1));
}

/** The functions of the main file that a function mentions, itself included, through any number of steps. */
function reach(unit: Unit, name: string): Set<string> {
	const bodies = new Map(unit.functions.map((fn) => [fn.name, fn.definition]));
	const found = new Set<string>();
	const left = [name];
	for (let next = left.pop(); next !== undefined; next = left.pop()) {
		const definition = bodies.get(next);
		if (found.has(next) || !definition) continue;
		found.add(next);
		left.push(...namesIn(definition.body));
		for (const callback of exceptionCallbacks(unit, next)) left.push(callback);
	}
	return found;
}

function exceptionCallbacks(unit: Unit, name: string): readonly string[] {
	const symbol = unit.scope.symbol(name);
	if (symbol?.kind !== 'function') return [];
	return symbol.declTags.flatMap((tag) => (tag.startsWith('exception_callback:') ? [tag.slice('exception_callback:'.length)] : []));
}

/** Which of the programs reach each function. Programs that only another program's map refers to are not seen. */
function programsByFunction(unit: Unit, catalog: Catalog, candidates: ReadonlySet<string>): Map<string, string[]> {
	const found = new Map<string, string[]>();
	for (const program of unit.programs) {
		const reached = reach(unit, program.name);
		if (asksForModule(unit, catalog, reached)) continue;
		for (const fn of reached) found.set(fn, [...(found.get(fn) ?? []), program.name]);
	}
	// A program of which nothing is known still counts as reaching the function, but is not the one to ask about.
	for (const [fn, programs] of found) {
		const known = programs.filter((name) => candidates.has(name));
		found.set(fn, known.length === 0 ? [] : [...known, ...programs.filter((name) => !candidates.has(name))]);
	}
	return found;
}

/**
 * Whether a function asks for a kfunc that only a module has. Without that module the kernel never looks at what follows, so that it
 * accepts anything there.
 */
function asksForModule(unit: Unit, catalog: Catalog, functions: ReadonlySet<string>): boolean {
	for (const fn of functions) {
		const caller = unit.scope.symbol(fn);
		if (caller?.kind !== 'function' || !caller.definition) continue;
		for (const name of namesIn(caller.definition.body)) {
			const symbol = unit.scope.symbol(name);
			if (symbol?.kind === 'function' && symbol.ksym && symbol.weak && !catalog.kfunc(name)) return true;
		}
	}
	return false;
}

function callsFollowed(unit: Unit, catalog: Catalog, program: string): boolean {
	for (const name of reach(unit, program)) {
		const symbol = unit.scope.symbol(name);
		if (symbol?.kind !== 'function' || !symbol.definition) continue;
		for (const call of allOf(symbol.definition.body, 'call')) {
			const callee = calleeOf(call);
			if (callee !== undefined && isFollowed(catalog, callee)) return true;
		}
	}
	return false;
}

/** The string that `SEC()` of a program was given, where it is typed in the file as one literal. */
function sectionLiteral(unit: Unit, name: string): Span | undefined {
	for (const slice of unit.translation.lookup(name, 'ordinary')) {
		if (!slice.inMain) continue;
		const at = slice.tokens.findIndex(
			(token, index) => token.text === 'section' && slice.tokens[index + 1]?.text === '(' && slice.tokens[index + 3]?.text === ')',
		);
		if (at >= 0) return spelled(unit.translation, slice, { first: at + 2, last: at + 2 });
	}
	return undefined;
}

/** What can be done to one function. */
class FunctionMutations {
	private readonly changes: Change[] = [];
	private readonly locals: LocalScope;
	private readonly declarators: readonly Declarator[];
	private readonly assigned: { readonly name: string; readonly at: number }[] = [];

	constructor(
		private readonly unit: Unit,
		private readonly catalog: Catalog,
		private readonly fn: FunctionSymbol,
	) {
		const placed = statementsOf(fn.definition!);
		const all = new Map<string, Declarator>();
		for (const { declared } of placed) for (const each of declared) all.set(each.name, each);
		this.declarators = [...all.values()];
		const { body } = fn.definition!;
		for (const { target, first } of allOf(body, 'assignment'))
			if (target.kind === 'identifier') this.assigned.push({ name: target.name, at: first });
		for (const { operand, first } of allOf(body, 'address-of'))
			if (operand.kind === 'identifier') this.assigned.push({ name: operand.name, at: first });
		// By name: where an inner declaration shadows an outer one, a mutation too many or too few is made, never a wrong answer.
		this.locals = {
			lookup: (name) => {
				const declarator = all.get(name);
				return declarator ? { type: unit.scope.type(declarator.type) } : undefined;
			},
		};
	}

	all(): readonly Change[] {
		for (const placed of statementsOf(this.fn.definition!)) {
			const { statement } = placed;
			if (statement.kind === 'expression-statement') this.expressionStatement(statement, statement.expression);
			if (statement.kind === 'if') this.check(statement);
			if (statement.kind === 'expression-statement' || statement.kind === 'declaration-statement') this.leaveAfter(placed);
			this.swapArguments(placed);
		}
		return this.changes;
	}

	private span(node: Node): Span | undefined {
		return spelled(this.unit.translation, this.fn.slice, node);
	}

	private textOf({ start, end }: Span): string {
		return this.unit.translation.main.text.slice(start, end);
	}

	private change(kind: Kind, span: Span, newText: string): void {
		this.changes.push({ kind, edit: { start: span.start, end: span.end, newText } });
	}

	private expressionStatement(statement: Statement, expression: Expression): void {
		const call = bareCall(expression);
		const callee = call && calleeOf(call);
		const effect = callee === undefined ? undefined : effectOf(this.catalog, callee);
		const span = effect && this.span(statement);
		if (!span) return;
		if (effect === 'release') {
			this.change('drop-release', span, ';');
			this.change('release-twice', span, `{ ${this.textOf(span)} ${this.textOf(span)} }`);
		}
		if (effect === 'close') this.change('drop-unlock', span, ';');
		if (effect === 'open') this.change('drop-lock', span, ';');
	}

	/** A check whose branch leaves is taken out whole; of another one the condition is taken out. */
	private check(statement: IfStatement): void {
		if (!this.testsPointer(statement.condition)) return;
		const whole = this.span(statement);
		const condition = this.span(statement.condition);
		if (!whole || !condition) return;
		if (leaves(statement.then) && !statement.else) this.change('drop-check', whole, ';');
		else if (!leaves(statement.then)) this.change('drop-check', condition, '1');
		this.change('invert-check', condition, `!(${this.textOf(condition)})`);
	}

	/** Whether a condition asks, alone or among other things, if a pointer is NULL. */
	private testsPointer(condition: Expression): boolean {
		switch (condition.kind) {
			case 'logical':
				return this.testsPointer(condition.left) || this.testsPointer(condition.right);
			case 'unary':
				return condition.operator === '!' && this.testsPointer(condition.operand);
			case 'call':
				return (
					this.isPointer(condition) ||
					(condition.arguments.length === 2 && isExpect(condition) && this.testsPointer(condition.arguments[0]!))
				);
			case 'binary':
				return (
					(condition.operator === '==' || condition.operator === '!=') &&
					((this.isPointer(condition.left) && isNull(condition.right)) || (this.isPointer(condition.right) && isNull(condition.left)))
				);
			default:
				return this.isPointer(condition);
		}
	}

	private isPointer(expression: Expression): boolean {
		return strip(this.unit.scope.typeOf(expression, this.locals)).kind === 'pointer';
	}

	/** Sometimes returns right after something was acquired or a region was opened. */
	private leaveAfter({ statement, block }: PlacedStatement): void {
		if (!block || !this.unit.scope.symbol('bpf_get_prandom_u32')) return;
		const opens = allOf(statement, 'call').some((call) => {
			const callee = calleeOf(call);
			const effect = callee === undefined ? undefined : effectOf(this.catalog, callee);
			return effect === 'acquire' || effect === 'open';
		});
		const result = strip(this.unit.scope.type(this.fn.definition!.type.result));
		if (!opens || result.kind === 'record') return;
		const span = this.span(statement);
		const leave = result.kind === 'void' ? 'return;' : 'return 0;';
		if (span) this.change('return-early', { start: span.end, end: span.end }, ` ${SOMETIMES} ${leave}`);
	}

	/** Other variables of pointer type in place of an argument; expressions of this statement only, not of those that it holds. */
	private swapArguments({ statement, declared }: PlacedStatement): void {
		const within = ownExpressions(statement);
		for (const call of within.flatMap((expression) => allOf(expression, 'call'))) {
			const callee = calleeOf(call);
			if (callee === undefined || effectOf(this.catalog, callee) === undefined) continue;
			for (const argument of call.arguments) {
				if (argument.kind !== 'identifier' || !this.isPointer(argument)) continue;
				const span = this.span(argument);
				if (!span || this.textOf(span) !== argument.name) continue;
				const names = declared.map((declarator) => declarator.name);
				const others = [...new Set(names)].filter(
					(name) => name !== argument.name && this.isPointerName(name) && this.isTyped(name) && this.hasValue(name, argument.first),
				);
				for (const name of ordered(others, (each) => `${callee}:${span.start}:${each}`).slice(0, SWAPS_PER_ARGUMENT))
					this.change('swap-argument', span, name);
			}
		}
	}

	/** Something was put into a variable further up. One that holds nothing has no meaning in C, and the compiler may do as it likes. */
	private hasValue(name: string, before: number): boolean {
		const declarator = this.declarators.find((each) => each.name === name);
		if (declarator?.initializer || this.fn.definition!.type.parameters.some((parameter) => parameter.name === name)) return true;
		return this.assigned.some((each) => each.name === name && each.at < before);
	}

	private isPointerName(name: string): boolean {
		const type = this.locals.lookup(name)?.type;
		return type !== undefined && strip(type).kind === 'pointer';
	}

	/** Typed out in this file: the parameters that a wrapper macro adds for itself are not for the person to use. */
	private isTyped(name: string): boolean {
		const declarator = this.declarators.find((each) => each.name === name);
		return (
			declarator !== undefined &&
			this.fn.slice.tokens.slice(declarator.first, declarator.last + 1).some((token) => token.text === name && !isFromBody(token))
		);
	}
}

function isFromBody(token: { readonly expansion?: unknown; readonly fromArgument?: boolean }): boolean {
	return token.expansion !== undefined && !token.fromArgument;
}

/** The call that a statement consists of, also cast to void. */
function bareCall(expression: Expression): Call | undefined {
	if (expression.kind === 'call') return expression;
	return expression.kind === 'cast' ? bareCall(expression.operand) : undefined;
}

function isExpect(call: Call): boolean {
	return calleeOf(call) === '__builtin_expect';
}

function isNull(expression: Expression): boolean {
	if (expression.kind === 'integer') return expression.value === 0n;
	return expression.kind === 'cast' && isNull(expression.operand);
}

/** Whether control never comes out at the statement's end. */
function leaves(statement: Statement): boolean {
	switch (statement.kind) {
		case 'return':
		case 'goto':
		case 'break':
		case 'continue':
			return true;
		case 'compound':
			return statement.body.length > 0 && leaves(statement.body.at(-1)!);
		default:
			return false;
	}
}

function ownExpressions(statement: Statement): readonly Node[] {
	switch (statement.kind) {
		case 'expression-statement':
			return [statement.expression];
		case 'declaration-statement':
			return statement.declaration.declarators.flatMap(({ initializer }) => (initializer ? [initializer] : []));
		case 'if':
		case 'while':
		case 'do':
			return [statement.condition];
		case 'return':
		case 'switch':
			return statement.value ? [statement.value] : [];
		default:
			return [];
	}
}
