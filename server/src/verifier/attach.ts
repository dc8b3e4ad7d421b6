// May the program attach where its section says? bpf_check_attach_target() of kernel/bpf/verifier.c, 6.12, which runs before any instruction
// is looked at.
import type { Catalog } from '../kernel/catalog.js';
import type { Program } from '../program/model.js';
import type { Report } from './reporter.js';

const FUNCTION_ATTACH = new Set(['TRACE_FENTRY', 'TRACE_FEXIT', 'MODIFY_RETURN']);

/** The objection to the program's target, if there is one that the catalog is sure of. */
export function attachObjection(program: Program, catalog: Catalog): Report | undefined {
	const { programType, attachType, target, sleepable } = program.section;
	if (target === undefined) return undefined;
	const at = program.function.place;
	const facts = { target, section: program.section.text };
	if (programType === 'LSM' && sleepable) {
		const hook = catalog.lsmHook(target);
		if (hook && !hook.sleepable)
			return { rule: 'attach-target', at, variant: 'not-sleepable', verifier: `bpf_lsm_${target} is not sleepable`, facts };
	}
	if (programType !== 'TRACING' || attachType === undefined || !FUNCTION_ATTACH.has(attachType)) return undefined;
	if (sleepable) {
		if (catalog.isSleepableTarget(target) === false)
			return { rule: 'attach-target', at, variant: 'not-sleepable', verifier: `${target} is not sleepable`, facts };
	} else if (attachType === 'MODIFY_RETURN' && catalog.isModifiableTarget(target) === false) {
		return { rule: 'attach-target', at, variant: 'not-modifiable', verifier: `${target}() is not modifiable`, facts };
	}
	return undefined;
}
