// graph-node: nodes of BPF lists and trees, who owns them, and at which offset they sit.
import { type Rule, type Words, wordsFor } from '../rule.js';
import { argument, callee, quoted, subject } from '../words.js';

const WORDS: Words = {
	'not-owned': (v) =>
		`${subject(v, 'This node')} is not owned here: it is already in a list or tree, or only looked at. ${callee(v)} needs a node that the program owns, so allocate or remove one first.`,
	'not-allocated': (v) =>
		`${subject(v, 'This node')} is not part of an object that the program owns here: objects made by \`bpf_obj_new()\` go into a list or tree once, and belong to it from then on. Pass a node that is owned.`,
	'not-borrowed': (v) =>
		`${subject(v, 'This node')} is not in a list or tree, and ${callee(v)} removes one that is. Pass a node that was found there, while the lock is held.`,
	callback: (v) =>
		`${callee(v)} may not be called from the callback that compares nodes: the tree is being changed around it. Only compare there.`,
	node: (v) =>
		`${subject(v, 'This pointer')} is not the node that the list or tree was declared to hold: it is of another kind, or at another offset in the object. Pass the address of the node that \`__contains\` names.`,
	'lost-borrow': (v) =>
		`${subject(v, 'This node')} was only borrowed while the lock was held, and the lock has been dropped. Use it before the unlock, or take a reference with \`bpf_refcount_acquire()\`.`,
	refcount: (v) =>
		`${subject(v, 'This object')} is neither owned nor looked at under its lock here, so ${callee(v)} cannot take a reference on it. Call it while the object is held.`,
	'type-id': (v) =>
		`${callee(v)} allocates objects of a struct of this program, and its type argument names none. Pass \`bpf_core_type_id_local(struct x)\`, as the macro does.`,
	offset: (v) =>
		`${subject(v, 'This pointer')} is not the node that ${quoted(v, 'field', 'the list or tree')} was declared to hold: the offset inside the object is wrong. Pass the address of the node that \`__contains\` names.`,
	root: (v) => `${argument(v)} must be the head of a list or the root of a tree, declared with \`__contains\`.`,
	access: (v) => `${subject(v, 'This node')} must not be read or written directly. Use the list and tree kfuncs.`,
	default: (v) =>
		`${subject(v, 'This node')} cannot be used like this${v.facts.reason ? `: ${v.facts.reason}` : ''}. A node belongs either to the program or to one list or tree.`,
};

export const graphNode: Rule = {
	id: 'graph-node',
	summary: 'A node of a BPF list or tree is used without owning it, after its lock was dropped, or at a wrong offset.',
	category: 'Resource Lifetime Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: false,
	message: (violation) => wordsFor(WORDS, violation),
};
