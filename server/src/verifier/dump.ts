// Graphs and states as text, for `bpfls check --dump` and for people who work on the machine.
import type { FlowGraph, Operation, Terminator } from '../flow/ir.js';
import { describeValue } from './describe-value.js';
import type { State } from './state.js';

export function dumpGraph(graph: FlowGraph): string {
	let text = `function ${graph.function.name}\n`;
	for (const local of graph.locals)
		text += `  local ${local.name}${local.register === undefined ? ' in memory' : ` = r${local.register}`}\n`;
	for (const block of graph.blocks) {
		text += `  block ${block.id}${graph.joins.has(block.id) ? ' (join)' : ''}:\n`;
		for (const operation of block.operations) text += `    ${dumpOperation(operation)}\n`;
		text += `    ${dumpTerminator(block.terminator)}\n`;
	}
	return `${text}\n`;
}

const r = (register: number | undefined): string => (register === undefined ? '_' : `r${register}`);

export function dumpOperation(o: Operation): string {
	switch (o.op) {
		case 'const':
			return `${r(o.to)} = ${o.value}`;
		case 'string':
			return `${r(o.to)} = ${JSON.stringify(o.value)}`;
		case 'address-of-local':
			return `${r(o.to)} = &${o.local.name}`;
		case 'address-of-global':
		case 'address-of-function':
			return `${r(o.to)} = &${o.symbol.name}`;
		case 'type-id':
			return `${r(o.to)} = type id`;
		case 'move':
		case 'retype':
			return `${r(o.to)} = ${r(o.from)}${o.op === 'move' && o.local ? ` (${o.local.name})` : ''}`;
		case 'convert':
			return `${r(o.to)} = (${o.signed ? 's' : 'u'}${o.size * 8}) ${r(o.from)}`;
		case 'offset':
			return `${r(o.to)} = ${r(o.base)} + ${o.bytes}${o.index === undefined ? '' : ` ${o.negative ? '-' : '+'} ${r(o.index)} * ${o.scale ?? 1}`}${o.field?.member.name ? ` (.${o.field.member.name})` : ''}`;
		case 'load':
			return `${r(o.to)} = load${o.size} [${r(o.address)}]`;
		case 'store':
			return `store${o.size} [${r(o.address)}] = ${r(o.from)}`;
		case 'fill':
			return `fill [${r(o.address)}] ${o.size ?? '?'} bytes`;
		case 'copy':
			return `copy [${r(o.target)}] = [${r(o.source)}] ${o.size ?? '?'} bytes`;
		case 'arithmetic':
		case 'compare':
			return `${r(o.to)} = ${r(o.left)} ${o.operator} ${r(o.right)}`;
		case 'call':
			return `${r(o.to)} = call ${o.callee.kind === 'function' ? o.callee.symbol.name : r(o.callee.register)}(${o.arguments.map(r).join(', ')})`;
		case 'atomic':
			return `${r(o.to)} = atomic [${r(o.address)}] ${r(o.from)}`;
		case 'asm':
			return `asm ${JSON.stringify(o.statement.template)}`;
		case 'unknown':
			return `${r(o.to)} = unknown${o.reason ? ` (${o.reason})` : ''}`;
		case 'end-of-scope':
			return `end ${o.local.name}`;
	}
}

function dumpTerminator(t: Terminator): string {
	switch (t.kind) {
		case 'jump':
			return `jump ${t.target}`;
		case 'branch':
			return `branch ${r(t.condition)} ? ${t.then} : ${t.else}`;
		case 'fork':
			return `fork ${t.targets.join(' ')}`;
		case 'switch':
			return `switch ${r(t.value)}: ${t.cases.map((c) => `${c.from}->${c.target}`).join(' ')} else ${t.default}`;
		case 'return':
			return `return ${r(t.value)}`;
		case 'unreachable':
			return 'unreachable';
	}
}

export function dumpState(state: State, graph: FlowGraph): string {
	let text = `  ${graph.function.name} block ${state.block}:`;
	for (const [register, value] of state.frame.registers) {
		const local = graph.locals.find((l) => l.register === register);
		text += ` ${local ? local.name : r(register)}=${describeValue(value, state)}`;
	}
	for (const object of state.objects.values()) {
		for (const [offset, cell] of object.cells) text += ` ${object.local.name}[${offset}]=${describeValue(cell.value, state)}`;
	}
	for (const [key, value] of state.loads) if (value.kind === 'pointer') text += ` {${key}}=${describeValue(value, state)}`;
	if (state.references.size > 0) text += ` refs=${[...state.references.values()].map((x) => `#${x.number}`).join(',')}`;
	if (state.rcu) text += ' rcu';
	if (state.preempt) text += ' preempt-off';
	if (state.locks.length > 0) text += ' locked';
	if (state.irqs.length > 0) text += ' irq-off';
	return `${text}\n`;
}
