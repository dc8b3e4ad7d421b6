// Lays lifted text out in fragments: what stands in a block is cut out of what encloses it, and cut apart where its statements end. Since
// lifted text holds no names, most fragments have been met before, and their trees are known (`shapes.ts`).
import type { Lifted, Operand } from './lifted.js';
import type { Shape } from './shapes.js';

/**
 * The head of a declaration, one or more whole statements, or an operand. Every block in it is empty: what stands in there has fragments of its own. `text` says
 * where its pieces begin, at each blank, and so do the places of its tree.
 */
export interface Fragment {
	readonly text: string;
	/** What is added to a place in the tree to have it among the pieces of the whole slice. */
	readonly base: number;
	/** Given once it is known. */
	shape: Shape | undefined;
}

/** The brace of a block that was cut out: a brace like any other to the parser. */
export const CUT_OUT = '{\t';
/** What statements begin with, and no declaration does. */
export const STATEMENTS = '{ ';

/** What is being written at one depth of blocks. */
interface Level {
	/** Where the fragment at hand begins among the waiting pieces, and its blocks among the waiting blocks. */
	readonly from: number;
	readonly blocksFrom: number;
	/** Behind a case everything up to the block's end is the case's. */
	labelled: boolean;
	/** A `do` waits for its `while`. */
	doing: boolean;
	/** Those that are finished. */
	readonly fragments: Fragment[];
}

const level = (from: number, blocksFrom: number, fragments: Fragment[] = []): Level => ({
	from,
	blocksFrom,
	labelled: false,
	doing: false,
	fragments,
});

/** Takes the pieces in the order of the text. The pieces of a fragment come out together, those of its blocks before them. */
export class FragmentWriter {
	readonly firsts: number[] = [];
	readonly lasts: number[] = [];
	readonly fragments: Fragment[] = [];
	/** What was cut out of the block whose brace is that piece. */
	readonly blocks = new Map<number, readonly Fragment[]>();
	/** The text is not what can be cut: whatever was, the slice is one text. */
	spoiled = false;
	private texts: string[] = [];
	private readonly waitingFirsts: number[] = [];
	private readonly waitingLasts: number[] = [];
	private waitingBlocks: { readonly at: number; readonly fragments: readonly Fragment[] }[] = [];
	private at = level(0, 0);
	private readonly outer: Level[] = [];

	/** A piece of text that stands for tokens. */
	put(text: string, first: number, last = first): void {
		this.texts.push(text);
		this.waitingFirsts.push(first);
		this.waitingLasts.push(last);
	}

	/** What follows stands in the block whose brace was put. */
	openBlock(): void {
		this.outer.push(this.at);
		this.at = level(this.texts.length, this.waitingBlocks.length);
	}

	/** The brace that follows closes a block. */
	closeBlock(): void {
		const { fragments } = this.at;
		const outer = this.outer.pop();
		if (!outer) {
			this.spoiled = true;
			return;
		}
		if (this.texts.length > this.at.from) this.cut();
		this.at = outer;
		if (fragments.length) this.waitingBlocks.push({ at: this.texts.length - 1, fragments });
	}

	/** A statement may end here, unless what follows it is part of it. */
	endStatement(next: string | undefined): void {
		const { at } = this;
		if (at.labelled || next === 'else' || (next === 'while' && at.doing)) return;
		this.cut();
		this.at = level(at.from, at.blocksFrom, at.fragments);
	}

	/** A word of a statement was put that says how far the statement goes. */
	word(text: string): void {
		if (text === 'do') this.at.doing = true;
		else if (text === 'case' || text === 'default') this.at.labelled = true;
	}

	private cut(): void {
		this.at.fragments.push(this.take(STATEMENTS, ' }'));
	}

	/** The fragment of what was put outside of all blocks. */
	finish(): Fragment {
		return this.take('', '');
	}

	/** The fragment at hand, between a piece before it and one behind it that stand for no token. */
	private take(before: string, behind: string): Fragment {
		const { from, blocksFrom } = this.at;
		const { firsts, lasts, texts, waitingFirsts, waitingLasts, waitingBlocks } = this;
		const inner = from === 0 ? texts : texts.slice(from);
		const start = firsts.length;
		for (let i = from; i < texts.length; i++) {
			firsts.push(waitingFirsts[i]!);
			lasts.push(waitingLasts[i]!);
		}
		for (let i = blocksFrom; i < waitingBlocks.length; i++)
			this.blocks.set(start + waitingBlocks[i]!.at - from, waitingBlocks[i]!.fragments);
		const fragment: Fragment = { text: before + inner.join(' ') + behind, base: before ? start - 1 : start, shape: undefined };
		this.fragments.push(fragment);
		if (from === 0) this.texts = [];
		else texts.length = from;
		waitingFirsts.length = waitingLasts.length = from;
		waitingBlocks.length = blocksFrom;
		return fragment;
	}

	get isWhole(): boolean {
		return !this.spoiled && this.outer.length === 0;
	}
}

/** The words around an operand that make a declaration of it: one piece before, one behind. */
export function operandFrame(kind: Operand['kind']): string {
	return kind === 'type' ? 'int\t_L=sizeof(' : 'int\t_L=(';
}

type Pieces = Pick<Lifted, 'text' | 'firsts' | 'lasts' | 'fragments' | 'blocks' | 'main' | 'operandFragments'>;

/** The same as one text: the operands in their order, a line each, and the slice's own text behind them. */
export function inOne({ firsts, lasts, main, operandFragments, ...rest }: Pieces): Pieces {
	const all = [...operandFragments, main];
	const made = { firsts: [] as number[], lasts: [] as number[] };
	const placed = all.map((fragment, index): Fragment => {
		const base = made.firsts.length;
		// The slice's own pieces were put first.
		const end = (fragment === main ? operandFragments[0] : operandFragments[index + 1])?.base ?? firsts.length;
		for (let i = fragment.base; i < end; i++) {
			made.firsts.push(firsts[i]!);
			made.lasts.push(lasts[i]!);
		}
		return { ...fragment, base };
	});
	const text = all.map((fragment) => `${fragment.text} \n`).join('');
	return { ...rest, ...made, text, fragments: [], main: placed.pop()!, operandFragments: placed };
}
