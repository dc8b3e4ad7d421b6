// What a branch says of the program, in words: `held` is NULL, `n < 8`. Read from the condition as it is written.
import type { Place } from '../program/model.js';
import type { Expression } from '../syntax/ast.js';
import type { Layout, Span } from './fix/layout.js';
import { functionAt, pathTo, withoutCasts } from './fix/tree.js';
import { code } from './words.js';

const INVERSE = { '==': '!=', '!=': '==', '<': '>=', '>=': '<', '>': '<=', '<=': '>' } as const;

/**
 * @param taken The condition's truth on the path that is told of.
 * @param pointer What it tests is a pointer, so that false is NULL.
 * @returns A clause without a full stop; undefined where the condition is a part of a macro's body, or stands in a header.
 */
export function branchWords(place: Place, taken: boolean, pointer: boolean, layout: Layout): string | undefined {
	const definition = functionAt(place);
	const node =
		definition && pathTo(definition, place.first, place.last).find((one) => one.first === place.first && one.last === place.last);
	if (!node || !('kind' in node) || !isWritten(place, layout)) return undefined;
	const text = (expression: Expression) => written(place, expression, layout);
	// One use of a macro is the whole condition: its pieces stand nowhere.
	if (isOneUse(place, layout)) return `${code(text(node as Expression))} is ${taken}`;
	let condition = withoutCasts(node as Expression);
	let holds = taken;
	while (condition.kind === 'unary' && condition.operator === '!') {
		condition = withoutCasts(condition.operand);
		holds = !holds;
	}
	if (condition.kind === 'assignment' && condition.operator === '=') condition = condition.target;
	if (condition.kind === 'binary' && condition.operator in INVERSE) {
		const operator = condition.operator as keyof typeof INVERSE;
		const { left, right } = condition;
		const tested = isZero(right) ? left : isZero(left) ? right : undefined;
		if (pointer && tested && (operator === '==' || operator === '!=')) return nullWords(text(tested), holds === (operator === '=='));
		return code(`${text(left)} ${holds ? operator : INVERSE[operator]} ${text(right)}`);
	}
	if (pointer) return nullWords(text(condition), !holds);
	return `${code(text(condition))} is ${holds ? 'not 0' : '0'}`;
}

/** True where the tokens are what a person wrote, uses of macros among them, and not a part of what one use brought. */
function isWritten({ slice, first, last }: Place, layout: Layout): boolean {
	const { tokens } = slice;
	const seen = (index: number) => {
		const token = tokens[index];
		return token && layout.seen(token);
	};
	const same = (a: Span | undefined, b: Span | undefined) => a?.start === b?.start && a?.end === b?.end;
	const [from, to] = [seen(first), seen(last)];
	if (!from || !to) return false;
	let [before, after] = [first - 1, last + 1];
	while (tokens[before]?.text === '(' && tokens[after]?.text === ')') {
		before--;
		after++;
	}
	return !same(seen(before), from) && !same(seen(after), to);
}

function isOneUse({ slice, first, last }: Place, layout: Layout): boolean {
	const [from, to] = [slice.tokens[first]!, slice.tokens[last]!];
	return from.expansion !== undefined && !layout.spelled(from) && layout.seen(from)?.start === layout.seen(to)?.start;
}

/** The text as it is written, with its macros. */
function written({ slice }: Place, node: Expression, layout: Layout): string {
	const span = layout.outer(slice, node);
	return span ? layout.text.slice(span.start, span.end) : layout.source(slice, node);
}

function nullWords(text: string, isNull: boolean): string {
	return `${code(text)} is ${isNull ? '' : 'not '}NULL`;
}

function isZero(expression: Expression): boolean {
	const plain = withoutCasts(expression);
	return plain.kind === 'integer' && plain.value === 0n;
}
