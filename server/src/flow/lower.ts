// A function definition to its control-flow graph: statements, scopes with their cleanups, jumps. Entry point of the layer.
import { type CType, type FunctionType, INT, strip } from '../btf/ctype.js';
import type { FunctionSymbol, Scope } from '../program/model.js';
import type { AsmStatement, CompoundStatement, Declaration, Expression, Node, Statement } from '../syntax/ast.js';
import { beginsLine } from '../syntax/broken.js';
import { type BlockScope, Builder, emptyScope } from './builder.js';
import type { FlowGraph } from './ir.js';
import { commonLength, type LabelDefinition, Labels } from './labels.js';
import { lowerAsm } from './lower-asm.js';
import { at, ExpressionLowering, memory, type RValue } from './lower-expression.js';
import { lowerInitializer } from './lower-initializer.js';
import { prune } from './prune.js';

/** Words before a tag. */
const TAGGED: ReadonlySet<string> = new Set(['struct', 'union', 'enum']);

/**
 * Lowers a function that has a definition; throws nothing for what the text holds. Results are pure: cache by the function's slice.
 *
 * @param doubtful Names whose declaration is broken text: what the function does from their first mention on is not certain.
 * @param whole Each step of an expression is to be there.
 */
export function lower(fn: FunctionSymbol, scope: Scope, doubtful: ReadonlySet<string>, whole: boolean): FlowGraph {
	const definition = fn.definition;
	if (!definition) throw new Error(`${fn.name} has no body`);
	const builder = new Builder(fn, scope, definition.addressTaken);
	const lowering = new StatementLowering(builder, definition.body);
	// A parameter that is one unknown word is an argument of a macro that nothing defines: BPF_PROG() while its header is missing.
	const unexpanded = definition.type.parameters.some(({ name, type }) => name === undefined && strip(scope.type(type)).kind === 'unknown');
	if (unexpanded) builder.spoiledFrom = 0;
	const parameters = definition.type.parameters.map((parameter, index) => {
		const type = fn.type.parameters[index]?.type ?? scope.type(parameter.type);
		return builder.declare(parameter.name ?? `(parameter ${index})`, adjusted(type), at(parameter), index);
	});
	builder.pushScope();
	lowering.compound(definition.body);
	if (doubtful.size > 0) {
		const own = new Set(builder.locals.map(({ name }) => name));
		const { tokens } = fn.slice;
		// A local of its name hides a variable, but no struct.
		const isHidden = (index: number) => own.has(tokens[index]!.text) && !TAGGED.has(tokens[index - 1]?.text ?? '');
		const mention = tokens.findIndex(({ text }, index) => doubtful.has(text) && !isHidden(index));
		if (mention >= 0) builder.spoiledFrom = Math.min(builder.spoiledFrom, mention);
	}
	const end = { first: definition.last, last: definition.last };
	if (builder.reachable) {
		lowering.leave(undefined);
		builder.end({ kind: 'return', value: undefined, at: end, implicit: true });
	}
	return prune(builder, parameters, whole);
}

/** A parameter of array or function type is a pointer. */
function adjusted(type: CType): CType {
	const t = strip(type);
	if (t.kind === 'array') return { kind: 'pointer', to: t.of };
	if (t.kind === 'function') return { kind: 'pointer', to: t };
	return type;
}

export class StatementLowering {
	readonly x: ExpressionLowering;
	private foundLabels: Labels | undefined;

	constructor(
		readonly b: Builder,
		private readonly body: CompoundStatement,
	) {
		this.x = new ExpressionLowering(b);
		this.x.statementExpression = (body) => this.statementExpression(body);
	}

	/** Most functions have none. */
	private get labels(): Labels {
		return (this.foundLabels ??= new Labels(this.body));
	}

	compound(body: CompoundStatement): void {
		this.open(body);
		for (const statement of body.body) this.statement(statement);
		this.close();
	}

	private open(body: CompoundStatement): void {
		this.b.pushScope();
		this.openCompounds.push(body);
		this.compoundScopes.push(this.b.scope);
	}

	private close(): void {
		this.openCompounds.pop();
		this.compoundScopes.pop();
		this.popScope();
	}

