// Small programs through the real syntax layer, as units.

import { isBuiltinTypedef } from '../../server/src/btf/builtin-types.js';
import type { CType } from '../../server/src/btf/ctype.js';
import { typeText } from '../../server/src/btf/type-text.js';
import { loadCatalog } from '../../server/src/kernel/load.js';
import type { Unit } from '../../server/src/program/model.js';
import { type BuildOptions, buildUnit } from '../../server/src/program/unit.js';
import type { Declarator, Expression } from '../../server/src/syntax/ast.js';
import { SyntaxEngine } from '../../server/src/syntax/translation-unit.js';
import { createParser } from '../../server/src/syntax/tree-sitter.js';

let engine: SyntaxEngine | undefined;

/** Loads the parser; for mocha's `before`. */
export async function ready(): Promise<void> {
	engine ??= new SyntaxEngine({ parser: await createParser() });
}

/** What libbpf's headers define, in their place. */
export const MACROS = `
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]
#define __ksym __attribute__((section(".ksyms")))
#define __kconfig __attribute__((section(".kconfig")))
#define __weak __attribute__((weak))
#define __noinline __attribute__((noinline))
#define __always_inline inline __attribute__((always_inline))
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __arg_nonnull __attribute__((btf_decl_tag("arg:nonnull")))
`;

/** The unit of a text; other files by their names, included with quotes. */
export function unitOf(text: string, options: BuildOptions & { readonly files?: Readonly<Record<string, string>> } = {}): Unit {
	const { files = {}, ...build } = options;
	const provider = { read: (path: string) => files[path.slice(path.lastIndexOf('/') + 1)] };
	const translation = engine!.unit('/program/test.bpf.c', MACROS + text, {
		includePaths: [],
		defines: [],
		files: provider,
		isKnownTypedef: isBuiltinTypedef,
	});
	return buildUnit(translation, loadCatalog('6.12'), build);
}

/** The initializer of a global called `name`. */
export function initializerOf(unit: Unit, name: string): Expression {
	for (const slice of unit.translation.lookup(name, 'ordinary')) {
		const tree = slice.parse();
		if (tree.kind !== 'declaration') continue;
		const declarator = tree.declarators.find((d: Declarator) => d.name === name);
		if (declarator?.initializer) return declarator.initializer;
	}
	throw new Error(`no initializer of ${name}`);
}

/** The type of a global or function, in C's words. */
export function typeOfName(unit: Unit, name: string): string {
	const symbol = unit.scope.symbol(name);
	return symbol ? typeText(symbol.type) : 'not declared';
}

export function text(type: CType | undefined): string {
	return type ? typeText(type) : 'none';
}
