// The instructions of an inline assembly statement, where all of them are understood: BPF's own assembler text becomes operations like those
// of C, so that calls of kfuncs and helpers in it are followed. Anything not understood (the stack by r10, atomics, ...) leaves the
// statement as a whole to the caller.
import { type IntType, strip, UNSIGNED_LONG } from '../btf/ctype.js';
import type { AsmOperand, AsmStatement } from '../syntax/ast.js';
import type { ArithmeticOperator, CompareOperator, Register } from './ir.js';
import { at, type ExpressionLowering, type RValue } from './lower-expression.js';

type Instruction =
	| { readonly kind: 'move'; readonly to: string; readonly from: string; readonly wide: boolean }
	| { readonly kind: 'arithmetic'; readonly to: string; readonly operator: ArithmeticOperator; readonly by: string }
	| {
			readonly kind: 'load';
			readonly to: string;
			readonly size: number;
			readonly signed: boolean;
			readonly base: string;
			readonly offset: number;
	  }
	| { readonly kind: 'store'; readonly size: number; readonly base: string; readonly offset: number; readonly from: string }
	| { readonly kind: 'call'; readonly name: string }
	| {
			readonly kind: 'branch';
			readonly left: string;
			readonly operator: CompareOperator;
			readonly signed: boolean;
			readonly right: string;
			readonly target: string;
	  }
	| { readonly kind: 'goto'; readonly target: string }
	| { readonly kind: 'exit' };

/** An operand of the statement, by its name or by its number: `%[max]`, `%0`. */
const NAMED = String.raw`%(?:\[\w+\]|\d+)`;
const OPERAND = String.raw`(?:[rw]\d|${NAMED}|-?(?:0x[\da-fA-F]+|\d+))`;
const PLACE = String.raw`${NAMED}|[rw]\d`;
const MOVE = new RegExp(`^(${PLACE}) = (${OPERAND})( ll)?$`);
const ARITHMETIC = new RegExp(`^(${PLACE}) (s?>>|<<|[-+*/%&|^])= (${OPERAND})$`);
const LOAD = new RegExp(String.raw`^(${PLACE}) = \*\(([us])(8|16|32|64) \*\)\((${PLACE}) ?([-+]) ?(\d+)\)$`);
const STORE = new RegExp(String.raw`^\*\(([us])(8|16|32|64) \*\)\((${PLACE}) ?([-+]) ?(\d+)\) = (${OPERAND})$`);
const NAMED_ANYWHERE = new RegExp(String.raw`${NAMED}(?!\w)`, 'g');
const CALL = new RegExp(String.raw`^call (${NAMED}|[A-Za-z_]\w*|\d+)$`);
const BRANCH = new RegExp(String.raw`^if (${OPERAND}) (s?)(==|!=|<=|>=|<|>) (${OPERAND}) goto (\S+)$`);
const LABEL = /^([A-Za-z_][\w.$]*(?:%=)?|\d+|\w+_%=): ?/;

