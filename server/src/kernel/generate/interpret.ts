// Runs the kernel's small decision functions (`X_func_proto(func_id, prog)`, filters of kfunc sets) for given arguments. Where a condition
// is not known, both ways are taken and the condition goes along with the result.

import { functionAt } from './declaration.js';
import { parseBody, type Statement } from './statements.js';
import type { KernelFile, Range, TokenText } from './tree.js';

export type Value =
	| { readonly kind: 'number'; readonly value: number }
	/** An enumerator or another name that stands for itself. */
	| { readonly kind: 'name'; readonly name: string }
	/** `&name` */
	| { readonly kind: 'address'; readonly name: string }
	| { readonly kind: 'unknown'; readonly text: string };

export interface Outcome {
	readonly value: Value;
	/** `CONFIG_X`, `!CONFIG_X`, or the source's text of a condition that was taken, with `!` in front where it did not hold. */
	readonly conditions: readonly string[];
}

export interface FunctionSource {
	readonly file: KernelFile;
	readonly parameters: readonly string[];
	readonly body: readonly Statement[];
	/** What holds at the function as a whole. */
	readonly when: readonly string[];
	/** `__weak`: another definition takes its place where there is one. */
	readonly weak: boolean;
}

/** What the interpreter is told of the world around the functions. */
export interface World {
	/** A function's body by name, for a call from `file`. */
	lookup(name: string, file: KernelFile): FunctionSource | undefined;
	/** What an expression is known to be: `prog->type`, `prog->expected_attach_type`, `bpf_capable()`. Text without spaces. */
	known(text: string): Value | undefined;
	/** Functions that a call through a member of this name may reach. */
	indirect(member: string): readonly FunctionSource[];
	/** The element of a static array; the index is what a macro of one argument around it was given. */
	element?(array: string, index: Value): Value | undefined;
	/** Hears of every name that a value is compared with. */
	compared?(value: Value, name: string): void;
}

export const NULL_VALUE: Value = { kind: 'number', value: 0 };

/** Deeper than any chain of the kernel's getters; stops a circle. */
const MAX_DEPTH = 24;

interface State {
	readonly locals: ReadonlyMap<string, Value>;
	readonly conditions: readonly string[];
	/** Set once the path has left the statement list. */
	readonly left?: 'return' | 'break';
	readonly result?: Value;
}

/** Finds the definition of `name` at the top level of a file. */
export function findFunction(file: KernelFile, name: string): FunctionSource | undefined {
	for (const at of file.topLevel()) {
		if (file.text(at) !== name || functionAt(file, at) !== 'definition') continue;
		const open = file.find('{', file.close(at + 1));
		const names = file.split(at + 1).map((range) => file.text(range.end - 1));
		let weak = false;
		for (let i = at - 1; i >= 0 && file.text(i) !== ';' && file.text(i) !== '}'; i--) weak ||= file.text(i) === '__weak';
		return { file, parameters: names, body: parseBody(file, open), when: file.when[at] ?? [], weak };
	}
	return undefined;
}

export class Interpreter {
	constructor(private readonly world: World) {}

	/** Every result that a call may have. */
	call(source: FunctionSource, args: readonly Value[], depth = 0): Outcome[] {
		if (depth > MAX_DEPTH) return [{ value: { kind: 'unknown', text: 'too deep' }, conditions: [] }];
		const locals = new Map(source.parameters.map((name, index): [string, Value] => [name, args[index] ?? { kind: 'unknown', text: name }]));
		const states = this.run(source, source.body, [{ locals, conditions: [] }], depth);
		return states.map((state) => ({ value: state.result ?? { kind: 'unknown', text: 'void' }, conditions: state.conditions }));
	}

