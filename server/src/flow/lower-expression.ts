// Expressions to operations. Every function returns the register that holds the value together with its C type.
import {
	BOOL,
	CHAR,
	type CType,
	type FunctionType,
	findMember,
	INT,
	LONG,
	sizeOf,
	strip,
	UNKNOWN,
	UNSIGNED_INT,
	UNSIGNED_LONG,
	VOID,
	VOID_POINTER,
} from '../btf/ctype.js';
import type { Call, Expression, Node, TypeNode } from '../syntax/ast.js';
import type { Builder } from './builder.js';
import type { ArithmeticOperator, CompareOperator, Range, Register } from './ir.js';
import { lowerBuiltin } from './lower-builtin.js';
import { lowerInitializer } from './lower-initializer.js';

export interface RValue {
	readonly register: Register;
	readonly type: CType;
}
/** Where a value can be stored. */
export type LValue =
	| { readonly kind: 'register'; readonly register: Register; readonly type: CType; readonly local: import('./ir.js').Local }
	| {
			readonly kind: 'memory';
			readonly address: Register;
			readonly type: CType;
			readonly bits?: number;
			readonly bitAt?: number;
			readonly volatile: boolean;
	  };

const INTEGER_TYPES: Readonly<Record<string, CType>> = {
	int: INT,
	'unsigned int': UNSIGNED_INT,
	long: LONG,
	'unsigned long': UNSIGNED_LONG,
	'long long': LONG,
	'unsigned long long': UNSIGNED_LONG,
};

export class ExpressionLowering {
	/** Set by the statement lowering, which needs it the other way around too. */
	statementExpression: (body: import('../syntax/ast.js').CompoundStatement) => RValue | undefined = () => undefined;

	constructor(readonly b: Builder) {}

	type(node: TypeNode): CType {
		return this.b.file.type(node, this.b.localScope());
	}

	constant(value: bigint, type: CType, at: Range): RValue {
		const to = this.b.register();
		this.b.emit({ op: 'const', to, value, at });
		return { register: to, type };
	}

	unknown(type: CType, at: Range, reason?: string): RValue {
		const to = this.b.register();
		const kind = strip(type).kind;
		this.b.emit({ op: 'unknown', to, scalar: kind === 'int' || kind === 'enum' || kind === 'float', at, reason });
		if (reason) this.b.gaps.push({ at, reason });
		return { register: to, type };
	}

	/** The value of `e`; arrays and functions decay to pointers. */
	value(e: Expression): RValue {
		switch (e.kind) {
			case 'integer':
				return this.constant(e.value, INTEGER_TYPES[e.type] ?? LONG, at(e));
			case 'float':
				return this.unknown(this.b.file.parseType('double'), at(e));
			case 'string': {
				const to = this.b.register();
				this.b.emit({ op: 'string', to, value: e.value, at: at(e) });
				return { register: to, type: { kind: 'pointer', to: CHAR } };
			}
			case 'identifier':
			case 'index':
			case 'dereference':
			case 'member':
			case 'compound-literal':
				return this.load(this.place(e), e);
			case 'address-of':
				return this.addressOf(e.operand, e);
			case 'unary':
				return this.unary(e.operator, e.operand, e);
			case 'inc-dec': {
				const place = this.place(e.operand);
				const old = this.load(place, e);
				const one = this.constant(1n, INT, at(e));
				const next = this.add(old, one, e.operator === '--', e);
				this.store(place, next, e);
				return e.prefix ? next : old;
			}
			case 'binary':
				return this.binary(e.operator, this.value(e.left), this.value(e.right), e);
			case 'logical':
			case 'conditional':
				return this.conditional(e);
			case 'assignment':
				return this.assignment(e);
			case 'call':
				return this.call(e);
			case 'cast': {
				const type = this.type(e.type);
				if (strip(type).kind === 'void') {
					this.effect(e.operand);
					return { register: this.constant(0n, INT, at(e)).register, type: VOID };
				}
				return this.convert(this.value(e.operand), type, e, true);
			}
			case 'sizeof': {
				const value = this.b.file.constant(e, this.b.localScope());
				return value === undefined ? this.unknown(UNSIGNED_LONG, at(e)) : this.constant(value, UNSIGNED_LONG, at(e));
			}
			case 'offsetof':
			case 'types-compatible': {
				const value = this.b.file.constant(e, this.b.localScope());
				const type = e.kind === 'offsetof' ? UNSIGNED_LONG : INT;
				return value === undefined ? this.unknown(type, at(e)) : this.constant(value, type, at(e));
			}
			case 'comma':
				this.effect(e.left);
				return this.value(e.right);
			case 'statement-expression': {
				const result = this.statementExpression(e.body);
				return result ?? { register: this.constant(0n, INT, at(e)).register, type: VOID };
			}
			case 'generic':
				return this.generic(e);
			case 'initializer-list':
				return this.unknown(UNKNOWN, at(e));
			case 'label-address':
				return this.unknown(VOID_POINTER, at(e));
			case 'va-arg':
				return this.unknown(this.type(e.type), at(e), 'variadic arguments');
			case 'unknown-expression':
				return this.unknown(UNKNOWN, at(e), 'the text could not be understood');
		}
	}

