// Sets of a graph's registers, one bit each: liveness and its kin are unions and differences of many small sets.
import type { Register } from './ir.js';

export class RegisterSet {
	/** 32 bits each, as signed numbers: a plain array of them costs a fraction of a typed one, and most graphs need one or two. */
	private readonly words: number[];

	/** `count` registers, numbered from 0, may be members. */
	constructor(count: number) {
		this.words = new Array<number>((count + 31) >>> 5).fill(0);
	}

	has(register: Register): boolean {
		return ((this.words[register >>> 5] ?? 0) & (1 << (register & 31))) !== 0;
	}

	add(register: Register): void {
		this.words[register >>> 5]! |= 1 << (register & 31);
	}

	delete(register: Register): void {
		this.words[register >>> 5]! &= ~(1 << (register & 31));
	}

	clear(): void {
		this.words.fill(0);
	}

	/** Adds the members of `other`, but not those of `except`. True if there was a new one. */
	addAll(other: RegisterSet, except?: RegisterSet): boolean {
		const { words } = this;
		let changed = false;
		for (let k = 0; k < words.length; k++) {
			const added = other.words[k]! & ~(except ? except.words[k]! : 0) & ~words[k]!;
			if (added === 0) continue;
			words[k]! |= added;
			changed = true;
		}
		return changed;
	}

	*[Symbol.iterator](): Iterator<Register> {
		for (let k = 0; k < this.words.length; k++) {
			for (let rest = this.words[k]!; rest !== 0; rest &= rest - 1) yield (k << 5) + 31 - Math.clz32(rest & -rest);
		}
	}
}
