// What a run of groups declares, by name. The same headers are read behind many others and give the same groups: what they declare is then listed once.
import { Declared, Keyword, keywordKind } from './declaration-scanner.js';
import type { Group, TokenGroup } from './slicer.js';
import { type Token, TokenKind } from './token.js';

/** Declarations by name, as indices of groups in order; large headers are left out. */
export class DeclarationTable {
	readonly ordinary = new Map<string, number[]>();
	readonly tags = new Map<string, number[]>();
	/** How each name of the ordinary space was declared first. */
	readonly kinds = new Map<string, Declared>();
	private mentioned: Set<string> | undefined;
	private readonly holding = new Map<ReadonlySet<string>, readonly number[]>();

	constructor(private readonly groups: readonly Group[]) {
		groups.forEach((group, index) => {
			if (group.kind === 'raw') return;
			for (const { name, kind } of group.names) {
				if (kind !== Declared.Tag && !this.kinds.has(name)) this.kinds.set(name, kind);
				const map = kind === Declared.Tag ? this.tags : this.ordinary;
				const list = map.get(name);
				if (!list) map.set(name, [index]);
				else if (list[list.length - 1] !== index) list.push(index);
			}
		});
	}

	/** Is the tag mentioned or declared in one of the groups? */
	mentions(tag: string): boolean {
		if (!this.mentioned) {
			this.mentioned = new Set();
			for (const group of this.groups) if (group.kind === 'tokens') noteTags(group, this.mentioned);
		}
		return this.mentioned.has(tag);
	}

	/** The groups that hold one of the words. */
	groupsWith(words: ReadonlySet<string>): readonly number[] {
		let found = this.holding.get(words);
		if (!found) {
			found = [...this.groups.keys()].filter((index) => {
				const group = this.groups[index]!;
				return group.kind === 'tokens' && group.tokens.some(({ text }) => words.has(text));
			});
			this.holding.set(words, found);
		}
		return found;
	}
}

const tables = new WeakMap<Group, { readonly groups: readonly Group[]; readonly table: DeclarationTable }>();

/** The table of some groups that other files may have as well. */
export function sharedTable(groups: readonly Group[]): DeclarationTable {
	const first = groups[0];
	const known = first && tables.get(first);
	if (known && known.groups.length === groups.length && known.groups.every((group, index) => group === groups[index])) return known.table;
	const table = new DeclarationTable(groups);
	if (first) tables.set(first, { groups, table });
	return table;
}

function noteTags({ tokens }: TokenGroup, tags: Set<string>): void {
	for (let i = 0; i + 1 < tokens.length; i++) {
		if (tokens[i]!.kind !== TokenKind.Identifier) continue;
		const kind = keywordKind(tokens[i]!.text);
		if (kind !== Keyword.Record && kind !== Keyword.Enum) continue;
		const at = behindAttributes(tokens, i + 1);
		if (tokens[at]?.kind === TokenKind.Identifier) tags.add(tokens[at]!.text);
	}
}

/** `struct __attribute__((...)) tag` */
function behindAttributes(tokens: readonly Token[], from: number): number {
	let at = from;
	while (at < tokens.length && keywordKind(tokens[at]!.text) === Keyword.Group) {
		let depth = 0;
		do {
			at++;
			if (tokens[at]?.text === '(') depth++;
			else if (tokens[at]?.text === ')') depth--;
		} while (at < tokens.length && depth > 0);
		at++;
	}
	return at;
}