	/** Evaluates for side effects only. A load whose value nobody uses is left to dead code elimination, as clang does. */
	effect(e: Expression): void {
		if (e.kind === 'logical' || e.kind === 'conditional') this.conditional(e);
		else if (e.kind === 'cast' && strip(this.type(e.type)).kind === 'void') this.effect(e.operand);
		else this.value(e);
	}

	private generic(e: Expression & { kind: 'generic' }): RValue {
		const control = strip(this.b.file.typeOf(e.control, this.b.localScope()));
		let fallback: Expression | undefined;
		for (const association of e.associations) {
			if (!association.type) {
				fallback = association.value;
				continue;
			}
			const type = strip(this.type(association.type));
			if (sameType(type, control)) return this.value(association.value);
		}
		return fallback ? this.value(fallback) : this.unknown(UNKNOWN, at(e));
	}

	// ---- Places ----

	place(e: Expression): LValue {
		switch (e.kind) {
			case 'identifier': {
				const local = this.b.find(e.name);
				if (local) {
					if (local.register !== undefined) return { kind: 'register', register: local.register, type: local.type, local };
					const to = this.b.register();
					this.b.emit({ op: 'address-of-local', to, local, at: at(e) });
					return memory(to, local.type);
				}
				return this.fileScope(e.name, e);
			}
			case 'dereference': {
				const pointer = this.value(e.operand);
				const t = strip(pointer.type);
				return memory(pointer.register, t.kind === 'pointer' ? t.to : t.kind === 'function' ? t : UNKNOWN);
			}
			case 'index': {
				let base = this.value(e.object);
				let index = this.value(e.index);
				if (strip(base.type).kind !== 'pointer' && strip(index.type).kind === 'pointer') [base, index] = [index, base];
				const moved = this.add(base, index, false, e);
				const t = strip(moved.type);
				return memory(moved.register, t.kind === 'pointer' ? t.to : UNKNOWN);
			}
			case 'member': {
				const base = e.arrow ? this.value(e.object) : this.addressOf(e.object, e.object);
				const t = strip(base.type);
				const record = t.kind === 'pointer' ? strip(t.to) : UNKNOWN;
				const member = record.kind === 'record' ? findMember(record, e.member) : undefined;
				if (!member || record.kind !== 'record') {
					const to = this.b.register();
					this.b.emit({ op: 'unknown', to, scalar: false, at: at(e) });
					this.b.gaps.push({ at: at(e), reason: `the type of member '${e.member}' is not known` });
					return memory(to, UNKNOWN);
				}
				const to = this.b.register();
				const bit = member.bitOffset === undefined ? undefined : Math.floor(member.bitOffset / 8);
				this.b.emit({ op: 'offset', to, base: base.register, bytes: bit ?? member.offset, field: { record, member }, at: at(e) });
				const qualified =
					t.kind === 'pointer' && (t.to.volatile || record.volatile) ? { ...member.type, volatile: true as const } : member.type;
				return {
					...memory(to, qualified),
					bits: member.bitWidth,
					bitAt: member.bitWidth === undefined ? undefined : (member.bitOffset ?? 0) % 8,
				};
			}
			case 'compound-literal': {
				const type = this.type(e.type);
				const local = this.b.declare(`(literal ${this.b.locals.length})`, { ...type, volatile: true }, at(e));
				const to = this.b.register();
				this.b.emit({ op: 'address-of-local', to, local, at: at(e) });
				lowerInitializer(this, memory(to, type), e.initializer, e);
				return memory(to, type);
			}
			case 'cast': {
				// Not an lvalue in C; it appears under `&` in macros that mean the operand.
				return this.place(e.operand);
			}
			case 'string': {
				const v = this.value(e);
				return memory(v.register, { kind: 'array', of: CHAR, length: e.value.length + 1 });
			}
			default: {
				const v = this.value(e);
				const t = strip(v.type);
				if (t.kind === 'record') return memory(v.register, v.type);
				const local = this.b.declare(`(value ${this.b.locals.length})`, { ...v.type, volatile: true }, at(e));
				const to = this.b.register();
				this.b.emit({ op: 'address-of-local', to, local, at: at(e) });
				const place = memory(to, v.type);
				this.store(place, v, e);
				return place;
			}
		}
	}

