// Holds a function's graph while it is being built: blocks, registers, local scopes, jump targets, cleanups.
import { type CType, sizeOf, strip } from '../btf/ctype.js';
import type { FunctionSymbol, LocalScope, Scope } from '../program/model.js';
import type { Local, Operation, Range, Register, Terminator } from './ir.js';

/** A block scope: names, and the locals that end with it, in order of declaration. */
export interface BlockScope {
	readonly parent?: BlockScope;
	names: Map<string, Local> | undefined;
	tags?: Map<string, CType>;
	typedefs?: Map<string, CType>;
	constants?: Map<string, { type: CType; constant: bigint }>;
	/** The scope for the type layer, made once. */
	asTypes?: LocalScope;
	readonly locals: Local[];
	readonly cleanups: { local: Local; function: FunctionSymbol; at: Range }[];
}

type OpenBlock = { id: number; operations: Operation[]; terminator: Terminator | undefined };

export class Builder {
	readonly blocks: OpenBlock[] = [];
	readonly locals: Local[] = [];
	readonly gaps: { at: Range; reason: string }[] = [];
	/** The first token of what cannot be compiled as it stands: nothing behind it is certain. */
	spoiledFrom = Number.POSITIVE_INFINITY;
	registerCount = 0;
	current: OpenBlock;
	scope: BlockScope;
	breakTarget: { block: number; scope: BlockScope } | undefined;
	continueTarget: { block: number; scope: BlockScope } | undefined;
	switchCases: { from: bigint; to: bigint; target: number }[] | undefined;
	switchDefault: number | undefined;

	constructor(
		readonly fn: FunctionSymbol,
		readonly file: Scope,
		readonly addressTaken: ReadonlySet<string>,
	) {
		this.scope = emptyScope(undefined);
		this.current = this.newBlock();
	}

	register(): Register {
		return this.registerCount++;
	}

	newBlock(): OpenBlock {
		const block: OpenBlock = { id: this.blocks.length, operations: [], terminator: undefined };
		this.blocks.push(block);
		return block;
	}

	emit(operation: Operation): void {
		this.current.operations.push(operation);
	}

	/** Ends the current block; what follows until the next `start` is unreachable and is dropped at the end. */
	end(terminator: Terminator): void {
		if (!this.current.terminator) this.current.terminator = terminator;
		this.current = { id: -1, operations: [], terminator: undefined };
	}

	start(block: OpenBlock, at: Range): void {
		if (this.current.id >= 0 && !this.current.terminator) this.current.terminator = { kind: 'jump', target: block.id, at };
		this.current = block;
	}

	get reachable(): boolean {
		return this.current.id >= 0;
	}

	declare(name: string, type: CType, at: Range, parameter?: number): Local {
		const kind = strip(type).kind;
		const inRegister =
			!this.addressTaken.has(name) &&
			!type.volatile &&
			(kind === 'int' || kind === 'enum' || kind === 'pointer' || kind === 'float' || kind === 'unknown');
		const local: Local = {
			id: this.locals.length,
			name,
			type,
			size: sizeOf(type) ?? 0,
			register: inRegister ? this.register() : undefined,
			parameter,
			at,
		};
		this.locals.push(local);
		(this.scope.names ??= new Map()).set(name, local);
		this.scope.locals.push(local);
		return local;
	}

	find(name: string): Local | undefined {
		for (let scope: BlockScope | undefined = this.scope; scope; scope = scope.parent) {
			const local = scope.names?.get(name);
			if (local) return local;
		}
		return undefined;
	}

	/** The block scopes as the type layer wants them. */
	localScope(): LocalScope {
		return (this.scope.asTypes ??= this.localTypes(this.scope));
	}

	private localTypes(start: BlockScope): LocalScope {
		return {
			lookup(name) {
				for (let scope: BlockScope | undefined = start; scope; scope = scope.parent) {
					const local = scope.names?.get(name);
					if (local) return { type: local.type };
					const constant = scope.constants?.get(name);
					if (constant) return constant;
				}
				return undefined;
			},
			lookupTag(tag) {
				for (let scope: BlockScope | undefined = start; scope; scope = scope.parent) {
					const type = scope.tags?.get(tag);
					if (type) return type;
				}
				return undefined;
			},
			lookupTypedef(name) {
				for (let scope: BlockScope | undefined = start; scope; scope = scope.parent) {
					const type = scope.typedefs?.get(name);
					if (type) return type;
				}
				return undefined;
			},
		};
	}

	pushScope(): void {
		this.scope = emptyScope(this.scope);
	}
}

export function emptyScope(parent: BlockScope | undefined): BlockScope {
	return {
		parent,
		names: undefined,
		locals: [],
		cleanups: [],
		tags: undefined,
		typedefs: undefined,
		constants: undefined,
		asTypes: undefined,
	};
}
