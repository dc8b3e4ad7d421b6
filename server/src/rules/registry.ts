// Every rule, by its id: the one list that reports, settings, pages and tests are held against.
import { RULES, type RuleId } from '../verifier/violation.js';
import type { KernelSideRule } from './kernel-side/rule.js';
import type { Rule, RuleInfo } from './rule.js';
import { attachTarget } from './rules/attach-target.js';
import { callbackContext } from './rules/callback-context.js';
import { contextAccess } from './rules/context-access.js';
import { destructiveKfunc } from './rules/destructive-kfunc.js';
import { dynptrState } from './rules/dynptr-state.js';
import { exceptionContext } from './rules/exception-context.js';
import { graphNode } from './rules/graph-node.js';
import { helperNotAllowed } from './rules/helper-not-allowed.js';
import { irqRegion } from './rules/irq-region.js';
import { iteratorState } from './rules/iterator-state.js';
import { kfuncChanged } from './rules/kfunc-changed.js';
import { kfuncDefinitionRegion } from './rules/kfunc-definition-region.js';
import { kfuncDeprecated } from './rules/kfunc-deprecated.js';
import { kfuncIterator } from './rules/kfunc-iterator.js';
import { kfuncMissingAnnotation } from './rules/kfunc-missing-annotation.js';
import { kfuncNoRelease } from './rules/kfunc-no-release.js';
import { kfuncNotAllowed } from './rules/kfunc-not-allowed.js';
import { kfuncPrototype } from './rules/kfunc-prototype.js';
import { kfuncRemoved } from './rules/kfunc-removed.js';
import { kfuncReturnNull } from './rules/kfunc-return-null.js';
import { kfuncSetMacro } from './rules/kfunc-set-macro.js';
import { kfuncSizeSuffix } from './rules/kfunc-size-suffix.js';
import { kfuncUnavailable } from './rules/kfunc-unavailable.js';
import { kfuncUndeclared } from './rules/kfunc-undeclared.js';
import { kfuncUndocumentedDeprecation } from './rules/kfunc-undocumented-deprecation.js';
import { kfuncUnknownFlag } from './rules/kfunc-unknown-flag.js';
import { kfuncUnknownSuffix } from './rules/kfunc-unknown-suffix.js';
import { kfuncUnregistered } from './rules/kfunc-unregistered.js';
import { kptrAccess } from './rules/kptr-access.js';
import { kptrTag } from './rules/kptr-tag.js';
import { lockRegion } from './rules/lock-region.js';
import { objectAccess } from './rules/object-access.js';
import { possiblyNullArgument } from './rules/possibly-null-argument.js';
import { possiblyNullDereference } from './rules/possibly-null-dereference.js';
import { preemptRegion } from './rules/preempt-region.js';
import { programStructure } from './rules/program-structure.js';
import { rcuRegion } from './rules/rcu-region.js';
import { releaseUnowned } from './rules/release-unowned.js';
import { sleepableCall } from './rules/sleepable-call.js';
import { specialField } from './rules/special-field.js';
import { typeMismatch } from './rules/type-mismatch.js';
import { unreleasedReference } from './rules/unreleased-reference.js';
import { untrustedArgument } from './rules/untrusted-argument.js';
import { unusedSuppression } from './rules/unused-suppression.js';
import { useAfterRelease } from './rules/use-after-release.js';

const REGISTRY: Readonly<Record<RuleId, Rule>> = {
	'unreleased-reference': unreleasedReference,
	'release-unowned': releaseUnowned,
	'use-after-release': useAfterRelease,
	'possibly-null-argument': possiblyNullArgument,
	'possibly-null-dereference': possiblyNullDereference,
	'untrusted-argument': untrustedArgument,
	'type-mismatch': typeMismatch,
	'kptr-access': kptrAccess,
	'object-access': objectAccess,
	'rcu-region': rcuRegion,
	'kfunc-not-allowed': kfuncNotAllowed,
	'kfunc-removed': kfuncRemoved,
	'kfunc-unavailable': kfuncUnavailable,
	'kfunc-deprecated': kfuncDeprecated,
	'kfunc-changed': kfuncChanged,
	'kfunc-undeclared': kfuncUndeclared,
	'kfunc-prototype': kfuncPrototype,
	'destructive-kfunc': destructiveKfunc,
	'kptr-tag': kptrTag,
	'attach-target': attachTarget,
	'helper-not-allowed': helperNotAllowed,
	'sleepable-call': sleepableCall,
	'lock-region': lockRegion,
	'preempt-region': preemptRegion,
	'irq-region': irqRegion,
	'iterator-state': iteratorState,
	'dynptr-state': dynptrState,
	'graph-node': graphNode,
	'special-field': specialField,
	'context-access': contextAccess,
	'callback-context': callbackContext,
	'exception-context': exceptionContext,
	'program-structure': programStructure,
};

/** The rules for kernel-side source, by which no program is judged. */
const KERNEL_SIDE: readonly KernelSideRule[] = [
	kfuncMissingAnnotation,
	kfuncUnregistered,
	kfuncNoRelease,
	kfuncSizeSuffix,
	kfuncUnknownSuffix,
	kfuncUndocumentedDeprecation,
	kfuncReturnNull,
	kfuncIterator,
	kfuncDefinitionRegion,
	kfuncSetMacro,
	kfuncUnknownFlag,
];

/** Rules for the text itself, whatever is in it. */
const TEXT: readonly RuleInfo[] = [unusedSuppression];

/** All rules: those of programs in the order of their declaration, then those of kernel-side source, then those of any text. */
export function allRules(): readonly RuleInfo[] {
	return [...programRules(), ...KERNEL_SIDE, ...TEXT];
}

/** The rules that BPF programs are held against. */
export function programRules(): readonly Rule[] {
	return RULES.map((id) => REGISTRY[id]);
}

/** The rules that sources of kfuncs are held against. */
export function kernelSideRules(): readonly KernelSideRule[] {
	return KERNEL_SIDE;
}

/** The rule of a violation. */
export function ruleOf(id: RuleId): Rule {
	return REGISTRY[id];
}

/** A rule by a name that a person typed; undefined where there is none. */
export function findRule(id: string): RuleInfo | undefined {
	return Object.hasOwn(REGISTRY, id) ? REGISTRY[id as RuleId] : [...KERNEL_SIDE, ...TEXT].find((rule) => rule.id === id);
}
