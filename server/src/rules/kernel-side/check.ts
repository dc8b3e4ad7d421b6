// Kernel-side source through its rules: findings as every reader of results gets them.
import type { Catalog } from '../../kernel/catalog.js';
import type { KernelSource } from '../../kernel/kernel-side/source.js';
import type { Finding, Severity } from '../finding.js';
import { kernelSideRules } from '../registry.js';

/** All findings of a source in the order of its text; those of rules that are switched off are left out. */
export function checkKernelSource(
	source: KernelSource,
	catalog: Catalog,
	severities: Readonly<Record<string, Severity | 'off'>>,
): Finding[] {
	const findings: Finding[] = [];
	const { path } = source;
	for (const rule of kernelSideRules()) {
		const severity = Object.hasOwn(severities, rule.id) ? severities[rule.id]! : rule.severity;
		if (severity === 'off') continue;
		for (const { at, message, kernel, related, fixes } of rule.check({ source, catalog }))
			findings.push({
				rule: rule.id,
				category: rule.category,
				severity,
				message,
				verifier: kernel ?? '',
				program: '',
				at: { path, start: at.start, end: at.end },
				related: (related ?? []).map((step) => ({ at: { path, start: step.at.start, end: step.at.end }, message: step.message })),
				fixes: fixes ?? [],
			});
	}
	return findings.sort((a, b) => a.at.start - b.at.start || a.at.end - b.at.end);
}
