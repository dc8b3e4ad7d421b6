// What a state must tell apart and what not: registers that can decide something, loads that are made more than once, and locals that the program
// only writes. States that differ in nothing else are one, so that a chain of independent conditions costs what it is long and not what paths it has.

import { addReads, type Block, type LoadOp, type Operation, type Register, reads } from './ir.js';
import { RegisterSet } from './register-set.js';

/** What is relevant in one graph. Worked out when somebody asks: half of all functions have no place at which states could be told apart. */
export class Relevance {
	private knownShapes: ReadonlyMap<Register, string> | undefined;
	private knownLoads: ReadonlyMap<string, readonly LoadOp[]> | undefined;
	private knownSingles: ReadonlySet<LoadOp> | undefined;
	private knownQuiet: ReadonlySet<number> | undefined;
	private knownDecisive: Decisive | undefined;

	/** `count` is the number of registers; `inMemory` tells whether any local is not in one; `given` are those that hold something before the first operation. */
	constructor(
		private readonly blocks: readonly Block[],
		private readonly count: number,
		private readonly inMemory: boolean,
		private readonly given: RegisterSet | undefined,
	) {}

	/** Registers whose value can decide a branch, a size or an address. */
	get decisive(): RegisterSet {
		return this.decisiveSets.decisive;
	}

	/** The same where the caller lets the returned value decide something. */
	get decisiveForCaller(): RegisterSet {
		return this.decisiveSets.decisiveForCaller;
	}

	/** Locals in memory whose content the program itself never reads: they are filled for helpers. */
	get quietLocals(): ReadonlySet<number> {
		return (this.knownQuiet ??= this.inMemory ? writtenOnly(this.blocks) : new Set());
	}

	/** Loads of places that this function loads nowhere else: remembering their numbers would serve nobody. */
	get singleLoads(): ReadonlySet<LoadOp> {
		return (this.knownSingles ??= new Set([...this.loads.values()].flatMap((same) => (same.length === 1 ? same : []))));
	}

	/** How the place of a load is written: in all functions alike where it is one of a global, or else by the size alone. */
	placeOf({ address, size }: LoadOp): string {
		return loadShape(this.shapes, address, size);
	}

	private get decisiveSets(): Decisive {
		return (this.knownDecisive ??= decisiveRegisters(this.blocks, this.count, (address, size) => this.isReadBack(address, size)));
	}

	private isReadBack(address: Register, size: number): boolean {
		const shape = this.shapes.get(address);
		if (shape?.startsWith('l:')) return !this.quietLocals.has(Number.parseInt(shape.slice(2), 10));
		return shape === undefined || this.loads.has(loadShape(this.shapes, address, size));
	}

	private get shapes(): ReadonlyMap<Register, string> {
		return (this.knownShapes ??= shapesOf(this.blocks, this.count, this.given));
	}

	private get loads(): ReadonlyMap<string, readonly LoadOp[]> {
		return (this.knownLoads ??= loadsOf(this.blocks, this.shapes));
	}
}

type Decisive = Pick<Relevance, 'decisive' | 'decisiveForCaller'>;

function loadsOf(blocks: readonly Block[], shapes: ReadonlyMap<Register, string>): Map<string, LoadOp[]> {
	const loads = new Map<string, LoadOp[]>();
	for (const block of blocks) {
		for (const operation of block.operations) {
			if (operation.op !== 'load') continue;
			const shape = loadShape(shapes, operation.address, operation.size);
			const same = loads.get(shape);
			if (same) same.push(operation);
			else loads.set(shape, [operation]);
		}
	}
	return loads;
}

function loadShape(shapes: ReadonlyMap<Register, string>, address: Register, size: number): string {
	return shapes.get(address) ?? `d:${size}`;
}

/** How an address is written: which global or local and where in it, or which member of which struct. Registers assigned twice have none. */
function shapesOf(blocks: readonly Block[], count: number, given: RegisterSet | undefined): Map<Register, string> {
	const shapes = new Map<Register, string>();
	const constants = new Map<Register, bigint>();
	const assigned = new RegisterSet(count);
	if (given) assigned.addAll(given);
	const set = (to: Register, shape: string | undefined): void => {
		if (assigned.has(to)) {
			shapes.delete(to);
			return;
		}
		assigned.add(to);
		if (shape !== undefined) shapes.set(to, shape);
	};
	for (const block of blocks) {
		for (const o of block.operations) {
			switch (o.op) {
				case 'const':
					constants.set(o.to, o.value);
					set(o.to, undefined);
					break;
				case 'address-of-global':
					set(o.to, `g:${o.symbol.name}`);
					break;
				case 'address-of-local':
					set(o.to, `l:${o.local.id}`);
					break;
				case 'retype':
				case 'move':
					set(o.to, shapes.get(o.from));
					break;
				case 'offset': {
					const base = shapes.get(o.base);
					const element = o.index === undefined ? o.element : (constants.get(o.index) ?? '?');
					const index = element === undefined ? '' : `[${element}]`;
					if (base !== undefined) set(o.to, `${base}+${o.bytes}${index}`);
					else set(o.to, o.field ? `f:${o.field.record.id}.${o.field.member.name ?? o.bytes}${index}` : undefined);
					break;
				}
				case 'asm':
					for (const { register } of o.writes) set(register, undefined);
					break;
				default:
					if ('to' in o && o.to !== undefined) set(o.to, undefined);
			}
		}
	}
	return shapes;
}

