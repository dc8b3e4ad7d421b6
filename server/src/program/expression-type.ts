// The C type of an expression, by C's rules and GNU's additions. Arrays and functions are given as they are; the reader lets them decay.
import { BUILTIN_TYPES, DOUBLE, SIZE_T } from '../btf/builtin-int.js';
import { CHAR, type CType, findMember, INT, LONG, type Member, strip, UNKNOWN, VOID, VOID_POINTER } from '../btf/ctype.js';
import { qualify, unqualified } from '../btf/make-type.js';
import type { LocalTypes } from '../btf/types-from-syntax.js';
import type { Binary, Call, Conditional, Expression, Generic, MemberAccess, StatementExpression, TypeNode } from '../syntax/ast.js';
import { promote, usualConversion } from './arithmetic.js';
import { BlockScope, completeArray, decay } from './block-scope.js';
import { builtinResult } from './builtin-functions.js';
import { compatibleTypes, isQualified } from './compatible.js';

/** What typing needs from the unit. */
export interface ExpressionContext {
	/** The type of a name of file scope in the ordinary space: function, variable or enumerator. */
	nameType(name: string): CType | undefined;
	type(node: TypeNode, locals?: LocalTypes): CType;
	constant(expression: Expression, locals?: LocalTypes): bigint | undefined;
}

const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=']);
const FUNCTION_NAMES = new Set(['__func__', '__FUNCTION__', '__PRETTY_FUNCTION__']);

/** Types expressions; stateless but for its context, so that it can be asked again and again. */
export class ExpressionTyper {
	constructor(private readonly context: ExpressionContext) {}

	/** The type of an expression; the unknown type where the text does not say enough. `locals` are the names of block scope around it. */
	typeOf(e: Expression, locals?: LocalTypes): CType {
		switch (e.kind) {
			case 'identifier': {
				const local = locals?.lookup(e.name);
				if (local) return local.type;
				if (FUNCTION_NAMES.has(e.name)) return { kind: 'array', of: { ...CHAR, const: true } };
				return this.context.nameType(e.name) ?? UNKNOWN;
			}
			case 'integer':
				return BUILTIN_TYPES.get(e.type) ?? INT;
			case 'float':
				return DOUBLE;
			case 'string':
				return { kind: 'array', of: CHAR, length: e.value.length + 1 };
			case 'unary':
				return e.operator === '!' ? INT : unqualified(promote(this.typeOf(e.operand, locals), this.bitWidth(e.operand, locals)));
			case 'address-of':
				return { kind: 'pointer', to: this.typeOf(e.operand, locals) };
			case 'dereference':
				return pointee(this.typeOf(e.operand, locals));
			case 'inc-dec':
				return unqualified(this.typeOf(e.operand, locals));
			case 'binary':
				return this.binary(e, locals);
			case 'logical':
				return INT;
			case 'conditional':
				return this.conditional(e, locals);
			case 'assignment':
				return unqualified(this.typeOf(e.target, locals));
			case 'call':
				return this.call(e, locals);
			case 'index': {
				const object = strip(decay(this.typeOf(e.object, locals)));
				return object.kind === 'pointer' ? object.to : pointee(this.typeOf(e.index, locals));
			}
			case 'member':
				return this.member(e, locals);
			case 'cast':
			case 'va-arg':
				return this.context.type(e.type, locals);
			case 'compound-literal':
				return completeArray(this.context.type(e.type, locals), e.initializer, (index) => this.context.constant(index, locals));
			case 'sizeof':
			case 'offsetof':
				return SIZE_T;
			case 'types-compatible':
				return INT;
			case 'generic': {
				const chosen = this.chooseGeneric(e, locals);
				return chosen ? this.typeOf(chosen, locals) : UNKNOWN;
			}
			case 'statement-expression':
				return this.statementExpression(e, locals);
			case 'comma':
				return this.typeOf(e.right, locals);
			case 'label-address':
				return VOID_POINTER;
			case 'initializer-list':
			case 'unknown-expression':
				return UNKNOWN;
		}
	}

	/** The member that `object.name` or `object->name` means, with its place in the record; undefined where it is not known. */
	findAccess(e: MemberAccess, locals?: LocalTypes): Member | undefined {
		const object = this.typeOf(e.object, locals);
		const record = strip(e.arrow ? pointee(object) : object);
		return record.kind === 'record' ? findMember(record, e.member) : undefined;
	}

	/** The association that `_Generic` takes. */
	chooseGeneric(e: Generic, locals?: LocalTypes): Expression | undefined {
		const control = decay(this.typeOf(e.control, locals));
		let fallback: Expression | undefined;
		for (const association of e.associations) {
			if (!association.type) {
				fallback = association.value;
				continue;
			}
			const type = this.context.type(association.type, locals);
			if (!isQualified(type, 'const') && !isQualified(type, 'volatile') && compatibleTypes(control, type)) return association.value;
		}
		return fallback;
	}

	/** The block scope inside a statement expression, after all of its own declarations. */
	innerScope(e: StatementExpression, locals?: LocalTypes): LocalTypes {
		const scope = new BlockScope(
			{
				type: (node, at) => this.context.type(node, at),
				typeOf: (expression, at) => this.typeOf(expression, at),
				constant: (expression, at) => this.context.constant(expression, at),
			},
			locals,
		);
		for (const statement of e.body.body) if (statement.kind === 'declaration-statement') scope.declare(statement.declaration);
		return scope;
	}

