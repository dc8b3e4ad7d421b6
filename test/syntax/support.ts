// Helpers of the syntax tests: units over files in memory, and trees printed as short text.
import path from 'node:path';
import type { Attribute, Declarator, Expression, Statement, TopLevel, TypeNode } from '../../server/src/syntax/ast.js';
import type { FileProvider } from '../../server/src/syntax/files.js';
import { SyntaxEngine, type Unit, type UnitOptions } from '../../server/src/syntax/translation-unit.js';
import { createParser } from '../../server/src/syntax/tree-sitter.js';

export const MAIN = path.resolve('/virtual/main.c');

let engine: SyntaxEngine | undefined;

export async function newEngine(): Promise<SyntaxEngine> {
	return new SyntaxEngine({ parser: await createParser() });
}

/** Loads the parser; call it in `before`. */
export async function ready(): Promise<void> {
	engine ??= await newEngine();
}

/** Files by name below /virtual. */
export function memory(files: Record<string, string>): FileProvider {
	const byPath = new Map(Object.entries(files).map(([name, text]) => [path.resolve('/virtual', name), text]));
	return { read: (file) => byPath.get(file) };
}

export function unit(text: string, files: Record<string, string> = {}, options: Partial<UnitOptions> = {}): Unit {
	return engine!.unit(MAIN, text, { includePaths: [path.resolve('/virtual/include')], defines: [], files: memory(files), ...options });
}

/** The preprocessed text, tokens apart by one blank. */
export function expand(text: string, files: Record<string, string> = {}, options: Partial<UnitOptions> = {}): string {
	return [...unit(text, files, options).tokens()].map((token) => token.text).join(' ');
}

/** `code: the text that is underlined`, in order. */
export function problems(of: Unit): string[] {
	return of.problems.map(({ code, at }) => `${code}: ${at.file.text.slice(at.start, at.end)}`);
}

/** The trees of the main file's declarations. */
export function trees(text: string, files: Record<string, string> = {}): TopLevel[] {
	return unit(text, files).mainSlices.map((slice) => slice.parse());
}

const attributes = (list: readonly Attribute[] | undefined): string =>
	(list ?? []).map((each) => ` @${each.name}${each.args.length ? `(${each.args.join(', ')})` : ''}`).join('');

/** A type in words: `pointer to @kptr struct task_struct`. */
export function type(node: TypeNode): string {
	const quals = `${node.const ? 'const ' : ''}${node.volatile ? 'volatile ' : ''}${node.atomic ? 'atomic ' : ''}${attributes(node.attributes).trim()}${node.attributes?.length ? ' ' : ''}`;
	switch (node.kind) {
		case 'builtin':
		case 'typedef-name':
			return quals + node.name;
		case 'record': {
			const body = node.members
				? ` { ${node.members.map((m) => `${m.name ?? '-'}: ${type(m.type)}${m.bits ? `:${show(m.bits)}` : ''}${attributes(m.attributes)};`).join(' ')} }`
				: '';
			return `${quals}${node.union ? 'union' : 'struct'} ${node.tag ?? '-'}${body}${attributes(node.recordAttributes)}`;
		}
		case 'enum':
			return `${quals}enum ${node.tag ?? '-'}${node.underlying ? `: ${type(node.underlying)}` : ''}${
				node.enumerators ? ` { ${node.enumerators.map((e) => e.name + (e.value ? `=${show(e.value)}` : '')).join(', ')} }` : ''
			}`;
		case 'pointer':
			return `${quals}pointer to ${type(node.to)}`;
		case 'array':
			return `${quals}array[${node.size ? show(node.size) : ''}] of ${type(node.of)}`;
		case 'function':
			return `${quals}function(${node.parameters
				.map((p) => `${p.name ?? '-'}: ${type(p.type)}${attributes(p.attributes)}`)
				.concat(node.variadic ? ['...'] : [])
				.join(', ')}) giving ${type(node.result)}`;
		case 'typeof':
			return `${quals}typeof(${'kind' in node.operand && isType(node.operand) ? type(node.operand) : show(node.operand as Expression)})`;
		default:
			return `${quals}?`;
	}
}

const TYPE_KINDS = new Set(['builtin', 'typedef-name', 'record', 'enum', 'pointer', 'array', 'function', 'typeof', 'unknown-type']);
const isType = (node: { kind: string }): node is TypeNode => TYPE_KINDS.has(node.kind);