/** Locals in memory that are stored into and given to helpers, but whose content the program itself never reads. */
function writtenOnly(blocks: readonly Block[]): Set<number> {
	const localOf = new Map<Register, number>();
	const all = new Set<number>();
	const readLocals = new Set<number>();
	const mark = (register: Register | undefined): void => {
		const local = register === undefined ? undefined : localOf.get(register);
		if (local !== undefined) readLocals.add(local);
	};
	// Addresses flow forwards; two passes reach those that a loop carries around.
	for (let pass = 0; pass < 2; pass++) {
		for (const block of blocks) {
			for (const o of block.operations) {
				if (o.op === 'address-of-local') {
					localOf.set(o.to, o.local.id);
					all.add(o.local.id);
				} else if (o.op === 'offset' || o.op === 'retype' || o.op === 'move') {
					const local = localOf.get(o.op === 'offset' ? o.base : o.from);
					if (local === undefined) continue;
					const known = localOf.get(o.to);
					if (known !== undefined && known !== local) {
						readLocals.add(known);
						readLocals.add(local);
					}
					localOf.set(o.to, local);
				} else readsContent(o, mark);
			}
			if (block.terminator.kind === 'return') mark(block.terminator.value);
		}
	}
	return new Set([...all].filter((local) => !readLocals.has(local)));
}

/** Marks the addresses through which an operation may read, or by which it lets somebody read who is followed. */
function readsContent(o: Operation, mark: (register: Register | undefined) => void): void {
	switch (o.op) {
		case 'load':
		case 'atomic':
			mark(o.address);
			return;
		case 'store':
			mark(o.from);
			return;
		case 'fill':
			return;
		case 'copy':
			mark(o.source);
			return;
		case 'call': {
			const followed = o.callee.kind === 'indirect' || o.callee.symbol.definition !== undefined;
			// A callback is given pointers of its caller's.
			const callsBack =
				o.callee.kind === 'function' &&
				o.callee.symbol.type.parameters.some((p) => p.type.kind === 'pointer' && p.type.to.kind !== 'record');
			if (followed || (callsBack && o.arguments.length > 2)) for (const argument of o.arguments) mark(argument);
			return;
		}
		default:
			for (const register of reads(o)) mark(register);
	}
}

/** Registers whose value can decide a branch, a size or an address, and those with what is returned as well, found backwards from those uses over moves and arithmetic. */
function decisiveRegisters(blocks: readonly Block[], count: number, readBack: (address: Register, size: number) => boolean): Decisive {
	const decisive = new RegisterSet(count);
	const returned: Register[] = [];
	const sources: Register[][] = [];
	const flow = (to: Register, from: Register): void => {
		const list = sources[to];
		if (list) list.push(from);
		else sources[to] = [from];
	};
	for (const block of blocks) {
		for (const o of block.operations) {
			switch (o.op) {
				case 'move':
				case 'convert':
				case 'retype':
					flow(o.to, o.from);
					break;
				case 'arithmetic':
				case 'compare':
					flow(o.to, o.left);
					flow(o.to, o.right);
					break;
				case 'asm':
					for (const w of o.writes) if (w.keep !== undefined) flow(w.register, w.keep);
					break;
				case 'offset':
					flow(o.to, o.base);
					if (o.index === undefined) break;
					flow(o.to, o.index);
					decisive.add(o.index);
					break;
				case 'store':
					decisive.add(o.address);
					if (readBack(o.address, o.size)) decisive.add(o.from);
					break;
				case 'call':
				case 'load':
				case 'fill':
				case 'copy':
				case 'atomic':
					addReads(decisive, o);
					break;
				default:
			}
		}
		const t = block.terminator;
		if (t.kind === 'branch') decisive.add(t.condition);
		else if (t.kind === 'switch') decisive.add(t.value);
		else if (t.kind === 'return' && t.value !== undefined) returned.push(t.value);
	}
	const spread = (set: RegisterSet, pending: Register[]): void => {
		while (pending.length > 0) {
			for (const from of sources[pending.pop()!] ?? []) {
				if (set.has(from)) continue;
				set.add(from);
				pending.push(from);
			}
		}
	};
	spread(decisive, [...decisive]);
	const decisiveForCaller = new RegisterSet(count);
	decisiveForCaller.addAll(decisive);
	const more = returned.filter((register) => !decisive.has(register));
	for (const register of more) decisiveForCaller.add(register);
	spread(decisiveForCaller, more);
	return { decisive, decisiveForCaller };
}
