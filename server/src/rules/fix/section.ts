// Repairs in the text of `SEC("...")`: another kind of program for the same target.
import { parseSection } from '../../program/section.js';
import { TokenKind } from '../../syntax/token.js';
import type { Violation } from '../../verifier/violation.js';
import type { FixCandidate, FixContext } from './context.js';
import type { Span } from './layout.js';

/** The string in the main file that states a program's section; undefined where a macro of its own states it. */
function sectionToken({ program }: Violation, { unit, layout }: FixContext): (Span & { readonly text: string }) | undefined {
	for (const slice of unit.translation.mainSlices) {
		if (!slice.names.includes(program.name)) continue;
		const token = slice.tokens.find(
			({ kind, text }) => kind === TokenKind.String && text.slice(1, -1).replace(/^\?/, '') === program.section.text,
		);
		const at = token && layout.spelled(token);
		if (at) return { start: at.start, end: at.end, text: token.text };
	}
	return undefined;
}

/** The edit that gives the program another section, if the kernel knows it and `accept` takes it. */
function changeSection(
	violation: Violation,
	section: string,
	accept: (sleepable: boolean) => boolean,
	title: string,
	context: FixContext,
): FixCandidate[] {
	const token = sectionToken(violation, context);
	const { programType, sleepable } = parseSection(section, context.catalog.sections);
	if (!token || section === violation.program.section.text || programType === undefined || !accept(sleepable)) return [];
	const optional = token.text.startsWith('"?') ? '?' : '';
	return [{ title, edits: [{ start: token.start, end: token.end, newText: `"${optional}${section}"` }] }];
}

/** `fentry/x` becomes `fentry.s/x`, where there is such a section. */
export function makeSleepable(violation: Violation, context: FixContext): FixCandidate[] {
	const section = violation.program.section.text.replace(/^[^/.]+/, '$&.s');
	return changeSection(violation, section, (sleepable) => sleepable, `Make the program sleepable: \`SEC("${section}")\``, context);
}

/** `fentry.s/x` becomes `fentry/x`. */
export function dropSleepable(violation: Violation, context: FixContext): FixCandidate[] {
	const section = violation.program.section.text.replace(/^([^/.]+)\.s(?=\/|$)/, '$1');
	return changeSection(violation, section, (sleepable) => !sleepable, `Let the program not sleep: \`SEC("${section}")\``, context);
}

/** A function whose return may not be changed can still be watched: the program gets the same arguments, and the returned value. */
export function watchInstead(violation: Violation, context: FixContext): FixCandidate[] {
	const section = violation.program.section.text.replace(/^fmod_ret/, 'fexit');
	const found = changeSection(violation, section, () => true, `Watch the function instead: \`SEC("${section}")\``, context);
	// It does another thing than before.
	return found.map((candidate) => ({ ...candidate, needsChoice: true }));
}
