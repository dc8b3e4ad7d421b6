// Names and types of one translation unit: what a name of file scope stands for, and what C makes of types and expressions.

import { UNSIGNED_LONG_LONG } from '../btf/builtin-int.js';
import { type CType, type EnumType, type FunctionType, LONG, type RecordType, strip, UNKNOWN, VOID, VOID_POINTER } from '../btf/ctype.js';
import { lazyFunction } from '../btf/make-type.js';
import { parseTypeText, type TypeNames } from '../btf/parse-type.js';
import { flavourless, type TypeSource } from '../btf/type-source.js';
import type { ExpressionAnswers, LocalTypes, SyntaxTypes } from '../btf/types-from-syntax.js';
import type { Catalog, Helper } from '../kernel/catalog.js';
import type { Attribute, Declarator, Expression, FunctionDefinition, TopLevel, TypeNode } from '../syntax/ast.js';
import type { Included, Slice } from '../syntax/unit.js';
import { completeArray } from './block-scope.js';
import { isQualified } from './compatible.js';
import { ConstantEvaluator } from './constant.js';
import { ExpressionTyper } from './expression-type.js';
import { readMap } from './map.js';
import type { FunctionSymbol, GlobalSymbol, Scope, TypedefSymbol, Symbol as UnitSymbol } from './model.js';

export { flavourless };

/** One declaration of a name, with the tree that it stands in. */
interface Declared {
	readonly slice: Slice;
	readonly tree: TopLevel & { readonly storage?: string; readonly inline?: boolean };
	readonly declarator: Declarator;
	readonly definition?: FunctionDefinition;
}

/** A slice for what no text declares: helpers and kfuncs that only the catalog knows. */
const NOWHERE: Slice = {
	names: [],
	tags: [],
	inMain: false,
	tokens: [],
	preserveAccessIndex: false,
	parse: () => ({ kind: 'unknown-declaration', first: 0, last: -1 }),
};

/** What names stood for in an earlier unit that differs in the bodies of functions alone, with the slices that declared them. */
export type SymbolMemo = Map<string, { readonly slices: readonly Slice[]; readonly symbol: UnitSymbol | undefined }>;

/** The names and types of a unit. All answers are cached. */
export class UnitScope implements Scope {
	readonly types: SyntaxTypes;
	readonly typer: ExpressionTyper;
	private readonly constants: ConstantEvaluator;
	private readonly symbols = new Map<string, UnitSymbol | undefined>();
	private readonly parsed = new Map<string, CType>();
	private readonly memo: SymbolMemo | undefined;

	constructor(
		private readonly unit: Pick<Included, 'lookup'>,
		/** What no text declares; absent where only what a text declares is asked for. */
		private readonly catalog: Catalog | undefined,
		private readonly others: TypeSource,
		/** The scope of what the unit begins with: names that nothing behind it declares are what they are there. */
		private readonly before: UnitScope | undefined,
		types: (expressions: ExpressionAnswers) => { readonly types: SyntaxTypes; readonly memo?: SymbolMemo },
	) {
		const { types: own, memo } = types(this);
		this.types = own;
		this.memo = memo;
		this.typer = new ExpressionTyper({
			nameType: (name) => this.nameType(name),
			type: (node, locals) => this.type(node, locals),
			constant: (expression, locals) => this.constant(expression, locals),
		});
		this.constants = new ConstantEvaluator({
			type: (node, locals) => this.type(node, locals),
			enumerator: (name) => this.types.enumerator(name),
			typer: this.typer,
		});
	}

	type(node: TypeNode, locals?: LocalTypes): CType {
		return this.types.type(node, locals);
	}

	/**
	 * The struct or union of this tag. A CO-RE flavour (`task_struct___old`) is a type of its own here, as in C; `flavourless` gives the
	 * kernel's name for it.
	 */
	record(tag: string): RecordType | undefined {
		return this.types.record(tag);
	}