/** An expression with every operation in parentheses. */
export function show(node: Expression): string {
	switch (node.kind) {
		case 'identifier':
			return node.name;
		case 'integer':
			return node.type === 'int' ? String(node.value) : `${node.value}:${node.type}`;
		case 'float':
			return String(node.value);
		case 'string':
			return JSON.stringify(node.value);
		case 'unary':
			return `(${node.operator}${show(node.operand)})`;
		case 'address-of':
			return `(&${show(node.operand)})`;
		case 'dereference':
			return `(*${show(node.operand)})`;
		case 'inc-dec':
			return node.prefix ? `(${node.operator}${show(node.operand)})` : `(${show(node.operand)}${node.operator})`;
		case 'binary':
		case 'logical':
			return `(${show(node.left)} ${node.operator} ${show(node.right)})`;
		case 'conditional':
			return `(${show(node.condition)} ? ${node.then ? show(node.then) : ''} : ${show(node.else)})`;
		case 'assignment':
			return `(${show(node.target)} ${node.operator === '=' ? '' : node.operator}= ${show(node.value)})`;
		case 'call':
			return `${show(node.callee)}(${node.arguments.map(show).join(', ')})`;
		case 'index':
			return `${show(node.object)}[${show(node.index)}]`;
		case 'member':
			return `${show(node.object)}${node.arrow ? '->' : '.'}${node.member}`;
		case 'cast':
			return `(cast ${type(node.type)}: ${show(node.operand)})`;
		case 'initializer-list':
			return `{${node.items
				.map(
					(item) =>
						item.designators
							.map((d) => (d.member === undefined ? `[${show(d.index!)}${d.upTo ? ` to ${show(d.upTo)}` : ''}]` : `.${d.member}`))
							.join('') +
						(item.designators.length ? '=' : '') +
						show(item.value),
				)
				.join(', ')}}`;
		case 'compound-literal':
			return `(literal ${type(node.type)}: ${show(node.initializer)})`;
		case 'sizeof':
			return `${node.operator}(${isType(node.operand) ? type(node.operand) : show(node.operand)})`;
		case 'offsetof':
			return `offsetof(${type(node.type)}, ${node.path.map((p) => (p.member === undefined ? `[${show(p.index!)}]` : p.member)).join('.')})`;
		case 'types-compatible':
			return `compatible(${type(node.left)}, ${type(node.right)})`;
		case 'va-arg':
			return `va_arg(${show(node.list)}, ${type(node.type)})`;
		case 'generic':
			return `generic(${show(node.control)}; ${node.associations.map((a) => `${a.type ? type(a.type) : 'default'}: ${show(a.value)}`).join('; ')})`;
		case 'statement-expression':
			return `({ ${node.body.body.map(statement).join(' ')} })`;
		case 'comma':
			return `(${show(node.left)}, ${show(node.right)})`;
		case 'label-address':
			return `&&${node.label}`;
		default:
			return '?';
	}
}

function declarators(list: readonly Declarator[]): string {
	return list
		.map((d) => `${d.name}: ${type(d.type)}${d.initializer ? ` = ${show(d.initializer)}` : ''}${attributes(d.attributes)}`)
		.join(', ');
}

export function statement(node: Statement): string {
	switch (node.kind) {
		case 'compound':
			return `{ ${node.body.map(statement).join(' ')} }`;
		case 'declaration-statement':
			return `${top(node.declaration)};`;
		case 'expression-statement':
			return `${show(node.expression)};`;
		case 'if':
			return `if ${show(node.condition)} then ${statement(node.then)}${node.else ? ` else ${statement(node.else)}` : ''}`;
		case 'while':
			return `while ${show(node.condition)} ${statement(node.body)}`;
		case 'do':
			return `do ${statement(node.body)} while ${show(node.condition)}`;
		case 'for': {
			const init = node.init ? ('declarators' in node.init ? top(node.init) : show(node.init)) : '';
			return `for (${init}; ${node.condition ? show(node.condition) : ''}; ${node.step ? show(node.step) : ''}) ${statement(node.body)}`;
		}
		case 'switch':
			return `switch ${show(node.value)} ${statement(node.body)}`;
		case 'case':
			return `case ${show(node.value)}${node.upTo ? ` to ${show(node.upTo)}` : ''}:`;
		case 'default':
			return 'default:';
		case 'label':
			return `${node.name}:`;
		case 'goto':
			return `goto ${typeof node.target === 'string' ? node.target : `*${show(node.target)}`};`;
		case 'return':
			return node.value ? `return ${show(node.value)};` : 'return;';
		case 'break':
		case 'continue':
			return `${node.kind};`;
		case 'asm':
			return `asm${node.volatile ? ' volatile' : ''}(${JSON.stringify(node.template)} : ${node.outputs
				.map((o) => `${o.constraint} ${show(o.value)}`)
				.join(
					', ',
				)} : ${node.inputs.map((o) => `${o.name ? `[${o.name}] ` : ''}${o.constraint} ${show(o.value)}`).join(', ')} : ${node.clobbers.join(', ')} : ${node.labels.join(', ')});`;
		case 'empty':
			return ';';
		default:
			return '?;';
	}
}

export function top(node: TopLevel): string {
	switch (node.kind) {
		case 'declaration': {
			const head = `${node.storage ? `${node.storage} ` : ''}${node.inline ? 'inline ' : ''}`;
			return head + (node.declarators.length ? declarators(node.declarators) : type(node.specifier));
		}
		case 'function-definition': {
			const head = `${node.storage ? `${node.storage} ` : ''}${node.inline ? 'inline ' : ''}`;
			return `${head}${declarators([node.declarator])} ${statement(node.body)}`;
		}
		default:
			return node.kind;
	}
}
