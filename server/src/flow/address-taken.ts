// Which names have their address taken anywhere in a function: those locals live in memory.
// By name and not by declaration: a shadowed name may put one local too many into memory, which costs a little and is never wrong.
import type { Attribute, CompoundStatement, Expression, Node } from '../syntax/ast.js';

/** The names under `&` (also through members and indexes), those with a cleanup, and those that assembly reaches by memory operands. */
export function addressTaken(body: CompoundStatement): Set<string> {
	const names = new Set<string>();
	const root = (e: Expression): void => {
		switch (e.kind) {
			case 'identifier':
				names.add(e.name);
				break;
			case 'member':
				if (!e.arrow) root(e.object);
				break;
			case 'index':
				root(e.object);
				break;
			case 'cast':
				root(e.operand);
				break;
			default:
		}
	};
	// A list of commas is as deep as it is long.
	const open: object[] = [body];
	for (let next = open.pop(); next; next = open.pop()) {
		if (Array.isArray(next)) {
			for (const one of next) if (typeof one === 'object' && one !== null) open.push(one);
			continue;
		}
		const n = next as Node & {
			kind?: string;
			operand?: Expression;
			constraint?: string;
			value?: Expression;
			nameToken?: number;
			name?: string;
			attributes?: readonly Attribute[];
		};
		if (n.kind === 'identifier' || n.kind === 'integer') continue;
		if (n.kind === 'address-of' && n.operand) root(n.operand);
		if (typeof n.nameToken === 'number' && n.attributes?.some((a) => a.name === 'cleanup') && n.name) names.add(n.name);
		if (typeof n.constraint === 'string' && /m/.test(n.constraint) && !/[rg]/.test(n.constraint) && n.value) root(n.value);
		for (const key in n) {
			// What a type says is not evaluated.
			if (key === 'type' || key === 'specifier' || key === 'attributes') continue;
			const value: unknown = n[key as keyof typeof n];
			if (typeof value === 'object' && value !== null) open.push(value);
		}
	}
	return names;
}
