// What a branch says of the program, in words: `held` is NULL, `n < 8`. Read from the condition as it is written.
import type { Place } from '../program/model.js';
import type { Expression } from '../syntax/ast.js';
import type { Layout } from './fix/layout.js';
import { functionAt, pathTo, withoutCasts } from './fix/tree.js';
import { code } from './words.js';

const INVERSE = { '==': '!=', '!=': '==', '<': '>=', '>=': '<', '>': '<=', '<=': '>' } as const;

/**
 * @param taken The condition's truth on the path that is told of.
 * @param pointer What it tests is a pointer, so that false is NULL.
 * @returns A clause without a full stop; undefined where the condition is not written in the main file (a macro's body).
 */
export function branchWords(place: Place, taken: boolean, pointer: boolean, layout: Layout): string | undefined {
	const definition = functionAt(place);
	const node =
		definition && pathTo(definition, place.first, place.last).find((one) => one.first === place.first && one.last === place.last);
	if (!node || !('kind' in node) || !layout.exact(place.slice, node)) return undefined;
	const text = (expression: Expression) => layout.source(place.slice, expression).trim();
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

function nullWords(text: string, isNull: boolean): string {
	return `${code(text)} is ${isNull ? '' : 'not '}NULL`;
}

function isZero(expression: Expression): boolean {
	const plain = withoutCasts(expression);
	return plain.kind === 'integer' && plain.value === 0n;
}
