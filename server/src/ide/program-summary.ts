// One line on a program: its type, whether it may sleep, what it holds, and the verdict.

import type { FileResult, ProgramVerdict } from '../rules/finding.js';
import type { Insight } from '../rules/insight.js';
import type { Site } from '../verifier/observe.js';

/** Kinds of references that are objects to a person; iterators and dynptrs are places on the stack. */
const OBJECTS: ReadonlySet<Site['kind']> = new Set(['object', 'socket', 'ringbuf', 'memory']);

/** `TRACING (TRACE_RAW_TP) · may not sleep · acquires 1 kernel object · accepted` */
export function programSummary(verdict: ProgramVerdict, result: FileResult, insight: Insight): string {
	const program = insight.unit.programs.find((one) => one.name === verdict.name);
	const parts: string[] = [];
	const { programType, attachType, sleepable } = program?.section ?? {};
	if (programType) {
		parts.push(attachType && attachType !== programType ? `${programType} (${attachType})` : programType);
		parts.push(sleepable ? 'may sleep' : 'may not sleep');
	} else parts.push('unknown program type');
	if (program) {
		const acquired = insight.observations(program).sites.filter((site) => OBJECTS.has(site.kind)).length;
		parts.push(acquired === 0 ? 'acquires no kernel object' : `acquires ${acquired} kernel object${acquired > 1 ? 's' : ''}`);
	}
	parts.push(verdictWords(verdict, result));
	return parts.join(' · ');
}

function verdictWords({ name, verdict, reason }: ProgramVerdict, result: FileResult): string {
	switch (verdict) {
		case 'accept':
			return 'accepted';
		case 'unknown':
			return reason ? `no verdict: ${reason}` : 'no verdict';
		case 'reject': {
			const count = result.findings.filter((finding) => finding.program === name && finding.severity === 'error').length;
			return count > 1 ? `rejected: ${count} problems` : 'rejected';
		}
	}
}
