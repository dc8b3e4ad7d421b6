// Renames a parameter of a kernel-side function, in its body and in its documentation too.
import type { KernelFunction, KernelParameter, KernelSource } from '../../kernel/kernel-side/source.js';
import { TokenKind } from '../../syntax/token.js';
import type { TextEdit } from '../finding.js';

/** The edits; none where the function already speaks of the new name, or where the parameter has no name. */
export function renameParameter(source: KernelSource, fn: KernelFunction, parameter: KernelParameter, newName: string): TextEdit[] {
	if (!parameter.nameAt) return [];
	const edits: TextEdit[] = [];
	const { tokens } = source.file;
	for (const [index, token] of tokens.entries()) {
		if (token.start < fn.at.start || token.start >= fn.end || token.kind !== TokenKind.Identifier) continue;
		const before = tokens[index - 1]?.text;
		// A member of that name is another thing.
		if (before === '.' || before === '->') continue;
		if (token.text === newName) return [];
		if (token.text === parameter.name) edits.push({ start: token.start, end: token.end, newText: newName });
	}
	const { documentation } = fn;
	if (documentation !== undefined) {
		const from = source.text.lastIndexOf(documentation, fn.start);
		const mention = `@${parameter.name}`;
		for (let at = documentation.indexOf(mention); from >= 0 && at >= 0; at = documentation.indexOf(mention, at + 1)) {
			const start = from + at + 1;
			if (!/\w/.test(source.text[start + parameter.name.length] ?? ''))
				edits.push({ start, end: start + parameter.name.length, newText: newName });
		}
	}
	return edits.sort((a, b) => a.start - b.start);
}