	private fileScope(name: string, e: Node): LValue {
		const symbol = this.b.file.symbol(name);
		const to = this.b.register();
		switch (symbol?.kind) {
			case 'global':
				this.b.emit({ op: 'address-of-global', to, symbol, at: at(e) });
				return memory(to, symbol.type);
			case 'function':
				this.b.emit({ op: 'address-of-function', to, symbol, at: at(e) });
				return memory(to, symbol.type);
			case 'enumerator': {
				const value = this.constant(symbol.value, symbol.type, at(e));
				return { kind: 'register', register: value.register, type: symbol.type, local: CONSTANT_PLACE };
			}
			default: {
				const scoped = this.b.localScope().lookup(name);
				if (scoped?.constant !== undefined) {
					const value = this.constant(scoped.constant, scoped.type, at(e));
					return { kind: 'register', register: value.register, type: scoped.type, local: CONSTANT_PLACE };
				}
				// Keywords of newer C, enumerators of vmlinux.h: known without any header.
				if (name === 'true' || name === 'false') {
					const value = this.constant(name === 'true' ? 1n : 0n, BOOL, at(e));
					return { kind: 'register', register: value.register, type: BOOL, local: CONSTANT_PLACE };
				}
				if (name === '__func__' || name === '__FUNCTION__' || name === '__PRETTY_FUNCTION__') {
					this.b.emit({ op: 'string', to, value: this.b.fn.name, at: at(e) });
					return memory(to, { kind: 'array', of: CHAR, length: this.b.fn.name.length + 1 });
				}
				this.b.emit({ op: 'unknown', to, scalar: false, reason: `'${name}' is not declared`, undeclared: true, at: at(e) });
				this.b.gaps.push({ at: at(e), reason: `'${name}' is not declared` });
				return memory(to, UNKNOWN);
			}
		}
	}

	addressOf(e: Expression, whole: Node): RValue {
		const place = this.place(e);
		if (place.kind === 'memory') return { register: place.address, type: { kind: 'pointer', to: place.type } };
		return this.unknown({ kind: 'pointer', to: place.type }, at(whole));
	}