	private statementExpression(body: CompoundStatement): RValue | undefined {
		this.open(body);
		let result: RValue | undefined;
		body.body.forEach((statement, index) => {
			if (index === body.body.length - 1 && statement.kind === 'expression-statement') {
				const v = this.x.value(statement.expression);
				const t = strip(v.type);
				if (t.kind === 'record') {
					// The record outlives the scope as the expression's value.
					const local = this.b.declare(`(value ${this.b.locals.length})`, { ...v.type, volatile: true }, at(statement));
					this.b.scope.locals.pop();
					const to = this.b.register();
					this.b.emit({ op: 'address-of-local', to, local, at: at(statement) });
					this.x.store(memory(to, v.type), v, statement);
					result = { register: to, type: v.type };
				} else result = v;
			} else this.statement(statement);
		});
		this.close();
		return result;
	}

	private popScope(): void {
		const scope = this.b.scope;
		if (this.b.reachable) this.endOf(scope);
		this.b.scope = scope.parent ?? emptyScope(undefined);
	}

	/** Cleanups of one scope in reverse order, then the end of its locals. */
	private endOf(scope: BlockScope): void {
		for (const { local, function: fn, at: where } of [...scope.cleanups].reverse()) {
			const address = this.b.register();
			this.b.emit({ op: 'address-of-local', to: address, local, at: where });
			const to = strip(fn.type.result).kind === 'void' ? undefined : this.b.register();
			this.b.emit({
				op: 'call',
				to,
				callee: { kind: 'function', symbol: fn },
				arguments: [address],
				argumentRanges: [where],
				resultType: fn.type.result,
				at: where,
				cleanup: true,
			});
		}
		for (const local of scope.locals) if (local.register === undefined) this.b.emit({ op: 'end-of-scope', local, at: local.at });
	}

	/** Runs the cleanups of every scope from the current one up to, not including, `outer` (undefined: all of them). */
	leave(outer: BlockScope | undefined): void {
		for (let scope: BlockScope | undefined = this.b.scope; scope && scope !== outer; scope = scope.parent) this.endOf(scope);
	}

	statement(s: Statement): void {
		switch (s.kind) {
			case 'compound':
				this.compound(s);
				return;
			case 'declaration-statement':
				this.declaration(s.declaration);
				return;
			case 'expression-statement':
				this.x.effect(s.expression);
				return;
			case 'if':
				this.ifStatement(s);
				return;
			case 'while':
			case 'do':
			case 'for':
				this.loop(s);
				return;
			case 'switch':
				this.switchStatement(s);
				return;
			case 'case': {
				const from = this.b.file.constant(s.value, this.b.localScope());
				const to = s.upTo ? this.b.file.constant(s.upTo, this.b.localScope()) : from;
				const block = this.b.newBlock();
				if (this.b.switchCases && from !== undefined && to !== undefined) this.b.switchCases.push({ from, to, target: block.id });
				this.b.start(block, at(s));
				return;
			}
			case 'default': {
				const block = this.b.newBlock();
				this.b.switchDefault = block.id;
				this.b.start(block, at(s));
				return;
			}
			case 'label': {
				const label = this.labels.of(s);
				if (label) this.b.start(this.b.blocks[this.blockOf(label)]!, at(s));
				return;
			}
			case 'goto':
				if (typeof s.target === 'string') {
					const label = this.labels.find(s.target, this.openCompounds);
					if (!label) {
						this.b.gaps.push({ at: at(s), reason: `there is no label '${s.target}'` });
						this.b.end({ kind: 'unreachable', at: at(s) });
						return;
					}
					this.leave(this.compoundScopes[commonLength(label.path, this.openCompounds) - 1]);
					this.b.end({ kind: 'jump', target: this.blockOf(label), at: at(s) });
				} else {
					this.x.effect(s.target);
					this.b.end({ kind: 'fork', targets: [...this.labels.all()].map((label) => this.blockOf(label)), at: at(s) });
				}
				return;
			case 'break':
				if (this.b.breakTarget) {
					this.leave(this.b.breakTarget.scope);
					this.b.end({ kind: 'jump', target: this.b.breakTarget.block, at: at(s) });
				}
				return;
			case 'continue':
				if (this.b.continueTarget) {
					this.leave(this.b.continueTarget.scope);
					this.b.end({ kind: 'jump', target: this.b.continueTarget.block, at: at(s) });
				}
				return;
			case 'return': {
				let value: number | undefined;
				if (s.value) {
					const v = this.x.value(s.value);
					const result = this.b.fn.type.result;
					value =
						strip(result).kind === 'void' || strip(result).kind === 'record' ? v.register : this.x.assignable(v, result, s.value).register;
				}
				this.leave(undefined);
				this.b.end({ kind: 'return', value, at: at(s) });
				return;
			}
			case 'asm':
				this.asm(s);
				return;
			case 'empty':
				return;
			case 'unknown-statement':
				this.b.gaps.push({ at: at(s), reason: 'the text could not be understood' });
				return;
		}
	}

