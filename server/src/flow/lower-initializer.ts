// Initializers of locals and compound literals: a zero fill, then one store for each written element.
import { type CType, findMember, sizeOf, strip, UNKNOWN } from '../btf/ctype.js';
import type { Designator, Expression, InitializerList, Node } from '../syntax/ast.js';
import { at, type ExpressionLowering, type LValue, memory } from './lower-expression.js';

/** Stores `initializer` into `place`; `whole` is the declaration or literal that people see. */
export function lowerInitializer(x: ExpressionLowering, place: LValue, initializer: Expression, whole: Node): void {
	if (initializer.kind !== 'initializer-list') {
		if (place.kind === 'memory' && strip(place.type).kind === 'array' && initializer.kind === 'string') {
			x.b.emit({ op: 'fill', address: place.address, size: sizeOf(place.type), zero: false, at: at(whole) });
			return;
		}
		x.store(place, x.assignable(x.value(initializer), place.type, initializer), whole);
		return;
	}
	if (place.kind === 'register') {
		const first = initializer.items[0];
		const value = first ? x.value(first.value) : x.constant(0n, place.type, at(initializer));
		x.store(place, x.assignable(value, place.type, initializer), whole);
		return;
	}
	x.b.emit({ op: 'fill', address: place.address, size: sizeOf(place.type), zero: true, at: at(whole) });
	fillList(x, place, initializer, whole);
}

function fillList(x: ExpressionLowering, place: LValue & { kind: 'memory' }, list: InitializerList, whole: Node): void {
	const cursor = new Cursor(x, place, whole);
	for (const item of list.items) cursor.put(item.designators, item.value);
}

/** Walks the members of an aggregate in order, with C's brace elision left to the first scalar of each member. */
class Cursor {
	private next = 0;

	constructor(
		private readonly x: ExpressionLowering,
		private readonly place: LValue & { kind: 'memory' },
		private readonly whole: Node,
	) {}

	put(designators: readonly Designator[], value: Expression): void {
		const t = strip(this.place.type);
		const first = designators[0];
		let target: (LValue & { kind: 'memory' }) | undefined;
		if (t.kind === 'array') {
			const index = first?.index ? this.x.b.file.constant(first.index, this.x.b.localScope()) : undefined;
			if (index !== undefined) this.next = Number(index);
			target = this.element(this.next, t.of);
			this.next++;
		} else if (t.kind === 'record') {
			if (first?.member !== undefined) {
				const position = t.members.findIndex((m) => m.name === first.member);
				if (position >= 0) this.next = position + 1;
				target = this.member(first.member);
			} else {
				const member = t.members[this.next++];
				if (member) target = this.at(member.offset, member.type);
			}
		} else if (this.next++ === 0) target = this.place;
		if (!target) {
			this.x.effect(value);
			return;
		}
		let place: LValue & { kind: 'memory' } = target;
		for (const more of designators.slice(1)) {
			const inner = strip(place.type);
			if (more.member !== undefined && inner.kind === 'record') {
				const m = findMember(inner, more.member);
				place = this.offset(place, m?.offset ?? 0, m?.type ?? UNKNOWN);
			} else if (more.index && inner.kind === 'array') {
				const index = Number(this.x.b.file.constant(more.index, this.x.b.localScope()) ?? 0n);
				place = this.offset(place, index * (sizeOf(inner.of) ?? 0), inner.of);
			}
		}
		if (value.kind === 'initializer-list') {
			const kind = strip(place.type).kind;
			if (kind === 'record' || kind === 'array') fillList(this.x, place, value, this.whole);
			else lowerInitializer(this.x, place, value.items[0]?.value ?? value, value);
			return;
		}
		lowerInitializer(this.x, place, value, value);
	}

	private element(index: number, type: CType): LValue & { kind: 'memory' } {
		return this.at(index * (sizeOf(type) ?? 0), type);
	}

	private member(name: string): (LValue & { kind: 'memory' }) | undefined {
		const t = strip(this.place.type);
		const member = t.kind === 'record' ? findMember(t, name) : undefined;
		return member ? this.at(member.offset, member.type) : undefined;
	}

	private at(bytes: number, type: CType): LValue & { kind: 'memory' } {
		return this.offset(this.place, bytes, type);
	}

	private offset(place: LValue & { kind: 'memory' }, bytes: number, type: CType): LValue & { kind: 'memory' } {
		const to = this.x.b.register();
		this.x.b.emit({ op: 'offset', to, base: place.address, bytes, at: at(this.whole) });
		return memory(to, type);
	}
}
