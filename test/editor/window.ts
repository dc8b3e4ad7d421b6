// A VS Code window in the browser, in a person's words: what stands under a squiggle, what a hover says, which actions are offered.
import { basename, dirname } from 'node:path';
import type { Locator, Page } from 'playwright-core';

/** How long a person would wait for something to appear, in milliseconds. Generous: a busy machine is no failure. */
export const PATIENCE = 30_000;
/** How often a window is loaded again that VS Code shows without its folders. */
const RELOADS = 3;

/** What is marked in the text that the editor shows: the words under a squiggle, and their line (from 1). */
export interface Marked {
	readonly line: number;
	readonly text: string;
}

/** The few words of the browser that the functions below use in the page. */
interface Rect {
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly bottom: number;
	readonly height: number;
}
interface PageNode {
	readonly textContent: string | null;
	getBoundingClientRect(): Rect;
	querySelector(selector: string): PageNode | null;
	querySelectorAll(selector: string): Iterable<PageNode>;
}
interface PageDocument extends PageNode {
	createTreeWalker(root: PageNode, what: number): { nextNode(): PageNode | null };
	createRange(): { setStart(node: PageNode, offset: number): void; setEnd(node: PageNode, offset: number): void } & PageNode;
}
declare const document: PageDocument;

/** A character of the editor as it is drawn. */
interface Drawn {
	readonly line: number;
	readonly character: string;
	readonly left: number;
	readonly right: number;
	readonly top: number;
	readonly height: number;
}

/** Runs in the page: every character that the editor in front shows, with its place on the screen. */
function drawnCharacters(): Drawn[] {
	const editor = document.querySelector('.editor-group-container.active .monaco-editor') ?? document.querySelector('.monaco-editor');
	if (!editor) return [];
	const numbers = [...editor.querySelectorAll('.margin-view-overlays .line-numbers')].map((node) => {
		const { top, bottom } = node.getBoundingClientRect();
		return { line: Number(node.textContent), middle: (top + bottom) / 2 };
	});
	const drawn: Drawn[] = [];
	for (const viewLine of editor.querySelectorAll('.view-lines > .view-line')) {
		const box = viewLine.getBoundingClientRect();
		const line = numbers.find(({ middle }) => middle >= box.top && middle <= box.bottom)?.line;
		if (!line) continue;
		const walker = document.createTreeWalker(viewLine, 4);
		for (let node = walker.nextNode(); node; node = walker.nextNode()) {
			const text = node.textContent ?? '';
			for (let i = 0; i < text.length; i++) {
				const range = document.createRange();
				range.setStart(node, i);
				range.setEnd(node, i + 1);
				const { left, right, top, height } = range.getBoundingClientRect();
				drawn.push({ line, character: text[i] === '\u00a0' ? ' ' : text[i]!, left, right, top, height });
			}
		}
	}
	return drawn;
}

/** Runs in the page: where the squiggles of a kind are drawn. */
function squiggleBoxes(kind: string): { left: number; right: number; middle: number }[] {
	const boxes = [...document.querySelectorAll(`.editor-group-container.active .cdr.squiggly-${kind}`)].map((node) =>
		node.getBoundingClientRect(),
	);
	return boxes.map(({ left, right, top, bottom }) => ({ left, right, middle: (top + bottom) / 2 }));
}

export class Window {
	/** @param page A page of VS Code. @param folder Where screenshots go. */
	constructor(
		readonly page: Page,
		private readonly folder: string,
	) {}

	/** Opens an address and waits until the workbench is there. Answers the question of trust. */
	async open(address: string, trust = true): Promise<void> {
		await this.page.goto(address);
		const answer = this.page.getByRole('button', { name: trust ? 'Yes, I trust the authors' : "No, I don't trust the authors" });
		await answer.click({ timeout: PATIENCE });
		// Now and then VS Code does not take the folders of a `.code-workspace` file in, and shows none.
		const file = this.page.locator('.explorer-folders-view .monaco-list-row').first();
		for (let reloads = 0; reloads < RELOADS; reloads++) {
			const shown = file.waitFor({ timeout: PATIENCE / RELOADS }).then(
				() => true,
				() => false,
			);
			if (await shown) break;
			await this.page.reload();
		}
		await this.page.locator('.monaco-editor .view-line').first().waitFor({ timeout: PATIENCE });
	}

	/** Opens a file of the explorer, given by its path below the folder that the window shows, and waits until it is shown. */
	async openFile(path: string): Promise<void> {
		const row = (name: string) =>
			this.page.locator('.explorer-folders-view .monaco-list-row', { has: this.page.getByText(name, { exact: true }) });
		const name = basename(path);
		// Folders of a workspace may be closed.
		if (dirname(path) !== '.' && (await row(name).count()) === 0) await row(dirname(path)).click({ timeout: PATIENCE });
		await row(name).dblclick({ timeout: PATIENCE });
		await this.page.locator(`.tab.active[data-resource-name="${name}"]`).first().waitFor({ timeout: PATIENCE });
		await this.page.locator('.editor-group-container.active .monaco-editor .view-line').first().waitFor({ timeout: PATIENCE });
	}

	/** Leaves the window to the editor: no explorer. */
	async hideExplorer(): Promise<void> {
		await this.page.keyboard.press('Control+b');
		await this.page.locator('.explorer-viewlet').waitFor({ state: 'hidden', timeout: PATIENCE });
	}

