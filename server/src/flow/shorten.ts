// Takes out of a function what only carries values about. The lowering writes down each step of an expression, since whoever observes a program asks for the value of
// each; the exploration alone asks for none, and half of its steps would be copies. Values, and where they are judged, stay what they are.
//
// Works on the builder's own operations, block by block, and changes them in place; what nobody reads any more is dropped with the other dead operations.
import { type CType, strip } from '../btf/ctype.js';
import type { ArithmeticOp, ArithmeticOperator, Block, CompareOperator, ConvertOp, MoveOp, Operation, Register, Terminator } from './ir.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What a conversion to a pointer's type leaves as it is: what one to `void *` gave, to another such one; what one to any other type gave. */
const GENERIC = 1;
const TYPED = 2;
/** An address of something that has a name, wherever it is moved. */
const NAMED = 3;

/**
 * What is known of each register at one point of a block. An entry counts where it is younger than the block's beginning, so that nothing is ever cleared; a copy
 * counts until one of the two is written again.
 */
let now = 0;
let began = 0;
let room = 0;
let copiedAt = new Int32Array(0);
let copyOf = new Int32Array(0);
let writtenAt = new Int32Array(0);
let constantAt = new Int32Array(0);
let settledAt = new Int32Array(0);
let settledAs = new Uint8Array(0);
const constants: bigint[] = [];
/** The clock starts again before it no longer fits. */
const LATEST = 2 ** 30;

function begin(count: number): void {
	if (count <= room && now < LATEST) return;
	room = Math.max(room, 2 * count, 256);
	now = 0;
	copiedAt = new Int32Array(room);
	copyOf = new Int32Array(room);
	writtenAt = new Int32Array(room);
	constantAt = new Int32Array(room);
	settledAt = new Int32Array(room);
	settledAs = new Uint8Array(room);
	for (let k = constants.length; k < room; k++) constants.push(0n);
}

/** The register that holds what this one does, and will without it. */
function source(register: Register): Register {
	const at = copiedAt[register]!;
	if (at <= began) return register;
	const from = copyOf[register]!;
	return writtenAt[from]! <= at ? from : register;
}

function write(register: Register): void {
	writtenAt[register] = ++now;
	copiedAt[register] = 0;
	constantAt[register] = 0;
	settledAt[register] = 0;
}

function copy(to: Register, from: Register): void {
	if (to === from) return;
	copiedAt[to] = ++now;
	copyOf[to] = from;
}

function know(register: Register, value: bigint): void {
	constants[register] = value;
	constantAt[register] = now;
}

function constant(register: Register): bigint | undefined {
	return constantAt[register]! > began ? constants[register] : undefined;
}

function settle(register: Register, as: number): void {
	settledAs[register] = as;
	settledAt[register] = now;
}

function settled(register: Register): number {
	return settledAt[register]! > began ? settledAs[register]! : 0;
}

/** `count` is the number of registers. True where a branch turned out to be decided, and is none any more. */
export function shorten(blocks: readonly Block[], count: number): boolean {
	let decided = false;
	begin(count);
	for (const block of blocks) {
		began = ++now;
		const { operations } = block;
		for (let k = 0; k < operations.length; k++) {
			const other = shortened(operations[k]!);
			if (other) operations[k] = other;
		}
		const t = block.terminator as Writable<Terminator>;
		if (t.kind === 'branch') {
			const value = constant(t.condition);
			t.condition = source(t.condition);
			if (value === undefined) continue;
			block.terminator = { kind: 'jump', target: value === 0n ? t.else : t.then, at: t.at };
			decided = true;
		} else if (t.kind === 'switch') t.value = source(t.value);
		else if (t.kind === 'return' && t.value !== undefined) t.value = source(t.value);
	}
	return decided;
}