	load(place: LValue, e: Node): RValue {
		if (place.kind === 'register') {
			if (place.local === CONSTANT_PLACE) return { register: place.register, type: place.type };
			// A copy, so that a later assignment does not change a value that was already read.
			const to = this.b.register();
			this.b.emit({ op: 'move', to, from: place.register, at: at(e) });
			return { register: to, type: place.type };
		}
		const t = strip(place.type);
		if (t.kind === 'array') return { register: place.address, type: { kind: 'pointer', to: t.of } };
		if (t.kind === 'function') return { register: place.address, type: { kind: 'pointer', to: t } };
		if (t.kind === 'record') return { register: place.address, type: place.type };
		const size = sizeOf(place.type);
		const to = this.b.register();
		this.b.emit({
			op: 'load',
			to,
			address: place.address,
			type: place.type,
			size: size ?? 8,
			volatile: place.volatile,
			at: at(e),
			bits: place.bits,
			bitAt: place.bits === undefined ? undefined : (place.bitAt ?? 0),
		});
		return { register: to, type: place.type };
	}

	store(place: LValue, value: RValue, e: Node, initializer = false): void {
		if (place.kind === 'register') {
			this.b.emit({ op: 'move', to: place.register, from: value.register, local: place.local, at: at(e) });
			return;
		}
		const t = strip(place.type);
		if (t.kind === 'record' || t.kind === 'array') {
			this.b.emit({ op: 'copy', target: place.address, source: value.register, size: sizeOf(t), type: t, at: at(e) });
			return;
		}
		this.b.emit({
			op: 'store',
			address: place.address,
			from: value.register,
			type: place.type,
			size: sizeOf(place.type) ?? 8,
			volatile: place.volatile,
			at: at(e),
			bits: place.bits,
			initializer,
		});
	}

	// ---- Arithmetic ----

	private unary(operator: '-' | '+' | '!' | '~', operand: Expression, e: Expression): RValue {
		if (operator === '!') {
			const v = this.value(operand);
			const zero = this.constant(0n, INT, at(e));
			return this.compare('==', v, zero, e);
		}
		const v = this.promote(this.value(operand), e);
		if (operator === '+') return v;
		const type = strip(v.type);
		const left = this.constant(operator === '-' ? 0n : -1n, v.type, at(e));
		const to = this.b.register();
		this.b.emit({
			op: 'arithmetic',
			to,
			operator: operator === '-' ? '-' : '^',
			left: left.register,
			right: v.register,
			size: sizeOf(v.type) ?? 8,
			signed: type.kind === 'int' ? type.signed : true,
			at: at(e),
		});
		return { register: to, type: v.type };
	}

	binary(operator: ArithmeticOperator | CompareOperator, left: RValue, right: RValue, e: Node): RValue {
		switch (operator) {
			case '==':
			case '!=':
			case '<':
			case '<=':
			case '>':
			case '>=':
				return this.compare(operator, left, right, e);
			case '+':
			case '-':
				return this.add(left, right, operator === '-', e);
			default:
				return this.arithmetic(operator, left, right, e);
		}
	}

	/** `left + right` or `left - right`, with pointer arithmetic. */
	add(left: RValue, right: RValue, subtract: boolean, e: Node): RValue {
		const lt = strip(left.type);
		const rt = strip(right.type);
		if (lt.kind === 'pointer' && rt.kind === 'pointer') {
			const size = sizeOf(lt.to) ?? 1;
			const difference = this.b.register();
			this.b.emit({
				op: 'arithmetic',
				to: difference,
				operator: '-',
				left: left.register,
				right: right.register,
				size: 8,
				signed: true,
				at: at(e),
			});
			if (size === 1) return { register: difference, type: LONG };
			const by = this.constant(BigInt(size), LONG, at(e));
			return this.arithmetic('/', { register: difference, type: LONG }, by, e);
		}
		if (lt.kind === 'pointer' || rt.kind === 'pointer') {
			const [pointer, index] = lt.kind === 'pointer' ? [left, right] : [right, left];
			const to = this.b.register();
			const t = strip(pointer.type);
			const scale = t.kind === 'pointer' ? (sizeOf(t.to) ?? 1) : 1;
			this.b.emit({
				op: 'offset',
				to,
				base: pointer.register,
				bytes: 0,
				index: index.register,
				scale,
				at: at(e),
				negative: subtract,
			});
			return { register: to, type: pointer.type };
		}
		return this.arithmetic(subtract ? '-' : '+', left, right, e);
	}

