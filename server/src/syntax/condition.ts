// The integer expression of #if and #elif, over tokens whose macros are expanded and whose `defined` are answered.
import { type Token, TokenKind } from './token.js';

/** A 64-bit value with C's signedness. */
interface Value {
	readonly value: bigint;
	readonly unsigned: boolean;
}

/** Nesting of parentheses and operators in one #if; beyond it the condition is refused. */
const NESTING_LIMIT = 200;

export class ConditionError extends Error {
	constructor(
		message: string,
		readonly at?: Token,
	) {
		super(message);
	}
}

const LEVELS: Record<string, number> = {
	'*': 11,
	'/': 11,
	'%': 11,
	'+': 10,
	'-': 10,
	'<<': 9,
	'>>': 9,
	'<': 8,
	'>': 8,
	'<=': 8,
	'>=': 8,
	'==': 7,
	'!=': 7,
	'&': 6,
	'^': 5,
	'|': 4,
	'&&': 3,
	'||': 2,
	'?': 1,
	',': 0,
};

/** Evaluates the tokens; throws `ConditionError`. Identifiers that are left count as 0. */
export function evaluateCondition(tokens: readonly Token[]): boolean {
	let at = 0;
	let depth = 0;
	const wrap = (value: bigint, unsigned: boolean): Value => ({
		value: unsigned ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value),
		unsigned,
	});
	const unary = (live: boolean): Value => {
		if (++depth > NESTING_LIMIT) throw new ConditionError('this condition is nested too deeply', tokens[at]);
		const token = tokens[at++];
		if (!token) throw new ConditionError('this condition ends too early');
		let result: Value;
		if (token.kind === TokenKind.Number) result = integer(token);
		else if (token.kind === TokenKind.Character) result = { value: characterValue(token.text), unsigned: false };
		else if (token.kind === TokenKind.Identifier) {
			// An unknown function-like name is a mistake that clang reports too.
			if (tokens[at]?.text === '(') throw new ConditionError(`function-like macro '${token.text}' is not defined`, token);
			result = { value: 0n, unsigned: false };
		} else if (token.text === '(') {
			result = binary(0, live);
			if (tokens[at++]?.text !== ')') throw new ConditionError("expected ')' in this condition", token);
		} else if (token.text === '!') result = { value: unary(live).value === 0n ? 1n : 0n, unsigned: false };
		else if (token.text === '~' || token.text === '-' || token.text === '+') {
			const operand = unary(live);
			result = wrap(token.text === '~' ? ~operand.value : token.text === '-' ? -operand.value : operand.value, operand.unsigned);
		} else throw new ConditionError(`unexpected '${token.text}' in this condition`, token);
		depth--;
		return result;
	};
	const binary = (minimum: number, live: boolean): Value => {
		let left = unary(live);
		for (;;) {
			const operator = tokens[at];
			const level = operator && operator.kind === TokenKind.Punctuator ? LEVELS[operator.text] : undefined;
			if (!operator || level === undefined || level < minimum) return left;
			at++;
			if (operator.text === '?') {
				const condition = left.value !== 0n;
				const first = binary(0, live && condition);
				if (tokens[at++]?.text !== ':') throw new ConditionError("expected ':' in this condition", operator);
				const second = binary(1, live && !condition);
				left = wrap(condition ? first.value : second.value, first.unsigned || second.unsigned);
				continue;
			}
			const wanted = operator.text === '&&' ? live && left.value !== 0n : operator.text === '||' ? live && left.value === 0n : live;
			const right = binary(level + 1, wanted);
			left = apply(operator, left, right, wanted);
		}
	};
	const apply = (operator: Token, a: Value, b: Value, live: boolean): Value => {
		const unsigned = a.unsigned || b.unsigned;
		const x = unsigned ? BigInt.asUintN(64, a.value) : a.value;
		const y = unsigned ? BigInt.asUintN(64, b.value) : b.value;
		const truth = (is: boolean): Value => ({ value: is ? 1n : 0n, unsigned: false });
		switch (operator.text) {
			case '*':
				return wrap(x * y, unsigned);
			case '/':
			case '%':
				if (y === 0n) {
					if (live) throw new ConditionError('division by zero in this condition', operator);
					return wrap(0n, unsigned);
				}
				return wrap(operator.text === '/' ? x / y : x % y, unsigned);
			case '+':
				return wrap(x + y, unsigned);
			case '-':
				return wrap(x - y, unsigned);
			case '<<':
				return wrap(a.value << (b.value & 63n), a.unsigned);
			case '>>':
				return wrap(a.value >> (b.value & 63n), a.unsigned);
			case '<':
				return truth(x < y);
			case '>':
				return truth(x > y);
			case '<=':
				return truth(x <= y);
			case '>=':
				return truth(x >= y);
			case '==':
				return truth(x === y);
			case '!=':
				return truth(x !== y);
			case '&':
				return wrap(x & y, unsigned);
			case '^':
				return wrap(x ^ y, unsigned);
			case '|':
				return wrap(x | y, unsigned);
			case '&&':
				return truth(a.value !== 0n && b.value !== 0n);
			case '||':
				return truth(a.value !== 0n || b.value !== 0n);
			default:
				return b;
		}
	};
	const integer = (token: Token): Value => {
		const parsed = parseInteger(token.text);
		if (!parsed) throw new ConditionError(`'${token.text}' is no integer`, token);
		return {
			value: parsed.unsigned || parsed.value < 1n << 63n ? parsed.value : BigInt.asIntN(64, parsed.value),
			unsigned: parsed.unsigned,
		};
	};
	if (!tokens.length) throw new ConditionError('this condition is empty');
	const result = binary(0, true);
	if (at < tokens.length) throw new ConditionError(`unexpected '${tokens[at]!.text}' in this condition`, tokens[at]);
	return result.value !== 0n;
}