	private asm(s: AsmStatement): void {
		lowerAsm(this.x, s, (name) => {
			const label = this.labels.find(name, this.openCompounds);
			return label ? this.blockOf(label) : this.b.newBlock().id;
		});
	}

	private blockOf(label: LabelDefinition): number {
		label.block ??= this.b.newBlock().id;
		return label.block;
	}

	/** The compound statements that are open, outermost first, and the block scope of each: a jump leaves those that its label is not in. */
	private readonly openCompounds: CompoundStatement[] = [];
	private readonly compoundScopes: BlockScope[] = [];

	private declaration(d: Declaration): void {
		const scope = this.b.localScope();
		const specifier = d.specifier;
		if (specifier.kind === 'record' && specifier.tag && specifier.members) {
			(this.b.scope.tags ??= new Map()).set(specifier.tag, this.b.file.type(specifier, scope));
		}
		if (specifier.kind === 'enum' && specifier.enumerators) {
			let next = 0n;
			for (const enumerator of specifier.enumerators) {
				const value = enumerator.value ? this.b.file.constant(enumerator.value, this.b.localScope()) : next;
				next = (value ?? next) + 1n;
				(this.b.scope.constants ??= new Map()).set(enumerator.name, { type: INT, constant: value ?? next });
			}
		}
		for (const declarator of d.declarators) {
			let type = this.b.file.type(declarator.type, this.b.localScope());
			if (d.storage === 'typedef') {
				(this.b.scope.typedefs ??= new Map()).set(declarator.name, { kind: 'typedef', name: declarator.name, to: type });
				continue;
			}
			if (d.storage === 'extern' || strip(type).kind === 'function') {
				// `releas` above `bpf_task_release(task);` reads as a prototype whose result has a type that nothing declares.
				const result = strip(type).kind === 'function' ? strip((strip(type) as FunctionType).result).kind : undefined;
				// So does `struct x *a,` above `f();`: a prototype beside a variable.
				if (result === 'unknown' || (d.declarators.length > 1 && d.storage === undefined))
					this.b.spoiledFrom = Math.min(this.b.spoiledFrom, d.first);
				continue;
			}
			// `struct x *a,` above `a = f();` reads as a second declaration of one name.
			if (this.b.scope.locals.some(({ name, at: where }) => name === declarator.name && where.first > d.first))
				this.b.spoiledFrom = Math.min(this.b.spoiledFrom, d.first);
			// `els` above `p = f();` reads as a variable of a type that nothing declares.
			if (pointedTo(type).kind === 'unknown' && beginsLine(this.b.fn.slice.tokens[declarator.first]!))
				this.b.spoiledFrom = Math.min(this.b.spoiledFrom, d.first);
			if (declarator.type.kind === 'builtin' && declarator.type.name === 'auto' && declarator.initializer) {
				type = this.b.file.typeOf(declarator.initializer, this.b.localScope());
				const t = strip(type);
				if (t.kind === 'array') type = { kind: 'pointer', to: t.of };
			}
			const array = strip(type);
			if (array.kind === 'array' && array.length === undefined && declarator.initializer) {
				const length = initializerLength(declarator.initializer);
				if (length !== undefined) type = { ...array, length };
			}
			const local = this.b.declare(declarator.name, type, { first: declarator.nameToken, last: declarator.nameToken });
			const whole: Node = declarator;
			if (declarator.initializer && d.storage !== 'static') {
				if (local.register !== undefined) {
					const place = { kind: 'register' as const, register: local.register, type, local };
					lowerInitializer(this.x, place, declarator.initializer, whole);
				} else {
					const to = this.b.register();
					this.b.emit({ op: 'address-of-local', to, local, at: at(whole) });
					lowerInitializer(this.x, memory(to, type), declarator.initializer, whole);
				}
			} else if (d.storage === 'static') {
				// A static local is global data: what it holds is not followed, but a number it is.
				const { kind } = strip(type);
				const scalar = kind === 'int' || kind === 'enum';
				if (local.register !== undefined) this.b.emit({ op: 'unknown', to: local.register, scalar, at: at(whole) });
			}
			for (const attribute of declarator.attributes) {
				const name = attribute.args[0];
				if (attribute.name !== 'cleanup' || !name) continue;
				const symbol = this.b.file.symbol(name);
				if (symbol?.kind === 'function') this.b.scope.cleanups.push({ local, function: symbol, at: at(whole) });
			}
		}
	}