	typeOf(expression: Expression, locals?: LocalTypes): CType {
		return this.typer.typeOf(expression, locals);
	}

	constant(expression: Expression, locals?: LocalTypes): bigint | undefined {
		return this.constants.evaluate(expression, locals)?.value;
	}

	parseType(text: string): CType {
		let type = this.parsed.get(text);
		if (!type) {
			const names: TypeNames = {
				typedef: (name) => this.types.typedef(name),
				record: (tag, union) => this.types.recordOrForward(tag, union),
				enumeration: (tag): EnumType => this.types.enumeration(tag) ?? { kind: 'enum', tag, size: 4, signed: false },
			};
			type = parseTypeText(text, names);
			this.parsed.set(text, type);
		}
		return type;
	}

	symbol(name: string): UnitSymbol | undefined {
		if (this.symbols.has(name)) return this.symbols.get(name);
		// The text may be broken so that a name leads to itself.
		this.symbols.set(name, undefined);
		const symbol = this.memo ? this.remembered(name, this.memo) : this.findSymbol(name);
		this.symbols.set(name, symbol);
		return symbol;
	}

	helperName(id: number): string | undefined {
		return this.catalog?.helperName(id);
	}

	get around(): object {
		return this.types;
	}

	private remembered(name: string, memo: SymbolMemo): UnitSymbol | undefined {
		const slices = this.unit.lookup(name, 'ordinary');
		const known = memo.get(name);
		if (known && sameSlices(known.slices, slices)) return known.symbol;
		const symbol = this.findSymbol(name);
		memo.set(name, { slices, symbol });
		return symbol;
	}

	/** What the name is here, if all declarations of it that the whole unit has are here. */
	private ownSymbol(name: string, whole: Pick<Included, 'lookup'>): UnitSymbol | undefined {
		const slices = this.unit.lookup(name, 'ordinary');
		return slices.length > 0 && slices === whole.lookup(name, 'ordinary') ? this.symbol(name) : undefined;
	}

	private nameType(name: string): CType | undefined {
		const symbol = this.symbol(name);
		return symbol && symbol.kind !== 'typedef' ? symbol.type : undefined;
	}

	private findSymbol(name: string): UnitSymbol | undefined {
		const included = this.before?.ownSymbol(name, this.unit);
		if (included) return included;
		const declared = this.declarations(name);
		const typedef = declared.find((d) => d.tree.storage === 'typedef');
		if (typedef) return this.typedefSymbol(name, typedef.slice);
		const enumerator = declared.length === 0 ? this.types.enumerator(name) : undefined;
		if (enumerator) return { kind: 'enumerator', name, ...enumerator };
		const first = declared[0];
		if (!first) return this.catalogSymbol(name);
		if (declared.some((d) => d.definition || d.declarator.type.kind === 'function')) return this.functionSymbol(name, declared);
		const helper = this.helperSymbol(name, first);
		if (helper) return helper;
		// A function may be declared by `typeof(other) name;`.
		if (declared.length > 0 && strip(this.type(first.declarator.type)).kind === 'function') return this.functionSymbol(name, declared);
		return this.globalSymbol(name, declared);
	}

	private declarations(name: string): Declared[] {
		const declared: Declared[] = [];
		for (const slice of this.unit.lookup(name, 'ordinary')) {
			const tree = slice.parse();
			if (tree.kind === 'function-definition') {
				if (tree.declarator.name === name) declared.push({ slice, tree, declarator: tree.declarator, definition: tree });
			} else if (tree.kind === 'declaration' && !(slice.syntaxProblem?.() && this.catalogSymbol(name))) {
				// A declaration of a kernel function that is being typed says less than the catalog does.
				for (const declarator of tree.declarators) if (declarator.name === name) declared.push({ slice, tree, declarator });
			}
		}
		return declared;
	}

	private typedefSymbol(name: string, slice: Slice): TypedefSymbol {
		return { kind: 'typedef', name, type: this.types.typedef(name) ?? UNKNOWN, slice };
	}