	private arithmetic(operator: ArithmeticOperator, left: RValue, right: RValue, e: Node): RValue {
		const type = operator === '<<' || operator === '>>' ? promoted(left.type) : usual(left.type, right.type);
		const l = this.convert(left, type, e);
		const r = operator === '<<' || operator === '>>' ? right : this.convert(right, type, e);
		const t = strip(type);
		const to = this.b.register();
		this.b.emit({
			op: 'arithmetic',
			to,
			operator,
			left: l.register,
			right: r.register,
			size: sizeOf(type) ?? 8,
			signed: t.kind === 'int' || t.kind === 'enum' ? t.signed : true,
			at: at(e),
		});
		return { register: to, type };
	}

	compare(operator: CompareOperator, left: RValue, right: RValue, e: Node): RValue {
		const pointers = strip(left.type).kind === 'pointer' || strip(right.type).kind === 'pointer';
		const type = pointers ? UNSIGNED_LONG : usual(left.type, right.type);
		const l = pointers ? left : this.convert(left, type, e);
		const r = pointers ? right : this.convert(right, type, e);
		const t = strip(type);
		const to = this.b.register();
		this.b.emit({
			op: 'compare',
			to,
			operator,
			left: l.register,
			right: r.register,
			signed: t.kind === 'int' || t.kind === 'enum' ? t.signed : false,
			size: sizeOf(type) ?? 8,
			at: at(e),
		});
		return { register: to, type: INT };
	}

	private promote(v: RValue, e: Node): RValue {
		return this.convert(v, promoted(v.type), e);
	}

	/** C conversion to `type`; with `cast` a pointer takes the type's name too. */
	convert(v: RValue, type: CType, e: Node, cast = false): RValue {
		const from = strip(v.type);
		const to = strip(type);
		if (to.kind === 'pointer') {
			if (from.kind === 'pointer' && !cast) return { register: v.register, type };
			const register = this.b.register();
			this.b.emit({ op: 'retype', to: register, from: v.register, type, at: at(e) });
			return { register, type };
		}
		if (to.kind !== 'int' && to.kind !== 'enum') return { register: v.register, type };
		const isBool = to.kind === 'int' && to.bool === true;
		if ((from.kind === 'int' || from.kind === 'enum') && !isBool) {
			const same = from.size === to.size && from.signed === to.signed;
			const widens = to.size > from.size && (!from.signed || to.signed);
			if (same || widens) return { register: v.register, type };
		}
		if (from.kind === 'int' && from.bool && isBool) return { register: v.register, type };
		const register = this.b.register();
		this.b.emit({
			op: 'convert',
			to: register,
			from: v.register,
			size: to.size,
			signed: to.signed,
			at: at(e),
			bool: isBool,
		});
		return { register, type };
	}

	private assignment(e: Expression & { kind: 'assignment' }): RValue {
		if (e.operator === '=') {
			const place = this.place(e.target);
			if (e.value.kind === 'initializer-list') {
				lowerInitializer(this, place, e.value, e);
				return this.load(place, e);
			}
			const value = this.assignable(this.value(e.value), place.type, e);
			this.store(place, value, e);
			return value;
		}
		const place = this.place(e.target);
		const old = this.load(place, e);
		const next = this.convert(this.binary(e.operator, old, this.value(e.value), e), place.type, e);
		this.store(place, next, e);
		return next;
	}

	/** Converts as an assignment, argument or return does. */
	assignable(v: RValue, type: CType, e: Node): RValue {
		const to = strip(type);
		if (to.kind === 'pointer') {
			const register = this.b.register();
			this.b.emit({ op: 'retype', to: register, from: v.register, type, at: at(e) });
			return { register, type };
		}
		return this.convert(v, type, e);
	}

	// ---- Control ----

