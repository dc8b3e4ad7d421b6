// Finds the records, enumerations and enumerators that one top-level declaration defines, wherever they stand in its types.
import type { EnumTypeNode, MemberNode, RecordTypeNode, TopLevel, TypeNode } from '../syntax/ast.js';

/** What a tree defines, by name. C gives a struct inside another struct the scope of the file. */
export interface Definitions {
	readonly records: ReadonlyMap<string, RecordTypeNode>;
	readonly enums: ReadonlyMap<string, EnumTypeNode>;
	/** The enumeration that each enumerator belongs to. */
	readonly enumerators: ReadonlyMap<string, EnumTypeNode>;
}

const found = new WeakMap<TopLevel, Definitions>();

/** The definitions of a tree; computed once a tree. The bodies of functions are not looked into. */
export function definitionsOf(tree: TopLevel): Definitions {
	let known = found.get(tree);
	if (!known) {
		known = search(tree);
		found.set(tree, known);
	}
	return known;
}

function search(tree: TopLevel): Definitions {
	const records = new Map<string, RecordTypeNode>();
	const enums = new Map<string, EnumTypeNode>();
	const enumerators = new Map<string, EnumTypeNode>();
	const seen = new Set<TypeNode>();
	const visit = (node: TypeNode): void => {
		if (seen.has(node)) return;
		seen.add(node);
		switch (node.kind) {
			case 'record':
				if (node.members && node.tag && !records.has(node.tag)) records.set(node.tag, node);
				for (const member of node.members ?? []) visitMember(member);
				return;
			case 'enum':
				if (node.enumerators && node.tag && !enums.has(node.tag)) enums.set(node.tag, node);
				for (const enumerator of node.enumerators ?? []) enumerators.set(enumerator.name, node);
				return;
			case 'pointer':
				visit(node.to);
				return;
			case 'array':
				visit(node.of);
				return;
			case 'function':
				visit(node.result);
				return;
			default:
				return;
		}
	};
	const visitMember = (member: MemberNode): void => visit(member.type);
	if (tree.kind === 'declaration') {
		visit(tree.specifier);
		for (const declarator of tree.declarators) visit(declarator.type);
	} else if (tree.kind === 'function-definition') visit(tree.type);
	return { records, enums, enumerators };
}
