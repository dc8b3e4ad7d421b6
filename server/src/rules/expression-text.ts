// The C text of the value that a violation is about, read from the syntax tree where the analysis gave only the place.
import type { Expression, Node } from '../syntax/ast.js';
import type { RuleId, Violation } from '../verifier/violation.js';
import type { Layout } from './fix/layout.js';
import { functionAt, pathTo, withoutCasts } from './fix/tree.js';

/** Rules of which the place is an access, and the value is the pointer that it goes through. */
const THROUGH_POINTER: ReadonlySet<RuleId> = new Set<RuleId>(['possibly-null-dereference']);
/** The same for some variants of other rules. */
const THROUGH_POINTER_VARIANTS: ReadonlySet<string> = new Set([
	'use-after-release:dereference',
	'object-access:scalar-pointer',
	'object-access:user',
]);
/** Rules whose value is named otherwise, or which have none. */
const WITHOUT: ReadonlySet<RuleId> = new Set<RuleId>([
	'unreleased-reference',
	'rcu-region',
	'preempt-region',
	'attach-target',
	'kfunc-not-allowed',
	'kfunc-removed',
	'helper-not-allowed',
	'sleepable-call',
	'program-structure',
	'exception-context',
	'callback-context',
	'lock-region',
	'iterator-state',
	'dynptr-state',
]);

/** The violation with `facts.variable`; as it is where that is set already, or nothing in the text stands for the value. */
export function withVariable(violation: Violation, layout: Layout): Violation {
	if (violation.facts.variable !== undefined || WITHOUT.has(violation.rule)) return violation;
	const node = valueNode(violation);
	if (!node) return violation;
	const text = layout.source(violation.at.slice, node);
	return text === '' ? violation : { ...violation, facts: { ...violation.facts, variable: text } };
}

/** The expression whose value a violation is about. */
function valueNode(violation: Violation): Node | undefined {
	const { at, facts, rule, variant } = violation;
	const definition = functionAt(at);
	if (!definition) return undefined;
	const path = pathTo(definition, at.first, at.last);
	const exact = path.find((node) => node.first === at.first && node.last === at.last) as Expression | undefined;
	if (!exact || !('kind' in exact)) return undefined;
	if (typeof facts.argument === 'number') {
		const call = withoutCasts(exact);
		const named =
			call.kind === 'call' && (call.callee.kind !== 'identifier' || facts.callee === undefined || call.callee.name === facts.callee);
		const argument = named && call.kind === 'call' ? call.arguments[facts.argument - 1] : undefined;
		const value = withoutCasts(argument ?? exact);
		// The address of a field may be NULL only if the pointer to its struct is.
		return rule === 'possibly-null-argument' && value.kind === 'address-of' ? (pointerOf(value.operand) ?? value) : value;
	}
	// Lists and trees take their head or root first, and the node second.
	if (exact.kind === 'call' && rule === 'graph-node' && variant !== 'root' && exact.arguments[1]) return exact.arguments[1];
	if (exact.kind === 'call' && rule !== 'object-access') return exact.arguments[0] ? withoutCasts(exact.arguments[0]) : undefined;
	const target = exact.kind === 'assignment' ? exact.target : exact;
	const through = THROUGH_POINTER.has(rule) || THROUGH_POINTER_VARIANTS.has(`${rule}:${variant}`);
	if (through) return pointerOf(target) ?? target;
	return target;
}

/** The pointer that an access follows: `p` of `p->a.b`, `*p`, `p[i]`. */
function pointerOf(expression: Expression): Expression | undefined {
	let at = withoutCasts(expression);
	for (;;) {
		switch (at.kind) {
			case 'member':
				if (at.arrow) return withoutCasts(at.object);
				at = at.object;
				break;
			case 'dereference':
				return withoutCasts(at.operand);
			case 'index':
				return withoutCasts(at.object);
			case 'inc-dec':
				at = at.operand;
				break;
			default:
				return undefined;
		}
	}
}