	private run(source: FunctionSource, body: readonly Statement[], states: State[], depth: number): State[] {
		let live = states;
		const done: State[] = [];
		for (const statement of body) {
			const next: State[] = [];
			for (const state of live) {
				// A statement under an #ifdef that the function is not under itself: with the option, and without.
				const extra = (source.file.when[statement.at] ?? []).filter(
					(option) => !source.when.includes(option) && !state.conditions.includes(option),
				);
				const skipped = (source.file.when[statement.at] ?? []).some((option) => state.conditions.includes(opposite(option)));
				if (skipped) {
					next.push(state);
					continue;
				}
				if (extra.length > 0 && statement.kind !== 'label') {
					if (extra.length === 1) next.push({ ...state, conditions: [...state.conditions, opposite(extra[0]!)] });
					else next.push(state);
				}
				const entered = extra.length > 0 && statement.kind !== 'label' ? { ...state, conditions: [...state.conditions, ...extra] } : state;
				for (const after of this.step(source, statement, entered, depth)) (after.left ? done : next).push(after);
			}
			live = next;
			if (live.length === 0) break;
		}
		return [...done, ...live];
	}

	private step(source: FunctionSource, statement: Statement, state: State, depth: number): State[] {
		switch (statement.kind) {
			case 'label':
				return [state];
			case 'break':
				return [{ ...state, left: 'break' }];
			case 'block':
				return this.run(source, statement.body, [state], depth);
			case 'loop':
				return [state, ...this.run(source, [statement.body], [state], depth).map(unbroken)];
			case 'return':
				return this.evaluate(source, statement.value, state, depth).map((outcome) => ({
					locals: state.locals,
					conditions: outcome.conditions,
					left: 'return' as const,
					result: outcome.value,
				}));
			case 'if':
				return this.evaluate(source, statement.condition, state, depth).flatMap((outcome) =>
					this.branches(outcome).flatMap(({ truth, conditions }) => {
						const taken = truth ? statement.then : statement.otherwise;
						const after = { ...state, conditions };
						return taken ? this.run(source, [taken], [after], depth) : [after];
					}),
				);
			case 'switch':
				return this.evaluate(source, statement.value, state, depth).flatMap((outcome) =>
					this.enter(source, statement.body, { ...state, conditions: outcome.conditions }, outcome.value, depth),
				);
			case 'expression':
				return this.assign(source, statement.value, state, depth);
		}
	}

	/** Enters a switch at the label that fits; at each label, where the value is not known. */
	private enter(source: FunctionSource, body: readonly Statement[], state: State, value: Value, depth: number): State[] {
		const labels = body.flatMap((statement, index) => (statement.kind === 'label' ? [{ statement, index }] : []));
		const fallback = labels.find(({ statement }) => statement.value === undefined);
		const out: State[] = [];
		const start = (index: number, from: State): void => {
			out.push(...this.run(source, body.slice(index), [from], depth).map(unbroken));
		};
		const textOf = (range: Range): string => textOfRange(source.file, range);
		if (value.kind === 'unknown') {
			for (const { statement, index } of labels)
				start(index, {
					...state,
					conditions: [...state.conditions, statement.value ? `${value.text}==${textOf(statement.value)}` : `${value.text}:default`],
				});
			return out;
		}
		const wanted = value.kind === 'number' ? String(value.value) : value.name;
		let rest: State | undefined = state;
		for (const { statement } of labels) if (statement.value) this.world.compared?.(value, textOf(statement.value));
		for (const { statement, index } of labels) {
			if (statement.value === undefined || textOf(statement.value) !== wanted || !rest) continue;
			const extra = (source.file.when[statement.at] ?? []).filter(
				(option) => !source.when.includes(option) && !rest!.conditions.includes(option),
			);
			if ((source.file.when[statement.at] ?? []).some((option) => rest!.conditions.includes(opposite(option)))) continue;
			start(index, { ...rest, conditions: [...rest.conditions, ...extra] });
			rest = extra.length === 1 ? { ...rest, conditions: [...rest.conditions, opposite(extra[0]!)] } : extra.length > 1 ? rest : undefined;
		}
		if (rest) {
			if (fallback) start(fallback.index, rest);
			else out.push(rest);
		}
		return out;
	}

	private assign(source: FunctionSource, range: Range, state: State, depth: number): State[] {
		const { file } = source;
		const equals = topLevel(file, range, '=');
		if (equals < 0) return [state];
		const name = file.text(equals - 1);
		return this.evaluate(source, { start: equals + 1, end: range.end }, state, depth).map((outcome) => ({
			...state,
			conditions: outcome.conditions,
			locals: new Map([...state.locals, [name, outcome.value]]),
		}));
	}