	private functionSymbol(name: string, declared: readonly Declared[]): FunctionSymbol {
		const defined = declared.find((d) => d.definition);
		const main = defined ?? declared[0]!;
		const attributes = declared.flatMap((d) => d.declarator.attributes);
		const names = new Set(attributes.map((a) => a.name));
		const section = sectionOf(attributes);
		const inline = declared.some((d) => (d.tree.kind === 'declaration' || d.tree.kind === 'function-definition') && d.tree.inline);
		return {
			kind: 'function',
			name,
			type: this.functionType(declared),
			...(defined?.definition ? { definition: defined.definition } : {}),
			slice: main.slice,
			place: placeOf(main),
			static: declared.some((d) => d.tree.storage === 'static'),
			alwaysInline: names.has('always_inline'),
			noinline: names.has('noinline'),
			weak: names.has('weak'),
			ksym: section === '.ksyms',
			...(section === undefined ? {} : { section }),
			declTags: [...new Set(attributes.filter((a) => a.name === 'btf_decl_tag').map((a) => a.args[0] ?? ''))],
			attributes: [...names, ...(inline ? ['inline'] : [])],
		};
	}

	/**
	 * The result is that of the first declaration: a definition after it may be written as `typeof(name(0)) name(...)`. The parameters are those
	 * of the definition, where they have their names.
	 */
	private functionType(declared: readonly Declared[]): FunctionType {
		const typeOf = (d: Declared): FunctionType | undefined => {
			const type = strip(this.type(d.declarator.type));
			return type.kind === 'function' ? type : undefined;
		};
		const first = declared[0]!;
		const main = declared.find((d) => d.definition) ?? declared.find((d) => parameterCount(d) > 0) ?? first;
		const own = typeOf(main);
		if (declared.length === 1) return own ?? { kind: 'function', result: UNKNOWN, parameters: [], variadic: true };
		return lazyFunction(() => {
			const parameters = own?.parameters ?? [];
			return {
				result: typeOf(first)?.result ?? UNKNOWN,
				parameters: parameters.map((parameter, index) => {
					const tags = new Set(declared.flatMap((d) => typeOf(d)?.parameters[index]?.declTags ?? []));
					return tags.size > (parameter.declTags?.length ?? 0) ? { ...parameter, declTags: [...tags] } : parameter;
				}),
			};
		}, own?.variadic ?? false);
	}

	/** `static ret (*const name)(args) = (void *) ID;`, as libbpf declares helpers. */
	private helperSymbol(name: string, declared: Declared): FunctionSymbol | undefined {
		const { declarator, tree, slice } = declared;
		if (tree.storage !== 'static' || declarator.type.kind !== 'pointer' || !declarator.initializer) return undefined;
		const type = strip(this.type(declarator.type));
		const fn = type.kind === 'pointer' ? strip(type.to) : UNKNOWN;
		if (fn.kind !== 'function') return undefined;
		const id = this.constant(declarator.initializer);
		if (id === undefined || id <= 0n) return undefined;
		return { ...plainFunction(name, fn), slice, place: placeOf(declared), static: true, helperId: Number(id) };
	}

	/** A helper or kfunc that no header declares: its prototype as the catalog or BTF knows it. */
	private catalogSymbol(name: string): FunctionSymbol | undefined {
		if (!this.catalog) return undefined;
		const helper = this.catalog.isHelper(name) ? this.catalog.helper(name) : undefined;
		if (helper) return { ...plainFunction(name, this.helperType(helper)), static: true, helperId: helper.id };
		const kfunc = this.catalog.kfunc(name);
		if (!kfunc) {
			// A kfunc of a module that the catalog does not know, but BTF does.
			const known = this.others.functionType(name);
			return known && { ...plainFunction(name, known), ksym: true, section: '.ksyms' };
		}
		const type: FunctionType = {
			kind: 'function',
			result: this.parseType(kfunc.result),
			parameters: kfunc.parameters.map((parameter) => ({ name: parameter.name, type: this.parseType(parameter.type) })),
			variadic: false,
		};
		return { ...plainFunction(name, type), ksym: true, section: '.ksyms' };
	}

