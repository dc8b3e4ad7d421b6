// What the abstract machine reports: facts for rules/, which turns them into words and repairs.
import type { FunctionSymbol, Place, Program } from '../program/model.js';

export const RULES = [
	'unreleased-reference',
	'release-unowned',
	'use-after-release',
	'possibly-null-argument',
	'possibly-null-dereference',
	'untrusted-argument',
	'type-mismatch',
	'kptr-access',
	'object-access',
	'rcu-region',
	'kfunc-not-allowed',
	'kfunc-removed',
	'kfunc-unavailable',
	'kfunc-deprecated',
	'kfunc-changed',
	'kfunc-undeclared',
	'kfunc-prototype',
	'destructive-kfunc',
	'kptr-tag',
	'attach-target',
	'helper-not-allowed',
	'sleepable-call',
	'lock-region',
	'preempt-region',
	'irq-region',
	'iterator-state',
	'dynptr-state',
	'graph-node',
	'special-field',
	'context-access',
	'callback-context',
	'exception-context',
	'program-structure',
] as const;
export type RuleId = (typeof RULES)[number];

/** One step of the way that leads to a violation: an acquire, a branch taken, a release, a call entered. */
export interface Step {
	readonly place: Place;
	readonly kind: 'acquire' | 'release' | 'branch' | 'call' | 'load' | 'lock' | 'unlock' | 'store' | 'note';
	/** Plain words: `condition is true`, `reference #1 acquired here by bpf_task_acquire()`. */
	readonly text: string;
	/** For a branch on a condition: its truth on this path, and whether it is a pointer's. */
	readonly taken?: boolean;
	readonly pointer?: boolean;
}

/** A reference as people are told of it. */
export interface ReferenceInfo {
	/** 1, 2, ... in order of acquisition along the path. */
	readonly number: number;
	/** `task_struct` */
	readonly struct?: string;
	/** `bpf_task_acquire` */
	readonly by: string;
	readonly acquired: Place;
	/** The kfuncs or helpers that give it back, best first: `bpf_task_release`. */
	readonly releasedBy: readonly string[];
	/** The variable that holds it where the violation stands, as C text (`acquired`, `v->task`), if any does. */
	readonly heldBy?: string;
	/** The function of that variable, where it returned since: nothing holds the reference any more. */
	readonly heldIn?: FunctionSymbol;
	/** It came out of bpf_kptr_xchg: the old value. */
	readonly fromXchg?: boolean;
	/** It may still be NULL at this point: a release needs a check around it. */
	readonly maybeNull?: boolean;
}

export interface Violation {
	readonly rule: RuleId;
	readonly program: Program;
	/** The exact expression, call or statement. */
	readonly at: Place;
	/** The verifier's own terse line, in the target release's words where we know them. */
	readonly verifier: string;
	/** What kind of this rule's violation: `walked`, `scalar`, `stack`, `rcu-lost`, `store`, `size`, ... Rules choose their words by it. */
	readonly variant: string;
	/** Less than what the rule usually is: the verifier has nothing against it. */
	readonly level?: 'warning';
	/** Names and numbers for the message: callee, argument (1-based), parameter, expected, actual, struct, field, variable. */
	readonly facts: Readonly<Record<string, string | number>>;
	readonly reference?: ReferenceInfo;
	readonly path: readonly Step[];
	/** For a leak: every place where the same reference leaks (returns), the first being `at`. */
	readonly leaks?: readonly Place[];
	/** The program that was examined when it was found sits behind these calls, outermost first. */
	readonly callStack?: readonly Place[];
}