export interface IntegerLiteral {
	readonly value: bigint;
	readonly unsigned: boolean;
	readonly longs: number;
	readonly decimal: boolean;
}

/** Literals that are remembered: programs write the same few hundred. */
const KNOWN_LITERALS = 4096;
const literals = new Map<string, IntegerLiteral | undefined>();

/** The value of a C integer literal with its suffix's meaning; undefined where it is none (a floating number, a typing mistake). */
export function parseInteger(text: string): IntegerLiteral | undefined {
	const known = literals.get(text);
	if (known || literals.has(text)) return known;
	const literal = readInteger(text);
	if (literals.size >= KNOWN_LITERALS) literals.clear();
	literals.set(text, literal);
	return literal;
}

function readInteger(text: string): IntegerLiteral | undefined {
	const match = /^(0[xX][0-9a-fA-F']+|0[bB][01']+|[0-9][0-9']*)([uUlL]*)$/.exec(text);
	if (!match) return undefined;
	const digits = match[1]!.replaceAll("'", '');
	const suffix = match[2]!.toLowerCase();
	if (!/^(?:u?l{0,2}|l{1,2}u)$/.test(suffix)) return undefined;
	let value: bigint;
	const octal = /^0[0-9]/.test(digits);
	if (octal) {
		if (/[89]/.test(digits)) return undefined;
		value = BigInt(`0o${digits.slice(1)}`);
	} else value = BigInt(digits);
	value = BigInt.asUintN(64, value);
	const decimal = !octal && !/^0[xXbB]/.test(digits);
	return { value, unsigned: suffix.includes('u') || value >= 1n << 63n, longs: suffix.replace('u', '').length, decimal };
}

const ESCAPES: Record<string, number> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, e: 27, E: 27, '\\': 92, "'": 39, '"': 34, '?': 63 };

/** The bytes of a literal's inside (without prefix and quotes): escapes resolved, other text as UTF-8, one UTF-16 unit a byte. */
export function literalBytes(inside: string): string {
	if (!inside.includes('\\') && /^[\x00-\x7f]*$/.test(inside)) return inside;
	let out = '';
	for (let at = 0; at < inside.length; ) {
		const ch = inside[at]!;
		if (ch !== '\\') {
			const point = inside.codePointAt(at)!;
			const length = point > 0xffff ? 2 : 1;
			out += point < 128 ? ch : Buffer.from(inside.slice(at, at + length), 'utf8').toString('latin1');
			at += length;
			continue;
		}
		const rest = inside.slice(at + 1, at + 11);
		let match: RegExpExecArray | null;
		if ((match = /^[0-7]{1,3}/.exec(rest))) out += String.fromCharCode(Number.parseInt(match[0], 8) & 255);
		else if ((match = /^x[0-9a-fA-F]+/.exec(rest))) out += String.fromCharCode(Number.parseInt(match[0].slice(1), 16) & 255);
		else if ((match = /^(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/.exec(rest))) {
			const point = Number.parseInt(match[0].slice(1), 16);
			out += Buffer.from(point <= 0x10ffff ? String.fromCodePoint(point) : '', 'utf8').toString('latin1');
		} else {
			match = /^[\s\S]?/.exec(rest);
			out += String.fromCharCode(ESCAPES[match![0]] ?? match![0].charCodeAt(0) & 255);
		}
		at += 1 + (match![0].length || 1);
	}
	return out;
}

/** A character constant's value as `int`: several characters pack as clang packs them. */
export function characterValue(text: string): bigint {
	const wide = /^[LuU]/.test(text) && !text.startsWith('u8');
	const inside = text.replace(/^(?:u8|[LuU])?'/, '').replace(/'$/, '');
	if (wide && !inside.startsWith('\\')) return BigInt(inside.codePointAt(0) ?? 0);
	const bytes = literalBytes(inside);
	if (bytes.length === 1) return BigInt.asIntN(8, BigInt(bytes.charCodeAt(0)));
	let value = 0n;
	for (let i = 0; i < bytes.length; i++) value = (value << 8n) | BigInt(bytes.charCodeAt(i));
	return BigInt.asIntN(32, value);
}
