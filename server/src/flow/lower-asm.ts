// Inline assembly. Three forms matter to a source-level reader: an empty template, which hides a value from the optimiser and keeps it;
// a conditional jump by `asm goto`, which macros such as bpf_cmp_likely() and can_loop are made of; and anything else, whose outputs
// are then unknown.
import type { AsmStatement } from '../syntax/ast.js';
import type { CompareOperator, Register } from './ir.js';
import { lowerAsmBody } from './lower-asm-body.js';
import { at, type ExpressionLowering, type RValue } from './lower-expression.js';

const CONDITION = /^\s*if\s+%\[?(\w+)\]?\s*(s?)(==|!=|<=|>=|<|>)\s*%\[?(\w+)\]?\s+goto\s+%l\[?(\w+)\]?;?\s*$/;

/** Lowers one asm statement; `label` gives the block of a C label. */
export function lowerAsm(x: ExpressionLowering, s: AsmStatement, label: (name: string) => number): void {
	if (!CONDITION.test(s.template) && /\S/.test(s.template) && lowerAsmBody(x, s, label)) return;
	const here = at(s);
	const inputs = s.inputs.map((o) => x.value(o.value));
	const empty = /^\s*$/.test(s.template);
	const writes: { register: Register; keep?: Register }[] = [];
	const stores: { place: ReturnType<ExpressionLowering['place']>; value: RValue }[] = [];
	const reads = inputs.map((v) => v.register);
	s.outputs.forEach((output, index) => {
		const place = x.place(output.value);
		let keep: RValue | undefined;
		if (output.constraint.includes('+')) {
			keep = x.load(place, output.value);
			reads.push(keep.register);
		} else {
			const tied = s.inputs.findIndex((i) => i.constraint === String(index));
			keep = inputs[tied];
		}
		const register = x.b.register();
		writes.push({ register, ...(empty && keep ? { keep: keep.register } : {}) });
		stores.push({ place, value: { register, type: place.type } });
	});
	x.b.emit({ op: 'asm', statement: s, writes, reads, clobbersMemory: s.clobbers.includes('memory'), at: here });
	for (const { place, value } of stores) x.store(place, value, s);
	if (s.labels.length === 0) return;
	const through = x.b.newBlock();
	const condition = CONDITION.exec(s.template);
	if (condition) {
		const operand = (name: string): RValue | undefined => {
			const all = [...s.outputs, ...s.inputs];
			const position = /^\d+$/.test(name) ? Number(name) : all.findIndex((o) => o.name === name);
			const input = inputs[position - s.outputs.length];
			return input;
		};
		const [, left, signed, operator, right, target] = condition;
		const l = operand(left ?? '');
		const r = operand(right ?? '');
		const name = /^\d+$/.test(target ?? '') ? s.labels[Number(target) - s.outputs.length - s.inputs.length] : target;
		if (l && r && name && s.labels.includes(name)) {
			const to = x.b.register();
			x.b.emit({
				op: 'compare',
				to,
				operator: operator as CompareOperator,
				left: l.register,
				right: r.register,
				signed: signed === 's',
				size: 8,
				at: here,
			});
			x.b.end({ kind: 'branch', condition: to, then: label(name), else: through.id, at: here });
			x.b.start(through, here);
			return;
		}
	}
	x.b.end({ kind: 'fork', targets: [through.id, ...s.labels.map(label)], at: here });
	x.b.start(through, here);
}