	/** Puts the cursor to a line and column, both from 1, and shows it in the middle. */
	async goTo(line: number, column = 1): Promise<void> {
		await this.page.keyboard.press('Control+g');
		const input = this.page.locator('.quick-input-widget input');
		await input.waitFor({ timeout: PATIENCE });
		await input.fill(`:${line}:${column}`);
		await this.page.keyboard.press('Enter');
		await input.waitFor({ state: 'hidden', timeout: PATIENCE });
	}

	/** Runs a command of the palette by its title. */
	async command(title: string): Promise<void> {
		await this.page.keyboard.press('F1');
		const input = this.page.locator('.quick-input-widget input');
		await input.waitFor({ timeout: PATIENCE });
		await input.fill(`>${title}`);
		await this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click({ timeout: PATIENCE });
	}

	/** What is underlined, in the order of the text. */
	async squiggles(kind: 'error' | 'warning' | 'info' | 'hint'): Promise<Marked[]> {
		const [drawn, boxes] = [await this.page.evaluate(drawnCharacters), await this.page.evaluate(squiggleBoxes, kind)];
		const marked = boxes.map(({ left, right, middle }) => {
			const under = drawn.filter(
				(one) => middle >= one.top && middle <= one.top + one.height + 4 && one.left >= left - 1 && one.right <= right + 1,
			);
			return { line: under[0]?.line ?? 0, text: under.map((one) => one.character).join('') };
		});
		return marked.sort((a, b) => a.line - b.line);
	}

	/** Waits until what is underlined is as it should be; gives what it was at last. */
	async waitForSquiggles(kind: 'error' | 'warning', expected: readonly Marked[]): Promise<Marked[]> {
		const same = (found: readonly Marked[]) => JSON.stringify(found) === JSON.stringify(expected);
		return this.until(() => this.squiggles(kind), same);
	}

	/** Looks again and again until it is as it should be or nobody would wait any longer; gives what was seen last. */
	async until<T>(look: () => Promise<T>, good: (seen: T) => boolean): Promise<T> {
		const end = Date.now() + PATIENCE;
		for (;;) {
			const seen = await look();
			if (good(seen) || Date.now() > end) return seen;
			await this.page.waitForTimeout(100);
		}
	}

	/** The text of one line as it is drawn. */
	async lineText(line: number): Promise<string> {
		const drawn = await this.page.evaluate(drawnCharacters);
		return drawn
			.filter((one) => one.line === line)
			.map((one) => one.character)
			.join('');
	}

	/** Where a text of a line is drawn, its middle. The line has to be in view. */
	private async place(line: number, text: string): Promise<{ x: number; y: number }> {
		const drawn = (await this.page.evaluate(drawnCharacters)).filter((one) => one.line === line);
		const at = drawn
			.map((one) => one.character)
			.join('')
			.indexOf(text);
		if (at < 0) throw new Error(`line ${line} does not show ${JSON.stringify(text)}`);
		const [first, last] = [drawn[at]!, drawn[at + text.length - 1]!];
		return { x: (first.left + last.right) / 2, y: first.top + first.height / 2 };
	}

	/** What the language status item says of the file in front, in one line. Waits until there is an item of ours. */
	async status(): Promise<string> {
		const ours = this.page.locator('.hover-language-status', { hasText: 'BPF:' });
		// A pop-up that opened before there was an item does not get one; it is opened anew.
		const look = async () => {
			await this.page.mouse.move(640, 300);
			await this.page.locator('#status\\.languageStatus').hover();
			return ours
				.first()
				.waitFor({ timeout: 2000 })
				.then(
					() => true,
					() => false,
				);
		};
		if (!(await this.until(look, (shown) => shown))) throw new Error('the status item does not appear');
		return (await ours.first().innerText()).replace(/\s+/g, ' ');
	}

	/** What the status bar counts: `Errors: 1`, `No Problems`. */
	async problemCount(): Promise<string> {
		return (await this.page.locator('#status\\.problems a').getAttribute('aria-label')) ?? '';
	}

	/** Rests the mouse on a text of a line and gives what pops up. */
	async hover(line: number, text: string): Promise<Locator> {
		const content = this.page.locator('.monaco-hover-content:visible');
		// A mouse that does not move pops nothing up, what it does while the page is busy is lost, and a lens that comes late moves the text.
		const look = async () => {
			const { x, y } = await this.place(line, text);
			await this.page.mouse.move(x, y + 200);
			await this.page.mouse.move(x, y, { steps: 5 });
			return content
				.first()
				.waitFor({ timeout: 3000 })
				.then(
					() => true,
					() => false,
				);
		};
		if (!(await this.until(look, (shown) => shown))) throw new Error(`nothing pops up over ${text} in line ${line}`);
		return content.last();
	}

	/** The titles of the code actions at the cursor. */
	async codeActions(): Promise<string[]> {
		await this.page.keyboard.press('Control+.');
		const rows = this.page.locator('.action-widget .monaco-list-row.action');
		await rows.first().waitFor({ timeout: PATIENCE });
		return (await rows.allInnerTexts()).map((text) => text.trim().split('\n')[0]!);
	}

	async chooseCodeAction(title: string): Promise<void> {
		// A veil that catches clicks outside of the list lies over it for the browser's hit test.
		const row = this.page.locator('.action-widget .monaco-list-row.action', { hasText: title }).first();
		await row.click({ timeout: PATIENCE, force: true });
	}

	/** @param height Only so much of the window, from its top; all of it unless told. */
	async screenshot(name: string, height?: number): Promise<void> {
		// What fades in has to be there.
		await this.page.waitForTimeout(300);
		const size = this.page.viewportSize();
		const clip = height && size ? { clip: { x: 0, y: 0, width: size.width, height } } : {};
		await this.page.screenshot({ path: `${this.folder}/${name}.png`, ...clip });
	}
}