/** The instructions with the labels that stand before each; undefined where one is not understood. */
function parse(template: string): { instructions: Instruction[]; labels: Map<string, number>; widths: number[] } | undefined {
	const instructions: Instruction[] = [];
	const labels = new Map<string, number>();
	const widths: number[] = [];
	const text = template.replace(/\/\*[\s\S]*?\*\//g, ' ');
	for (const piece of text.split(/[;\n]/)) {
		let line = piece.trim().replace(/\s+/g, ' ');
		for (let label = LABEL.exec(line); label; label = LABEL.exec(line)) {
			labels.set(label[1]!, instructions.length);
			line = line.slice(label[0].length).trim();
		}
		if (line === '') continue;
		const instruction = parseOne(line);
		if (!instruction) return undefined;
		instructions.push(instruction);
		widths.push(instruction.kind === 'move' && instruction.wide ? 2 : 1);
	}
	return instructions.length > 0 ? { instructions, labels, widths } : undefined;
}

function parseOne(line: string): Instruction | undefined {
	if (line === 'exit') return { kind: 'exit' };
	const jump = /^goto (\S+)$/.exec(line);
	if (jump) return { kind: 'goto', target: jump[1]! };
	const call = CALL.exec(line);
	if (call) return { kind: 'call', name: call[1]! };
	const branch = BRANCH.exec(line);
	if (branch) {
		const [, left, signed, operator, right, target] = branch;
		return { kind: 'branch', left: left!, operator: operator as CompareOperator, signed: signed === 's', right: right!, target: target! };
	}
	const load = LOAD.exec(line);
	if (load) {
		const [, to, sign, bits, base, direction, offset] = load;
		const bytes = (direction === '-' ? -1 : 1) * Number(offset);
		return { kind: 'load', to: to!, size: Number(bits) / 8, signed: sign === 's', base: base!, offset: bytes };
	}
	const store = STORE.exec(line);
	if (store) {
		const [, , bits, base, direction, offset, from] = store;
		return { kind: 'store', size: Number(bits) / 8, base: base!, offset: (direction === '-' ? -1 : 1) * Number(offset), from: from! };
	}
	const move = MOVE.exec(line);
	if (move) return { kind: 'move', to: move[1]!, from: move[2]!, wide: move[3] !== undefined };
	const arithmetic = ARITHMETIC.exec(line);
	if (arithmetic) {
		return { kind: 'arithmetic', to: arithmetic[1]!, operator: arithmetic[2]!.replace('s', '') as ArithmeticOperator, by: arithmetic[3]! };
	}
	return undefined;
}

const SIZES: Readonly<Record<number, string>> = { 1: 'unsigned char', 2: 'unsigned short', 4: 'unsigned int', 8: 'unsigned long' };
function integer(size: number, signed: boolean): IntType {
	return { kind: 'int', name: signed ? `signed ${size}` : (SIZES[size] ?? 'unsigned long'), size, signed };
}

/** Lowers the whole statement; false, with nothing emitted, where it is not understood. `label` gives the block of a C label. */
export function lowerAsmBody(x: ExpressionLowering, s: AsmStatement, label: (name: string) => number): boolean {
	if (/\br10\b|\bfp\b/.test(s.template)) return false;
	const parsed = parse(s.template);
	if (!parsed) return false;
	const { instructions, labels, widths } = parsed;
	const operands = new Map<string, AsmOperand>();
	for (const [position, operand] of [...s.outputs, ...s.inputs].entries()) {
		operands.set(`%${position}`, operand);
		if (operand.name !== undefined) operands.set(`%[${operand.name}]`, operand);
	}
	// What is not an operand of this statement was meant for another reader.
	if ((s.template.match(NAMED_ANYWHERE) ?? []).some((name) => !operands.has(name))) return false;
	const starts: number[] = [];
	let total = 0;
	for (const width of widths) {
		starts.push(total);
		total += width;
	}
	/** The instruction that a jump from `from` leads to; the count for the statement's end; undefined where it is not known. */
	const destination = (from: number, target: string): number | { c: string } | undefined => {
		const c = /^%l\[(\w+)\]$/.exec(target);
		if (c) return { c: c[1]! };
		const relative = /^\+(\d+)$/.exec(target);
		if (relative) {
			const slot = starts[from]! + widths[from]! + Number(relative[1]);
			return slot === total ? instructions.length : ((k) => (k < 0 ? undefined : k))(starts.indexOf(slot));
		}
		return labels.get(target) ?? labels.get(target.replace(/^(\d+)[bf]$/, '$1'));
	};
	const callees = new Map<number, import('../program/model.js').FunctionSymbol>();
	for (const [k, instruction] of instructions.entries()) {
		if (instruction.kind === 'goto' || instruction.kind === 'branch') if (destination(k, instruction.target) === undefined) return false;
		if (instruction.kind === 'call') {
			const written = calleeName(instruction.name, operands);
			const name = written !== undefined && /^\d+$/.test(written) ? x.b.file.helperName(Number(written)) : written;
			const symbol = name === undefined ? undefined : x.b.file.symbol(name);
			if (symbol?.kind !== 'function') return false;
			callees.set(k, symbol);
		}
	}
	emit(x, s, label, instructions, operands, destination, callees);
	return true;
}

function calleeName(name: string, operands: ReadonlyMap<string, AsmOperand>): string | undefined {
	if (!name.startsWith('%')) return name;
	let value = operands.get(name)?.value;
	while (value?.kind === 'cast' || value?.kind === 'address-of') value = value.operand;
	return value?.kind === 'identifier' ? value.name : undefined;
}

function emit(
	x: ExpressionLowering,
	s: AsmStatement,
	label: (name: string) => number,
	instructions: readonly Instruction[],
	operands: ReadonlyMap<string, AsmOperand>,
	destination: (from: number, target: string) => number | { c: string } | undefined,
	callees: ReadonlyMap<number, import('../program/model.js').FunctionSymbol>,
): void {
	const here = at(s);
	const cpu = Array.from({ length: 10 }, () => x.b.register());
	const given = new Map<AsmOperand, Register>();
	const called = new Set(
		[...callees.keys()].flatMap((k) =>
			instructions[k]!.kind === 'call' ? [operands.get((instructions[k] as { name: string }).name)] : [],
		),
	);
	for (const operand of [...s.outputs, ...s.inputs]) {
		if (called.has(operand)) continue;
		const output = s.outputs.indexOf(operand);
		const register = x.b.register();
		// An input whose constraint is a number lies in the register of that output.
		const tied = output < 0 ? undefined : s.inputs.find(({ constraint }) => constraint === String(output));
		if (output < 0 || tied || operand.constraint.includes('+')) {
			const value = output < 0 || tied ? x.value((tied ?? operand).value) : x.load(x.place(operand.value), operand.value);
			x.b.emit({ op: 'move', to: register, from: value.register, at: here });
		}
		given.set(operand, register);
	}
	const constant = (value: bigint): Register => x.constant(value, UNSIGNED_LONG, here).register;
	const read = (operand: string): Register => {
		const cpuRegister = /^[rw](\d)$/.exec(operand);
		if (cpuRegister) return cpu[Number(cpuRegister[1])]!;
		if (operand.startsWith('%')) return given.get(operands.get(operand)!) ?? constant(0n);
		return constant(operand.startsWith('-') ? -BigInt(operand.slice(1)) : BigInt(operand));
	};
	const through = x.b.newBlock();
	const blocks = instructions.map(() => x.b.newBlock());
	const blockOf = (to: number | { c: string }): number => (typeof to === 'number' ? (blocks[to]?.id ?? through.id) : label(to.c));
	for (const [k, i] of instructions.entries()) {
		x.b.start(blocks[k]!, here);
		const next = blocks[k + 1]?.id ?? through.id;
		switch (i.kind) {
			case 'move':
				x.b.emit({ op: 'move', to: read(i.to), from: read(i.from), at: here });
				break;
			case 'arithmetic':
				x.b.emit({
					op: 'arithmetic',
					to: read(i.to),
					operator: i.operator,
					left: read(i.to),
					right: read(i.by),
					size: 8,
					signed: true,
					at: here,
				});
				break;
			case 'load':
			case 'store': {
				const address = x.b.register();
				x.b.emit({ op: 'offset', to: address, base: read(i.base), bytes: i.offset, at: here });
				const type = integer(i.size, i.kind === 'load' && i.signed);
				if (i.kind === 'load') x.b.emit({ op: 'load', to: read(i.to), address, type, size: i.size, volatile: true, at: here });
				else x.b.emit({ op: 'store', address, from: read(i.from), type, size: i.size, volatile: true, at: here });
				break;
			}
			case 'call': {
				const symbol = callees.get(k)!;
				const count = symbol.type.parameters.length;
				x.b.emit({
					op: 'call',
					to: strip(symbol.type.result).kind === 'void' ? undefined : cpu[0],
					callee: { kind: 'function', symbol },
					arguments: cpu.slice(1, 1 + count),
					argumentRanges: cpu.slice(1, 1 + count).map(() => here),
					resultType: symbol.type.result,
					at: here,
				});
				break;
			}
			case 'branch': {
				const to = x.b.register();
				x.b.emit({
					op: 'compare',
					to,
					operator: i.operator,
					left: read(i.left),
					right: read(i.right),
					signed: i.signed,
					size: 8,
					at: here,
				});
				x.b.end({ kind: 'branch', condition: to, then: blockOf(destination(k, i.target)!), else: next, at: here });
				break;
			}
			case 'goto':
				x.b.end({ kind: 'jump', target: blockOf(destination(k, i.target)!), at: here });
				break;
			case 'exit':
				x.b.end({ kind: 'return', value: cpu[0], at: here });
				break;
		}
	}
	x.b.start(through, here);
	for (const operand of s.outputs) {
		const place = x.place(operand.value);
		const value: RValue = { register: given.get(operand)!, type: place.type };
		x.store(place, value, s);
	}
}
