// Names and types in inserted text: locals that clash with nothing, declarations in C's words, scopes of locals.
import type { CType } from '../../btf/ctype.js';
import { BlockScope, decay } from '../../program/block-scope.js';
import type { LocalScope, Scope } from '../../program/model.js';
import type { Declaration, FunctionDefinition, Node, Statement } from '../../syntax/ast.js';
import type { Slice } from '../../syntax/unit.js';
import { children, isStatement, pathTo } from './tree.js';

/** `wanted`, or `wanted2`, ...: a name that the function does not use but for members, which live in a space of their own. */
export function freshName(slice: Slice, wanted: string): string {
	const { tokens } = slice;
	const used = new Set(tokens.filter((_, i) => !/^(?:->|\.)$/.test(tokens[i - 1]?.text ?? '')).map((token) => token.text));
	let name = wanted;
	for (let n = 2; used.has(name); n++) name = `${wanted}${n}`;
	return name;
}

/** `struct task_struct *p` for a type and a name; undefined for a type that has no short words (arrays, functions, unknown). */
export function declare(type: CType, name: string): string | undefined {
	let at = type;
	let stars = '';
	while (at.kind === 'pointer') {
		stars = `*${stars}`;
		at = at.to;
	}
	const base = baseWords(at);
	return base === undefined ? undefined : `${base} ${stars}${name}`;
}

function baseWords(type: CType): string | undefined {
	const qualifier = type.const ? 'const ' : '';
	switch (type.kind) {
		case 'void':
			return `${qualifier}void`;
		case 'int':
			return qualifier + (type.bool ? 'bool' : type.name);
		case 'float':
		case 'typedef':
			return qualifier + type.name;
		case 'record':
			return type.tag === undefined ? undefined : `${qualifier}${type.union ? 'union' : 'struct'} ${type.tag}`;
		case 'enum':
			return type.tag === undefined ? `${qualifier}int` : `${qualifier}enum ${type.tag}`;
		default:
			return undefined;
	}
}

/** The statement that declares a local, and the block it lives in. */
export interface LocalDeclaration {
	readonly statement: Statement;
	readonly block: Node;
	readonly hasInitializer: boolean;
	/** The token of the name. */
	readonly nameToken: number;
	/** Nothing else is declared by the statement. */
	readonly alone: boolean;
}

/** The declaration of a local that `name` means at a token of the function; undefined for parameters and globals. */
export function localDeclaration(definition: FunctionDefinition, name: string, token: number): LocalDeclaration | undefined {
	let found: LocalDeclaration | undefined;
	const search = (block: Node): void => {
		for (const child of children(block)) {
			if (child.first > token) break;
			const statement = child as Statement;
			if (isStatement(statement) && statement.kind === 'declaration-statement') {
				const { declarators } = statement.declaration;
				const declarator = declarators.find((d) => d.name === name);
				if (declarator && declarator.first <= token)
					found = {
						statement,
						block,
						hasInitializer: declarator.initializer !== undefined,
						nameToken: declarator.nameToken,
						alone: declarators.length === 1,
					};
			}
			if (child.first <= token && child.last >= token) search(child);
		}
	};
	search(definition.body);
	return found;
}

/** Does `name` mean the same thing at both tokens: the same local, or no local at either? */
export function sameVariable(definition: FunctionDefinition, name: string, one: number, other: number): boolean {
	return localDeclaration(definition, name, one)?.statement === localDeclaration(definition, name, other)?.statement;
}

/** The locals and parameters that are in scope at a token of the function, for asking the scope about types of expressions there. */
export function localsAt(definition: FunctionDefinition, token: number, scope: Scope): LocalScope {
	const parameters = new Map<string, { readonly type: CType }>();
	for (const { name, type } of definition.type.parameters) if (name !== undefined) parameters.set(name, { type: decay(scope.type(type)) });
	let inner: LocalScope = { lookup: (name) => parameters.get(name) };
	for (const block of pathTo(definition.body, token, token)) {
		if (block.kind !== 'compound' && block.kind !== 'for') continue;
		const scoped = new BlockScope(scope, inner);
		inner = scoped;
		for (const child of children(block)) {
			if (child.first >= token) break;
			if (child.kind === 'declaration-statement') scoped.declare((child as Statement & { kind: 'declaration-statement' }).declaration);
			else if (child.kind === 'declaration') scoped.declare(child as Declaration);
		}
	}
	return inner;
}

/** Tokens before and behind a variable that is only asked whether it is NULL. */
const BEFORE_TEST = /^(?:!|&&|\|\||if|while|likely|unlikely)$/;
const BEHIND_TEST = /^(?:\)|&&|\|\||==|!=|\?)$/;

/** Does the text of a function use a variable between two tokens for more than a test, before it gives it another value? False for what is no plain name. */
export function isUsedBehind({ tokens }: Slice, name: string | undefined, from: number, until: number): boolean {
	const text = (index: number): string => tokens[index]?.text ?? '';
	const isName = (index: number): boolean => text(index) === name && !/^(?:->|\.)$/.test(text(index - 1));
	for (let at = from + 1; at <= until; at++) {
		if (!isName(at)) continue;
		if (text(at + 1) === '=') {
			for (let value = at + 2; value <= until && text(value) !== ';'; value++) if (isName(value)) return true;
			return false;
		}
		let open = at - 1;
		while (text(open) === '(') open--;
		if (!BEFORE_TEST.test(text(open)) || !BEHIND_TEST.test(text(at + 1))) return true;
	}
	return false;
}