	private conditional(e: Expression & { kind: 'logical' | 'conditional' }): RValue {
		const then = this.b.newBlock();
		const otherwise = this.b.newBlock();
		const done = this.b.newBlock();
		if (e.kind === 'logical') {
			const result = this.b.register();
			this.branch(e, then.id, otherwise.id);
			for (const [block, value] of [
				[then, 1n],
				[otherwise, 0n],
			] as const) {
				this.b.start(block, at(e));
				const v = this.constant(value, INT, at(e));
				this.b.emit({ op: 'move', to: result, from: v.register, at: at(e) });
				this.b.end({ kind: 'jump', target: done.id, at: at(e) });
			}
			this.b.start(done, at(e));
			return { register: result, type: INT };
		}
		const type = decay(this.b.file.typeOf(e, this.b.localScope()));
		const result = this.b.register();
		const isVoid = strip(type).kind === 'void';
		const arm = (value: RValue | undefined, node: Node): void => {
			if (!value || isVoid) return;
			const v = this.assignable(value, type, node);
			this.b.emit({ op: 'move', to: result, from: v.register, at: at(node) });
		};
		if (e.then) {
			this.branch(e.condition, then.id, otherwise.id);
			this.b.start(then, at(e.then));
			arm(this.value(e.then), e.then);
		} else {
			const v = this.value(e.condition);
			const test = this.compare('!=', v, this.constant(0n, INT, at(e)), e.condition);
			this.b.end({ kind: 'branch', condition: test.register, then: then.id, else: otherwise.id, at: at(e.condition) });
			this.b.start(then, at(e.condition));
			arm(v, e.condition);
		}
		if (this.b.reachable) this.b.end({ kind: 'jump', target: done.id, at: at(e) });
		this.b.start(otherwise, at(e.else));
		arm(this.value(e.else), e.else);
		this.b.start(done, at(e));
		if (isVoid) return { register: this.constant(0n, INT, at(e)).register, type: VOID };
		return { register: result, type };
	}

	/** Ends the current block with a jump to `then` or `otherwise`; `&&`, `||`, `!`, comma and constants become control flow. */
	branch(e: Expression, then: number, otherwise: number): void {
		switch (e.kind) {
			case 'logical': {
				const middle = this.b.newBlock();
				if (e.operator === '&&') this.branch(e.left, middle.id, otherwise);
				else this.branch(e.left, then, middle.id);
				this.b.start(middle, at(e.right));
				this.branch(e.right, then, otherwise);
				return;
			}
			case 'unary':
				if (e.operator === '!') {
					this.branch(e.operand, otherwise, then);
					return;
				}
				break;
			case 'comma':
				this.effect(e.left);
				this.branch(e.right, then, otherwise);
				return;
			case 'call':
				if (e.callee.kind === 'identifier' && /^__builtin_expect(_with_probability)?$/.test(e.callee.name) && e.arguments[0]) {
					this.branch(e.arguments[0], then, otherwise);
					return;
				}
				break;
			default:
		}
		const v = this.value(e);
		this.b.end({ kind: 'branch', condition: v.register, then, else: otherwise, at: at(e) });
	}

	// ---- Calls ----

	private call(e: Call): RValue {
		if (e.callee.kind === 'identifier' && !this.b.find(e.callee.name)) {
			const builtin = lowerBuiltin(this, e, e.callee.name);
			if (builtin) return builtin;
			const symbol = this.b.file.symbol(e.callee.name);
			if (symbol?.kind === 'function') return this.emitCall({ kind: 'function', symbol }, symbol.type, e);
		}
		const target = this.value(e.callee);
		let t = strip(target.type);
		if (t.kind === 'pointer') t = strip(t.to);
		return this.emitCall({ kind: 'indirect', register: target.register }, t, e);
	}