	private statementExpression(e: StatementExpression, locals: LocalTypes | undefined): CType {
		const last = e.body.body.findLast((statement) => statement.kind !== 'empty');
		if (last?.kind !== 'expression-statement') return VOID;
		return unqualified(decay(this.typeOf(last.expression, this.innerScope(e, locals))));
	}

	private member(e: MemberAccess, locals: LocalTypes | undefined): CType {
		const whole = this.typeOf(e.object, locals);
		const object = e.arrow ? pointee(whole) : whole;
		const record = strip(object);
		const member = record.kind === 'record' ? findMember(record, e.member) : undefined;
		if (!member) return UNKNOWN;
		const isConst = isQualified(object, 'const');
		const isVolatile = isQualified(object, 'volatile');
		if (!isConst && !isVolatile) return member.type;
		return qualify(member.type, { ...(isConst ? { const: true } : {}), ...(isVolatile ? { volatile: true } : {}) });
	}

	private bitWidth(e: Expression, locals: LocalTypes | undefined): number | undefined {
		return e.kind === 'member' ? this.findAccess(e, locals)?.bitWidth : undefined;
	}

	private binary(e: Binary, locals: LocalTypes | undefined): CType {
		if (COMPARISONS.has(e.operator)) return INT;
		const left = this.typeOf(e.left, locals);
		if (e.operator === '<<' || e.operator === '>>') return unqualified(promote(left, this.bitWidth(e.left, locals)));
		const right = this.typeOf(e.right, locals);
		const l = strip(decay(left));
		const r = strip(decay(right));
		if (e.operator === '-' && l.kind === 'pointer' && r.kind === 'pointer') return LONG;
		if (l.kind === 'pointer') return unqualified(decay(left));
		if (r.kind === 'pointer') return unqualified(decay(right));
		return (
			usualConversion(promote(left, this.bitWidth(e.left, locals)), promote(right, this.bitWidth(e.right, locals))) ??
			(l.kind === 'unknown' ? UNKNOWN : r.kind === 'unknown' ? UNKNOWN : unqualified(left))
		);
	}

	private conditional(e: Conditional, locals: LocalTypes | undefined): CType {
		const then = e.then ?? e.condition;
		const left = decay(this.typeOf(then, locals));
		const right = decay(this.typeOf(e.else, locals));
		const l = strip(left);
		const r = strip(right);
		if (l.kind === 'unknown') return right;
		if (r.kind === 'unknown') return left;
		if (l.kind === 'pointer' && r.kind === 'pointer') {
			if (strip(r.to).kind === 'void') return this.isNull(e.else, locals) ? unqualified(left) : unqualified(right);
			if (strip(l.to).kind === 'void') return this.isNull(then, locals) ? unqualified(right) : unqualified(left);
			const qualifiers = {
				...(isQualified(r.to, 'const') ? { const: true } : {}),
				...(isQualified(r.to, 'volatile') ? { volatile: true } : {}),
			};
			const to = qualify(l.to, qualifiers);
			return to === l.to ? unqualified(left) : { kind: 'pointer', to };
		}
		if (l.kind === 'pointer') return unqualified(left);
		if (r.kind === 'pointer') return unqualified(right);
		if (l.kind === 'void' || r.kind === 'void') return VOID;
		return usualConversion(promote(left, this.bitWidth(then, locals)), promote(right, this.bitWidth(e.else, locals))) ?? unqualified(left);
	}

	/** A null pointer constant: zero, or zero cast to `void *`. */
	private isNull(e: Expression, locals: LocalTypes | undefined): boolean {
		return this.context.constant(e, locals) === 0n;
	}

	private call(e: Call, locals: LocalTypes | undefined): CType {
		if (e.callee.kind === 'identifier' && !locals?.lookup(e.callee.name)) {
			const declared = this.context.nameType(e.callee.name);
			const builtin = declared ? undefined : builtinResult(e.callee.name);
			if (builtin) {
				switch (builtin.kind) {
					case 'type':
						return builtin.type;
					case 'argument': {
						const argument = e.arguments[builtin.index];
						return argument ? decay(this.typeOf(argument, locals)) : UNKNOWN;
					}
					case 'pointee': {
						const argument = e.arguments[builtin.index];
						return argument ? unqualified(pointee(this.typeOf(argument, locals))) : UNKNOWN;
					}
					case 'choice': {
						const chosen = this.chooseExpression(e, locals);
						return chosen ? this.typeOf(chosen, locals) : UNKNOWN;
					}
				}
			}
		}
		const callee = strip(this.typeOf(e.callee, locals));
		const fn = callee.kind === 'pointer' ? strip(callee.to) : callee;
		return fn.kind === 'function' ? unqualified(fn.result) : UNKNOWN;
	}

	/** The branch that `__builtin_choose_expr` takes; undefined where its condition is no constant. */
	chooseExpression(e: Call, locals?: LocalTypes): Expression | undefined {
		const condition = e.arguments[0] && this.context.constant(e.arguments[0], locals);
		return condition === undefined ? undefined : e.arguments[condition !== 0n ? 1 : 2];
	}
}

/** What a pointer, or an array as a pointer, points to; a function is its own pointee, as in C. */
export function pointee(type: CType): CType {
	const t = strip(type);
	if (t.kind === 'pointer') return t.to;
	if (t.kind === 'array') return t.of;
	return t.kind === 'function' ? type : UNKNOWN;
}