	private branches(outcome: Outcome): { truth: boolean; conditions: readonly string[] }[] {
		const { value, conditions } = outcome;
		if (value.kind === 'number') return [{ truth: value.value !== 0, conditions }];
		if (value.kind === 'address') return [{ truth: true, conditions }];
		const text = value.kind === 'name' ? value.name : value.text;
		if (conditions.includes(text)) return [{ truth: true, conditions }];
		if (conditions.includes(opposite(text))) return [{ truth: false, conditions }];
		return [
			{ truth: true, conditions: [...conditions, text] },
			{ truth: false, conditions: [...conditions, opposite(text)] },
		];
	}

	/** The values that an expression may have, each with the conditions of the state and its own. */
	private evaluate(source: FunctionSource, given: Range, state: State, depth: number): Outcome[] {
		const { file } = source;
		const range = trim(file, given);
		const conditions = state.conditions;
		const again = (inner: Range, from: readonly string[] = conditions): Outcome[] =>
			this.evaluate(source, inner, { ...state, conditions: from }, depth);
		const truths = (inner: Range, from: readonly string[] = conditions): { truth: boolean; conditions: readonly string[] }[] =>
			again(inner, from).flatMap((outcome) => this.branches(outcome));
		const known = this.world.known(textOfRange(file, range));
		if (known) return [{ value: known, conditions }];
		const question = topLevel(file, range, '?');
		if (question >= 0) {
			const colon = matchingColon(file, question, range.end);
			return truths({ start: range.start, end: question }).flatMap(({ truth, conditions: after }) =>
				again(truth ? { start: question + 1, end: colon } : { start: colon + 1, end: range.end }, after),
			);
		}
		for (const [operator, stop] of [
			['||', true],
			['&&', false],
		] as const) {
			const at = topLevel(file, range, operator);
			if (at < 0) continue;
			return truths({ start: range.start, end: at }).flatMap(({ truth, conditions: after }) =>
				truth === stop
					? [{ value: truthValue(stop), conditions: after }]
					: truths({ start: at + 1, end: range.end }, after).map((right) => ({
							value: truthValue(right.truth),
							conditions: right.conditions,
						})),
			);
		}
		for (const operator of ['==', '!=', '<', '>', '<=', '>=']) {
			const at = topLevel(file, range, operator);
			if (at < 0) continue;
			return again({ start: range.start, end: at }).flatMap((left) =>
				again({ start: at + 1, end: range.end }, left.conditions).map((right) => {
					if (right.value.kind === 'name') this.world.compared?.(left.value, right.value.name);
					return { value: compare(operator, left.value, right.value, textOfRange(file, range)), conditions: right.conditions };
				}),
			);
		}
		for (const operator of ['|', '&'] as const) {
			const at = topLevel(file, range, operator);
			if (at <= range.start) continue;
			return again({ start: range.start, end: at }).flatMap((left) =>
				again({ start: at + 1, end: range.end }, left.conditions).map((right) => ({
					value: bits(operator, left.value, right.value, textOfRange(file, range)),
					conditions: right.conditions,
				})),
			);
		}
		const first = file.text(range.start);
		if (first === '!')
			return truths({ start: range.start + 1, end: range.end }).map(({ truth, conditions: after }) => ({
				value: truthValue(!truth),
				conditions: after,
			}));
		if (range.end - range.start === 1) {
			const local = state.locals.get(first);
			if (local) return [{ value: local, conditions }];
			if (first === 'NULL' || first === 'false') return [{ value: NULL_VALUE, conditions }];
			if (first === 'true') return [{ value: truthValue(true), conditions }];
			const number = Number(first);
			return [
				{ value: first !== '' && Number.isInteger(number) ? { kind: 'number', value: number } : { kind: 'name', name: first }, conditions },
			];
		}
		if (first === '-' && range.end - range.start === 2)
			return [{ value: { kind: 'name', name: `-${file.text(range.start + 1)}` }, conditions }];
		if (first === '&' && range.end - range.start === 2)
			return [{ value: { kind: 'address', name: file.text(range.start + 1) }, conditions }];
		if (file.text(range.start + 1) === '[' && file.close(range.start + 1) === range.end - 1) {
			const index = { start: range.start + 2, end: range.end - 1 };
			const isCall = file.text(index.end - 1) === ')' && file.open(index.end - 1) === index.start + 1;
			const text = textOfRange(file, range);
			return again(isCall ? { start: index.start + 2, end: index.end - 1 } : index).map((outcome) => ({
				value: this.world.element?.(first, outcome.value) ?? { kind: 'unknown', text },
				conditions: outcome.conditions,
			}));
		}
		// `name(args)` or `x->name(args)` that the whole range is.
		if (file.text(range.end - 1) === ')') {
			const open = file.open(range.end - 1);
			const callee = open - 1;
			const member = callee > range.start ? file.text(callee - 1) : '';
			if (callee === range.start || member === '->' || member === '.') {
				const targets =
					callee === range.start
						? [this.world.lookup(first, file)].filter((each) => each !== undefined)
						: this.world.indirect(file.text(callee));
				if (targets.length > 0) {
					const args = file.split(open).map((argument) => again(argument)[0]!.value);
					return targets.flatMap((target) =>
						this.call(target, args, depth + 1).map((outcome) => ({
							value: outcome.value,
							conditions: merge(conditions, outcome.conditions),
						})),
					);
				}
			}
			// The offset of a member stands for the member.
			if (first === 'offsetof' && callee === range.start) return [{ value: { kind: 'name', name: textOfRange(file, range) }, conditions }];
			if (first === 'IS_ENABLED' && callee === range.start) return [{ value: { kind: 'unknown', text: file.text(open + 1) }, conditions }];
		}
		return [{ value: { kind: 'unknown', text: textOfRange(file, range) }, conditions }];
	}
}