	private emitCall(callee: import('./ir.js').CallOp['callee'], type: CType, e: Call): RValue {
		const fn = strip(type);
		if (fn.kind === 'function' && !fits(e.arguments.length, fn)) this.b.spoiledFrom = Math.min(this.b.spoiledFrom, e.first);
		const args = e.arguments.map((argument, index) => {
			const v = this.value(argument);
			const parameter = fn.kind === 'function' ? fn.parameters[index] : undefined;
			// A name that nothing declares may be a constant of a header that is missing, but no constant is a pointer.
			if (argument.kind === 'identifier' && strip(v.type).kind === 'unknown' && parameter && strip(parameter.type).kind === 'pointer')
				this.b.spoiledFrom = Math.min(this.b.spoiledFrom, e.first);
			return parameter ? this.assignable(v, parameter.type, argument) : v;
		});
		const result = fn.kind === 'function' ? fn.result : UNKNOWN;
		const to = strip(result).kind === 'void' ? undefined : this.b.register();
		this.b.emit({
			op: 'call',
			to,
			callee,
			arguments: args.map((a) => a.register),
			argumentRanges: e.arguments.map(at),
			resultType: result,
			at: at(e),
		});
		if (callee.kind === 'function' && callee.symbol.attributes.includes('noreturn')) {
			this.b.end({ kind: 'unreachable', at: at(e) });
			this.b.start(this.b.newBlock(), at(e));
		}
		return { register: to ?? this.constant(0n, INT, at(e)).register, type: result };
	}
}

/** Can a function be called with so many arguments? Fewer may still be typed: `bpf_task_release();`. `f()` declares no parameters and says nothing. */
function fits(count: number, { parameters, variadic }: FunctionType): boolean {
	return count >= parameters.length && (count === parameters.length || variadic || parameters.length === 0);
}

/** Marks the pseudo place of an enumerator: reading gives the constant itself. */
const CONSTANT_PLACE: import('./ir.js').Local = { id: -1, name: '', type: INT, size: 0, at: { first: 0, last: 0 } };

export function at(node: Node): Range {
	return { first: node.first, last: node.last };
}

export function memory(address: Register, type: CType): LValue & { kind: 'memory' } {
	const t = strip(type);
	return { kind: 'memory', address, type, volatile: type.volatile === true || t.volatile === true };
}

/** C's integer promotion. */
export function promoted(type: CType): CType {
	const t = strip(type);
	if ((t.kind === 'int' || t.kind === 'enum') && t.size < 4) return INT;
	if (t.kind === 'int' && t.bool) return INT;
	return t.kind === 'enum' ? (t.size === 8 ? (t.signed ? LONG : UNSIGNED_LONG) : t.signed ? INT : UNSIGNED_INT) : type;
}

/** C's usual arithmetic conversions, for integers. */
export function usual(left: CType, right: CType): CType {
	const l = strip(promoted(left));
	const r = strip(promoted(right));
	if (l.kind === 'float') return left;
	if (r.kind === 'float') return right;
	if (l.kind !== 'int') return r.kind === 'int' ? right : UNSIGNED_LONG;
	if (r.kind !== 'int') return l;
	if (l.size === r.size) return l.signed === r.signed ? l : l.signed ? r : l;
	return l.size > r.size ? l : r;
}

/** Array and function types as an expression's value has them. */
export function decay(type: CType): CType {
	const t = strip(type);
	if (t.kind === 'array') return { kind: 'pointer', to: t.of };
	if (t.kind === 'function') return { kind: 'pointer', to: t };
	return type;
}

function sameType(a: CType, b: CType): boolean {
	const l = strip(a);
	const r = strip(b);
	if (l.kind !== r.kind) return false;
	if (l.kind === 'int' && r.kind === 'int') return l.size === r.size && l.signed === r.signed && (l.bool ?? false) === (r.bool ?? false);
	if (l.kind === 'pointer' && r.kind === 'pointer') return sameType(l.to, r.to);
	if (l.kind === 'record' && r.kind === 'record') return l.id === r.id;
	if (l.kind === 'array' && r.kind === 'array') return sameType(l.of, r.of);
	return true;
}