	private helperType(helper: Helper): FunctionType {
		const pointers = /PTR|DYNPTR|TIMER|KPTR|CONST_STR|SPIN_LOCK/;
		const result: CType = helper.returnsStruct
			? { kind: 'pointer', to: this.types.recordOrForward(helper.returnsStruct, false) }
			: helper.returns.startsWith('RET_VOID')
				? VOID
				: helper.returns.includes('PTR')
					? VOID_POINTER
					: LONG;
		return {
			kind: 'function',
			result,
			parameters: helper.arguments.map((kind) => ({ type: pointers.test(kind) ? VOID_POINTER : UNSIGNED_LONG_LONG })),
			variadic: helper.name.startsWith('bpf_trace_printk'),
		};
	}

	private globalSymbol(name: string, declared: readonly Declared[]): GlobalSymbol {
		const defined = declared.find((d) => d.declarator.initializer) ?? declared.find((d) => d.tree.storage !== 'extern') ?? declared[0]!;
		const attributes = declared.flatMap((d) => d.declarator.attributes);
		const { declarator } = defined;
		const written = this.type(declarator.type);
		const type = declarator.initializer ? completeArray(written, declarator.initializer, (e) => this.constant(e)) : written;
		const extern = declared.every((d) => d.tree.storage === 'extern');
		const stated = sectionOf(attributes);
		const section = stated ?? (extern ? '' : derivedSection(type, declarator.initializer));
		const symbol: GlobalSymbol = {
			kind: 'global',
			name,
			type,
			slice: defined.slice,
			place: placeOf(defined),
			section,
			extern,
			static: declared.some((d) => d.tree.storage === 'static'),
			weak: attributes.some((a) => a.name === 'weak'),
			ksym: section === '.ksyms',
			...(declarator.initializer ? { initializer: declarator.initializer } : {}),
			declTags: attributes.filter((a) => a.name === 'btf_decl_tag').map((a) => a.args[0] ?? ''),
		};
		const map = readMap(symbol, (e) => this.constant(e));
		return map ? { ...symbol, map } : symbol;
	}
}

function sameSlices(a: readonly Slice[], b: readonly Slice[]): boolean {
	if (a.length !== b.length) return false;
	for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
	return true;
}

function plainFunction(name: string, type: FunctionType): FunctionSymbol {
	return {
		kind: 'function',
		name,
		type,
		slice: NOWHERE,
		place: { slice: NOWHERE, first: 0, last: -1 },
		static: false,
		alwaysInline: false,
		noinline: false,
		weak: false,
		ksym: false,
		declTags: [],
		attributes: [],
	};
}

function placeOf(declared: Declared) {
	const { slice, declarator } = declared;
	return { slice, first: declarator.nameToken, last: declarator.nameToken };
}

function parameterCount(declared: Declared): number {
	const { type } = declared.declarator;
	return type.kind === 'function' ? type.parameters.length : 0;
}

/** The last `section` attribute's text. */
function sectionOf(attributes: readonly Attribute[]): string | undefined {
	return attributes.findLast((a) => a.name === 'section')?.args[0];
}

/** The section in which clang puts a global that states none. */
function derivedSection(type: CType, initializer: Expression | undefined): string {
	if (isQualified(type, 'const')) return '.rodata';
	return initializer && !isZero(initializer) ? '.data' : '.bss';
}

function isZero(initializer: Expression): boolean {
	if (initializer.kind === 'integer') return initializer.value === 0n;
	if (initializer.kind === 'cast') return isZero(initializer.operand);
	if (initializer.kind === 'compound-literal') return isZero(initializer.initializer);
	if (initializer.kind === 'string') return /^\0*$/.test(initializer.value);
	return initializer.kind === 'initializer-list' && initializer.items.every((item) => isZero(item.value));
}
