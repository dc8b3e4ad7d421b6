// A state of an expression as one line of Markdown, for hovers and the view of a function.
import type { KnownState } from '../rules/checker.js';

/** Numbers are the C server's affair, and paths that differ in them alone are not all followed. Only one that C takes for a pointer is worth a word. */
export function tells({ kind, words }: KnownState): boolean {
	return kind !== 'number' && words !== '';
}

/** `trusted pointer to `struct task_struct`; reference #1 of `bpf_task_acquire()`, line 22, given back by ... — where `held` is not NULL (line 23)`. @param withRelease Says what gives the reference back. */
export function stateLine(state: KnownState, withRelease = true): string {
	const words = state.words || 'not known';
	const { reference } = state;
	const line = reference?.line === undefined ? '' : `, line ${reference.line}`;
	const release = withRelease ? reference?.releasedBy[0] : undefined;
	const holds = reference
		? `; ${referenceWords(reference.numbers)} of \`${reference.by}()\`${line}${release ? `, given back by \`${release}()\`` : ''}`
		: '';
	const where = state.where.length > 0 ? ` — where ${state.where.join(' and ')}` : '';
	const verifier = words !== 'NULL' && (state.kind === 'pointer' || state.kind === 'slot') ? ` (\`${typeOf(state.verifier)}\`)` : '';
	return `${words}${holds}${verifier}${where}`;
}

/** Numbers that a reference is told by; one with more goes by its acquire alone. */
const TOLD_NUMBERS = 2;

function referenceWords(numbers: readonly number[]): string {
	return numbers.length > TOLD_NUMBERS ? 'a reference' : `reference ${numbers.map((number) => `#${number}`).join(' or ')}`;
}

/** The verifier's type without what is told in words: `trusted_ptr_task_struct` of `trusted_ptr_task_struct, reference #1 acquired by ...`. */
function typeOf(verifier: string): string {
	return verifier.split(', ')[0]!;
}

/** Programs that are named for one state; the others are counted. */
const NAMED_PROGRAMS = 3;

/** `programs a, b, c and 2 more` */
export function programsWords(programs: readonly string[]): string {
	const named = programs.slice(0, NAMED_PROGRAMS).join(', ');
	const more = programs.length - NAMED_PROGRAMS;
	return `program${programs.length > 1 ? 's' : ''} ${named}${more > 0 ? ` and ${more} more` : ''}`;
}
