// Reads a C type out of the words in which the catalog and the built-in table state it: `const struct cpumask *`, `u32`, `char[16]`,
// `int (*)(struct sock *, u32)`.
import { isTypeWord, typeOfWords } from './builtin-int.js';
import { type CType, type Parameter, type PointerType, UNKNOWN } from './ctype.js';
import { type Qualifiers, qualify } from './make-type.js';

/** How names in such a text are resolved. What is not known comes back as undefined and makes the type unknown. */
export interface TypeNames {
	typedef(name: string): CType | undefined;
	record(tag: string, union: boolean): CType | undefined;
	enumeration(tag: string): CType | undefined;
}

const TOKEN = /[A-Za-z_]\w*|\d+|\.\.\.|\S/g;
const WORD = /^[A-Za-z_]/;
const QUALIFIER_WORDS = new Set(['const', 'volatile', 'restrict', '__restrict', '__const']);
/** Sparse's words for type tags, as kernel prototypes carry them. */
const TAG_WORDS = new Map([
	['__rcu', 'rcu'],
	['__user', 'user'],
	['__percpu', 'percpu'],
	['__kptr', 'kptr'],
	['__kptr_untrusted', 'kptr_untrusted'],
	['__percpu_kptr', 'percpu_kptr'],
]);
/** Parentheses within parentheses; kernel prototypes have two or three. */
const DEEPEST = 16;

/**
 * The type that `text` spells; a parameter's name after it is passed over. Text that is no type gives the unknown type; nothing is thrown.
 */
export function parseTypeText(text: string, names: TypeNames): CType {
	return new TypeReader(text.match(TOKEN) ?? [], names).type(0).type;
}

class TypeReader {
	private index = 0;

	constructor(
		private readonly tokens: readonly string[],
		private readonly names: TypeNames,
	) {}

	private get next(): string | undefined {
		return this.tokens[this.index];
	}

	/** Specifiers, then a declarator that may have a name. */
	type(depth: number): { readonly type: CType; readonly name?: string } {
		const base = this.specifiers();
		if (!base || depth > DEEPEST) return { type: UNKNOWN };
		return this.declarator(base, depth);
	}

	private specifiers(): CType | undefined {
		const words: string[] = [];
		let qualifiers: Qualifiers = {};
		let type: CType | undefined;
		for (let token = this.next; token !== undefined; token = this.next) {
			const more = qualifierOf(token);
			if (more) qualifiers = join(qualifiers, more);
			else if (isTypeWord(token) && !type) words.push(token);
			else if (type || words.length > 0 || !WORD.test(token)) break;
			else if (token === 'struct' || token === 'union' || token === 'enum') {
				this.index++;
				const tag = this.next;
				if (tag === undefined || !WORD.test(tag)) return undefined;
				type = (token === 'enum' ? this.names.enumeration(tag) : this.names.record(tag, token === 'union')) ?? UNKNOWN;
			} else type = this.names.typedef(token) ?? UNKNOWN;
			this.index++;
		}
		type ??= typeOfWords(words);
		return type && qualify(type, qualifiers);
	}

	private declarator(base: CType, depth: number): { readonly type: CType; readonly name?: string } {
		let type = base;
		while (this.next === '*') {
			this.index++;
			let qualifiers: Qualifiers = {};
			for (let more = qualifierOf(this.next); more; more = qualifierOf(this.next)) {
				qualifiers = join(qualifiers, more);
				this.index++;
			}
			// A tag after the star is written at the pointer, and means what the pointer points to.
			const { tags, ...own } = qualifiers;
			const pointer: PointerType = { kind: 'pointer', to: tags ? qualify(type, { tags }) : type };
			type = qualify(pointer, own);
		}
		if (this.next === '(' && (this.tokens[this.index + 1] === '*' || this.tokens[this.index + 1] === '(')) {
			return this.nested(type, depth);
		}
		let name: string | undefined;
		if (this.next !== undefined && WORD.test(this.next)) {
			name = this.next;
			this.index++;
		}
		return { type: this.suffixes(type, depth), ...(name === undefined ? {} : { name }) };
	}

	/** `(*name)(...)`: what is inside the parentheses applies to what follows them. */
	private nested(outer: CType, depth: number): { readonly type: CType; readonly name?: string } {
		if (depth > DEEPEST) return { type: UNKNOWN };
		const start = ++this.index;
		this.skipToClosing();
		const type = this.suffixes(outer, depth + 1);
		const end = this.index;
		this.index = start;
		const inner = this.declarator(type, depth + 1);
		this.index = end;
		return inner;
	}

	private suffixes(type: CType, depth: number): CType {
		if (this.next === '(') {
			this.index++;
			const { parameters, variadic } = this.parameters(depth + 1);
			return { kind: 'function', result: type, parameters, variadic };
		}
		const bounds: (number | undefined)[] = [];
		while (this.next === '[') {
			const size = this.tokens[this.index + 1];
			bounds.push(size === ']' || size === undefined ? undefined : Number(size));
			this.index += size === ']' ? 2 : 3;
		}
		let array = type;
		for (const length of bounds.reverse()) {
			array = length === undefined || Number.isNaN(length) ? { kind: 'array', of: array } : { kind: 'array', of: array, length };
		}
		return array;
	}

	private parameters(depth: number): { readonly parameters: Parameter[]; readonly variadic: boolean } {
		const parameters: Parameter[] = [];
		let variadic = false;
		while (this.next !== undefined && this.next !== ')') {
			if (this.next === '...') {
				variadic = true;
				this.index++;
			} else {
				const parameter = this.type(depth);
				if (parameter.type.kind !== 'void') parameters.push(parameter);
			}
			while (this.next !== undefined && this.next !== ',' && this.next !== ')') this.index++;
			if (this.next === ',') this.index++;
		}
		this.index++;
		return { parameters, variadic };
	}

	/** Moves behind the parenthesis that closes the one before the index. */
	private skipToClosing(): void {
		for (let open = 1; this.next !== undefined && open > 0; this.index++) {
			if (this.next === '(') open++;
			else if (this.next === ')') open--;
		}
	}
}

function qualifierOf(token: string | undefined): Qualifiers | undefined {
	if (token === undefined) return undefined;
	const tag = TAG_WORDS.get(token);
	if (tag) return { tags: [tag] };
	if (!QUALIFIER_WORDS.has(token)) return undefined;
	if (token === 'volatile') return { volatile: true };
	return token === 'const' || token === '__const' ? { const: true } : {};
}

function join(a: Qualifiers, b: Qualifiers): Qualifiers {
	return { ...a, ...b, ...(a.tags && b.tags ? { tags: [...a.tags, ...b.tags] } : {}) };
}