function unbroken(state: State): State {
	return state.left === 'break' ? { locals: state.locals, conditions: state.conditions } : state;
}

function merge(a: readonly string[], b: readonly string[]): readonly string[] {
	return b.length === 0 ? a : [...new Set([...a, ...b])];
}

/** The condition that holds where this one does not. */
export function opposite(condition: string): string {
	return condition.startsWith('!') ? condition.slice(1) : `!${condition}`;
}

function truthValue(truth: boolean): Value {
	return { kind: 'number', value: truth ? 1 : 0 };
}

function compare(operator: string, left: Value, right: Value, text: string): Value {
	if (left.kind === 'unknown' || right.kind === 'unknown') return { kind: 'unknown', text };
	if (left.kind === 'number' && right.kind === 'number') {
		const a = left.value;
		const b = right.value;
		switch (operator) {
			case '<':
				return truthValue(a < b);
			case '>':
				return truthValue(a > b);
			case '<=':
				return truthValue(a <= b);
			case '>=':
				return truthValue(a >= b);
			default:
				return truthValue((a === b) === (operator === '=='));
		}
	}
	if (operator !== '==' && operator !== '!=') return { kind: 'unknown', text };
	const same = left.kind === right.kind && 'name' in left && 'name' in right && left.name === right.name;
	return truthValue(same === (operator === '=='));
}

function bits(operator: '|' | '&', left: Value, right: Value, text: string): Value {
	if (left.kind !== 'number' || right.kind !== 'number') return { kind: 'unknown', text };
	return { kind: 'number', value: operator === '|' ? left.value | right.value : left.value & right.value };
}

/** Takes off parentheses around the whole. */
function trim(file: TokenText, range: Range): Range {
	let { start, end } = range;
	while (end - start > 2 && file.text(start) === '(' && file.close(start) === end - 1) {
		start++;
		end--;
	}
	return { start, end };
}

/** The first position of an operator outside of all brackets; -1 where there is none. */
function topLevel(file: TokenText, range: Range, operator: string): number {
	for (let i = range.start; i < range.end; i++) {
		const text = file.text(i);
		if (text === operator) return i;
		if (text === '(' || text === '{' || text === '[') i = file.close(i);
	}
	return -1;
}

function matchingColon(file: TokenText, question: number, end: number): number {
	let depth = 0;
	for (let i = question + 1; i < end; i++) {
		const text = file.text(i);
		if (text === '(' || text === '[') i = file.close(i);
		else if (text === '?') depth++;
		else if (text === ':') {
			if (depth === 0) return i;
			depth--;
		}
	}
	return end;
}

export function textOfRange(file: TokenText, range: Range): string {
	return file.words(range).join('');
}
