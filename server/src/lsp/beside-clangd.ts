// Is clangd at work beside this server? What it says of a C file is then not said again.
import { readdirSync, readFileSync } from 'node:fs';
import type { Session } from './session.js';

/** How long an answer holds, in milliseconds: the other server may start or stop at any time. */
const ANSWER_HOLDS = 5000;

/** Looks for clangd among the processes that the client started, on systems that show them in /proc; elsewhere there seems to be none. */
export class ClangdWatch {
	#seen: { readonly at: number; readonly answer: boolean } | undefined;

	/** @param client The client's process, as it told in initialize. */
	constructor(private readonly client: number | null) {}

	isRunning(): boolean {
		const now = Date.now();
		if (!this.#seen || now - this.#seen.at > ANSWER_HOLDS) this.#seen = { at: now, answer: this.client !== null && hasClangd(this.client) };
		return this.#seen.answer;
	}
}

function hasClangd(parent: number): boolean {
	try {
		return readdirSync(`/proc/${parent}/task`).some((task) =>
			readFileSync(`/proc/${parent}/task/${task}/children`, 'utf8')
				.split(' ')
				.some((child) => child !== '' && /^clangd/.test(processName(child))),
		);
	} catch {
		return false;
	}
}

/** The name of a process, of which the system keeps 15 characters. */
function processName(pid: string): string {
	try {
		return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
	} catch {
		return '';
	}
}

/** By the document's settings, or, where they leave it to us, by what runs. */
export async function isBesideClangd(session: Session, uri: string): Promise<boolean> {
	const { besideClangd } = await session.editorSettings(uri);
	return besideClangd === 'auto' ? session.clangd.isRunning() : besideClangd === 'yes';
}
