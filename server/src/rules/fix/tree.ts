// Walking the plain syntax tree from outside: children, the way down to a place, and what stands in a function.
import type { Place } from '../../program/model.js';
import type { Expression, FunctionDefinition, Node, Statement } from '../../syntax/ast.js';

type AnyNode = Node & { readonly kind?: string };

const STATEMENTS: ReadonlySet<string> = new Set<Statement['kind']>([
	'compound',
	'declaration-statement',
	'expression-statement',
	'if',
	'while',
	'do',
	'for',
	'switch',
	'case',
	'default',
	'label',
	'goto',
	'break',
	'continue',
	'return',
	'asm',
	'empty',
	'unknown-statement',
]);

export function isStatement(node: AnyNode): node is Statement {
	return node.kind !== undefined && STATEMENTS.has(node.kind);
}

/** The nodes directly below `node`, in the order of their fields. */
export function children(node: Node): AnyNode[] {
	const found: AnyNode[] = [];
	const collect = (value: unknown): void => {
		if (typeof value !== 'object' || value === null) return;
		if (Array.isArray(value)) for (const item of value) collect(item);
		else if (typeof (value as Node).first === 'number' && typeof (value as Node).last === 'number') found.push(value as AnyNode);
		else for (const item of Object.values(value)) collect(item);
	};
	for (const value of Object.values(node)) collect(value);
	return found;
}

/** Calls `visit` for `node` and everything below it, outermost first. */
export function walk(node: Node, visit: (node: AnyNode) => void): void {
	const pending: AnyNode[] = [node];
	while (pending.length > 0) {
		const next = pending.pop()!;
		visit(next);
		pending.push(...children(next).reverse());
	}
}

/** The nodes that cover the tokens `first` to `last`, outermost first, ending with the smallest. */
export function pathTo(root: Node, first: number, last: number): AnyNode[] {
	const path: AnyNode[] = [];
	let at: AnyNode | undefined = root;
	while (at && at.first <= first && at.last >= last) {
		path.push(at);
		at = children(at).find((child) => child.first <= first && child.last >= last);
	}
	return path;
}

/** The function in whose definition a place lies; undefined for a place elsewhere. */
export function functionAt(place: Place): FunctionDefinition | undefined {
	const top = place.slice.parse();
	return top.kind === 'function-definition' && top.first <= place.first && top.last >= place.last ? top : undefined;
}

/** A statement and the nodes around it, outermost first, the statement itself last. */
export interface Located {
	readonly statement: Statement;
	readonly ancestors: readonly AnyNode[];
}

/** The innermost statement around tokens of a function, the function's own body excepted; undefined where there is none. */
export function statementAt(definition: FunctionDefinition, first: number, last: number): Located | undefined {
	const path = pathTo(definition, first, last);
	for (let i = path.length - 1; i >= 0; i--) {
		const node = path[i]!;
		if (isStatement(node) && node !== definition.body) return { statement: node, ancestors: path.slice(0, i) };
	}
	return undefined;
}

/** The same statement located, for one that was found by walking. */
export function locate(definition: FunctionDefinition, statement: Statement): Located | undefined {
	const path = pathTo(definition, statement.first, statement.last);
	const index = path.indexOf(statement);
	return index < 0 ? undefined : { statement, ancestors: path.slice(0, index) };
}

/** The expressions of a function that `accept` takes, in order of appearance. */
export function findExpressions<T extends Expression>(root: Node, accept: (node: AnyNode) => node is T): T[] {
	const found: T[] = [];
	walk(root, (node) => {
		if (accept(node)) found.push(node);
	});
	return found;
}

/** The identifier that an access path starts from: `v` of `v->task.x[1]`. */
export function baseIdentifier(expression: Expression): string | undefined {
	let at: Expression = expression;
	for (;;) {
		switch (at.kind) {
			case 'identifier':
				return at.name;
			case 'member':
			case 'index':
				at = at.object;
				break;
			case 'dereference':
			case 'address-of':
			case 'cast':
				at = at.operand;
				break;
			default:
				return undefined;
		}
	}
}

/** Does an expression, if evaluated less often or not at all, change anything but its value? */
export function isPure(root: Node): boolean {
	let pure = true;
	walk(root, (node) => {
		if (
			node.kind === 'call' ||
			node.kind === 'assignment' ||
			node.kind === 'inc-dec' ||
			node.kind === 'statement-expression' ||
			node.kind === 'unknown-expression'
		)
			pure = false;
	});
	return pure;
}

/** Is the identifier mentioned in the node? */
export function mentions(root: Node, name: string): boolean {
	let found = false;
	walk(root, (node) => {
		if (node.kind === 'identifier' && (node as AnyNode & { name: string }).name === name) found = true;
	});
	return found;
}

/** A cast changes nothing for the verifier; without it the text is what people call the value. */
export function withoutCasts(expression: Expression): Expression {
	let at = expression;
	while (at.kind === 'cast') at = at.operand;
	return at;
}
