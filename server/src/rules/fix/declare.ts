// Declarations that inserted calls need: `extern ... __ksym;` with the catalog's prototype.

import { prototypeText } from '../../kernel/describe.js';
import type { Slice } from '../../syntax/unit.js';
import type { TextEdit } from '../finding.js';
import type { FixContext } from './context.js';

/** The declaration of a kfunc in C, out of the catalog; undefined where the catalog does not know it. */
export function kfuncDeclaration(name: string, context: FixContext): string | undefined {
	const kfunc = context.catalog.kfunc(name);
	return kfunc && `extern ${prototypeText(kfunc)} __ksym;`;
}

/** Does the text declare the function, itself or by a header? What the catalog knows beyond that does not help the compiler. */
export function isDeclared(name: string, context: FixContext): boolean {
	const { translation } = context.unit;
	// bpf_helpers.h declares every helper; what is built in for where it is missing has only the usual ones.
	return translation.lookup(name, 'ordinary').length > 0 || translation.isMacro(name) || context.catalog.isHelper(name);
}

/**
 * The edits that declare those of `names` that the unit does not declare yet: after the last kfunc declaration of the file, else before the
 * function that `slice` holds. Undefined where one is unknown to the catalog, or no place is found.
 */
export function declareMissing(names: readonly string[], slice: Slice, context: FixContext): TextEdit[] | undefined {
	const missing = [...new Set(names)].filter((name) => !isDeclared(name, context));
	if (missing.length === 0) return [];
	const lines: string[] = [];
	for (const name of missing) {
		const line = kfuncDeclaration(name, context);
		if (line === undefined) return undefined;
		lines.push(line);
	}
	return declarationPlace(slice, context)?.(lines);
}

/** What turns lines of declarations into edits at their place, as `declareMissing` chooses it; undefined where no place is found. */
export function declarationPlace(slice: Slice, context: FixContext): ((lines: readonly string[]) => TextEdit[]) | undefined {
	const { layout } = context;
	const nl = layout.newline;
	const { mainSlices } = context.unit.translation;
	const ksym = mainSlices.findLast((other) => {
		const symbol = other.names.length === 1 ? context.unit.scope.symbol(other.names[0]!) : undefined;
		return symbol?.kind === 'function' && symbol.ksym && symbol.definition === undefined;
	});
	if (ksym) {
		const span = layout.seen(ksym.tokens.at(-1)!);
		if (span) {
			const at = layout.withComment(span.end);
			return (lines) => [{ start: at, end: at, newText: lines.map((line) => nl + line).join('') }];
		}
	}
	const at = beginning(slice, context);
	return at === undefined ? undefined : (lines) => [{ start: at, end: at, newText: `${lines.join(nl)}${nl}${nl}` }];
}

/** The start of the line on which a top-level declaration begins, comments right above it included. */
function beginning(slice: Slice, context: FixContext): number | undefined {
	const { layout } = context;
	// A macro such as BPF_PROG puts declarations of its own before the function; the first slice on that use's lines counts.
	const token = slice.tokens.find((candidate) => layout.seen(candidate));
	const span = token && layout.seen(token);
	if (!span) return undefined;
	let start = span.start;
	const { mainSlices } = context.unit.translation;
	for (let i = mainSlices.indexOf(slice) - 1; i >= 0; i--) {
		const before = mainSlices[i]!;
		const last = before.tokens.at(-1);
		const lastSpan = last && layout.seen(last);
		if (!lastSpan || lastSpan.end < start || lastSpan.end > span.end) break;
		for (const candidate of before.tokens) {
			const seen = layout.seen(candidate);
			if (seen) start = Math.min(start, seen.start);
		}
	}
	let line = layout.lineStart(start);
	while (line > 0) {
		const above = layout.lineStart(line - 1);
		if (!/^(?:\/\/|\/\*| \*)/.test(layout.text.slice(above, line))) break;
		line = above;
	}
	return line;
}