	private ifStatement(s: Statement & { kind: 'if' }): void {
		const then = this.b.newBlock();
		const done = this.b.newBlock();
		const otherwise = s.else ? this.b.newBlock() : done;
		this.x.branch(s.condition, then.id, otherwise.id);
		this.b.start(then, at(s.then));
		this.scoped(s.then);
		if (this.b.reachable) this.b.end({ kind: 'jump', target: done.id, at: at(s) });
		if (s.else) {
			this.b.start(otherwise, at(s.else));
			this.scoped(s.else);
			if (this.b.reachable) this.b.end({ kind: 'jump', target: done.id, at: at(s) });
		}
		this.b.start(done, at(s));
	}

	private scoped(s: Statement): void {
		if (s.kind === 'compound') this.compound(s);
		else {
			this.b.pushScope();
			this.statement(s);
			this.popScope();
		}
	}

	private loop(s: Statement & { kind: 'while' | 'do' | 'for' }): void {
		this.b.pushScope();
		const savedBreak = this.b.breakTarget;
		const savedContinue = this.b.continueTarget;
		if (s.kind === 'for' && s.init) {
			if (s.init.kind === 'declaration') this.declaration(s.init);
			else this.x.effect(s.init);
		}
		const head = this.b.newBlock();
		const body = this.b.newBlock();
		const next = s.kind === 'while' ? head : this.b.newBlock();
		const done = this.b.newBlock();
		this.b.breakTarget = { block: done.id, scope: this.b.scope };
		this.b.continueTarget = { block: next.id, scope: this.b.scope };
		if (s.kind === 'do') {
			this.b.start(body, at(s.body));
			this.scoped(s.body);
			this.b.start(next, at(s.condition));
			this.x.branch(s.condition, body.id, done.id);
		} else {
			this.b.start(head, at(s));
			if (s.condition) this.x.branch(s.condition, body.id, done.id);
			else this.b.end({ kind: 'jump', target: body.id, at: at(s) });
			this.b.start(body, at(s.body));
			this.scoped(s.body);
			if (s.kind === 'for') {
				this.b.start(next, at(s.step ?? s));
				if (s.step) this.x.effect(s.step);
			}
			if (this.b.reachable) this.b.end({ kind: 'jump', target: head.id, at: at(s) });
		}
		this.b.breakTarget = savedBreak;
		this.b.continueTarget = savedContinue;
		this.b.start(done, at(s));
		this.popScope();
	}

	private switchStatement(s: Statement & { kind: 'switch' }): void {
		const value = this.x.value(s.value);
		const done = this.b.newBlock();
		const head = this.b.current;
		const reachable = this.b.reachable;
		const saved = [this.b.breakTarget, this.b.switchCases, this.b.switchDefault] as const;
		this.b.breakTarget = { block: done.id, scope: this.b.scope };
		this.b.switchCases = [];
		this.b.switchDefault = undefined;
		this.b.current = { id: -1, operations: [], terminator: undefined };
		this.scoped(s.body);
		if (this.b.reachable) this.b.end({ kind: 'jump', target: done.id, at: at(s) });
		const cases = this.b.switchCases;
		if (reachable) {
			head.terminator = { kind: 'switch', value: value.register, cases, default: this.b.switchDefault ?? done.id, at: at(s.value) };
		}
		[this.b.breakTarget, this.b.switchCases, this.b.switchDefault] = saved;
		this.b.start(done, at(s));
	}
}

function initializerLength(e: Expression): number | undefined {
	if (e.kind === 'string') return e.value.length + 1;
	if (e.kind !== 'initializer-list') return undefined;
	return e.items.length;
}

/** What a pointer of any depth leads to in the end. */
function pointedTo(type: CType): CType {
	const at = strip(type);
	return at.kind === 'pointer' ? pointedTo(at.to) : at;
}