/** Reads from where values come from, and notes what the operation says of its result. Gives what it is to be replaced by, if anything. */
function shortened(operation: Operation): Operation | undefined {
	const o = operation as Writable<Operation>;
	switch (o.op) {
		case 'const':
			write(o.to);
			know(o.to, o.value);
			return undefined;
		case 'string':
		case 'address-of-local':
			write(o.to);
			settle(o.to, NAMED);
			return undefined;
		case 'address-of-global':
			write(o.to);
			if (!o.symbol.ksym) settle(o.to, NAMED);
			return undefined;
		case 'move': {
			const from = source(o.from);
			const value = constant(from);
			const as = settled(from);
			o.from = from;
			write(o.to);
			if (value !== undefined) know(o.to, value);
			settle(o.to, as);
			if (!o.local) copy(o.to, from);
			return undefined;
		}
		case 'retype': {
			o.from = source(o.from);
			const { to, from } = o;
			const known = settled(from);
			const result = settledBy(o.type);
			write(to);
			settle(to, Math.max(known, result));
			if (known >= TYPED || (known === GENERIC && result === GENERIC)) copy(to, from);
			return undefined;
		}
		case 'convert': {
			o.from = source(o.from);
			const { to, from, at } = o;
			const value = constant(from);
			const converted = value === undefined ? undefined : convertedConstant(o, value);
			write(to);
			if (converted === undefined) return undefined;
			know(to, converted);
			if (converted !== value) return { op: 'const', to, value: converted, at };
			copy(to, from);
			return undefined;
		}
		case 'offset': {
			o.base = source(o.base);
			if (o.index !== undefined) {
				o.index = source(o.index);
				const index = constant(o.index);
				if (index !== undefined && isSmall(index)) {
					o.element = Number(index);
					o.index = undefined;
				}
			}
			const isNamed = settled(o.base) === NAMED;
			write(o.to);
			if (isNamed) settle(o.to, NAMED);
			return undefined;
		}
		case 'arithmetic': {
			o.left = source(o.left);
			o.right = source(o.right);
			const left = constant(o.left);
			const right = left === undefined ? undefined : constant(o.right);
			write(o.to);
			const value = left === undefined || right === undefined ? undefined : folded(o, left, right);
			if (value === undefined) return undefined;
			know(o.to, value);
			return { op: 'const', to: o.to, value, at: o.at };
		}
		case 'compare': {
			o.left = source(o.left);
			o.right = source(o.right);
			const left = constant(o.left);
			const right = left === undefined ? undefined : constant(o.right);
			write(o.to);
			if (left === undefined || right === undefined || !isSmall(left) || !isSmall(right)) return undefined;
			const value = COMPARISONS[o.operator](left, right) ? 1n : 0n;
			know(o.to, value);
			return { op: 'const', to: o.to, value, at: o.at };
		}
		case 'load':
			o.address = source(o.address);
			write(o.to);
			return undefined;
		case 'store':
			o.address = source(o.address);
			o.from = source(o.from);
			return undefined;
		case 'fill':
			o.address = source(o.address);
			return undefined;
		case 'copy':
			o.target = source(o.target);
			o.source = source(o.source);
			return undefined;
		case 'atomic':
			o.address = source(o.address);
			if (o.from !== undefined) o.from = source(o.from);
			if (o.to !== undefined) write(o.to);
			return undefined;
		case 'call': {
			const given = o.arguments as Register[];
			for (let k = 0; k < given.length; k++) given[k] = source(given[k]!);
			if (o.callee.kind === 'indirect') (o.callee as Writable<typeof o.callee>).register = source(o.callee.register);
			if (o.to !== undefined) write(o.to);
			return undefined;
		}
		case 'asm':
			for (const { register } of o.writes) write(register);
			return undefined;
		case 'address-of-function':
		case 'type-id':
		case 'unknown':
			write(o.to);
			return undefined;
		case 'end-of-scope':
			return undefined;
	}
}

/** What a value is known to be that was converted to this type: the machine takes the type for what a pointer leads to where it knows nothing else. */
function settledBy(type: CType): number {
	const t = strip(type);
	const to = t.kind === 'pointer' ? strip(t.to) : undefined;
	if (!to || to.kind === 'void') return GENERIC;
	// What has no name leaves the pointer without one.
	return to.kind === 'record' && !to.tag ? 0 : TYPED;
}

/** Beyond, numbers are approximate to the verifier. */
function isSmall(value: bigint): boolean {
	return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER);
}

function convertedConstant(o: ConvertOp, value: bigint): bigint | undefined {
	if (!isSmall(value)) return undefined;
	if (o.bool) return value === 0n ? 0n : 1n;
	return fitted(value, o.size, o.signed);
}

/** Truncated to `size` bytes, and read by its sign. */
function fitted(value: bigint, size: number, signed: boolean): bigint {
	return signed ? BigInt.asIntN(size * 8, value) : BigInt.asUintN(size * 8, value);
}

const FOLDS: Partial<Record<ArithmeticOperator, (l: bigint, r: bigint) => bigint>> = {
	'+': (l, r) => l + r,
	'-': (l, r) => l - r,
	'*': (l, r) => l * r,
	'&': (l, r) => l & r,
	'|': (l, r) => l | r,
	'^': (l, r) => l ^ r,
	'<<': (l, r) => l << r,
	'>>': (l, r) => l >> r,
};

const COMPARISONS: Record<CompareOperator, (l: bigint, r: bigint) => boolean> = {
	'==': (l, r) => l === r,
	'!=': (l, r) => l !== r,
	'<': (l, r) => l < r,
	'<=': (l, r) => l <= r,
	'>': (l, r) => l > r,
	'>=': (l, r) => l >= r,
};

function folded(o: ArithmeticOp, left: bigint, right: bigint): bigint | undefined {
	const fold = FOLDS[o.operator];
	if (!fold || !isSmall(left) || !isSmall(right)) return undefined;
	if ((o.operator === '<<' || o.operator === '>>') && (right < 0n || right >= BigInt(o.size * 8))) return undefined;
	return fitted(fold(left, right), o.size, o.signed);
}

/**
 * `to = ...; local = to`, where nobody reads `to` again: the operation that puts the value straight into the variable. Undefined where its result may be a reference whose
 * holder is to be named and the operation names none.
 */
export function joined(operation: Operation, move: MoveOp): Operation | undefined {
	const o = operation as Writable<Operation>;
	const { to, local } = move;
	switch (o.op) {
		case 'retype':
		case 'convert':
		case 'offset':
		case 'load':
		case 'arithmetic':
			o.local = local;
			o.to = to;
			return o as Operation;
		case 'const':
		case 'string':
		case 'address-of-local':
		case 'address-of-global':
		case 'compare':
		case 'unknown':
			o.to = to;
			return o as Operation;
		default:
			return undefined;
	}
}
