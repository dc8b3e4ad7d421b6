// Answers of kernels, kept in the corpus's folder: the same text gives the same answer, and a boot need not be repeated.
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Lab } from '../kernel/lab.js';
import type { Answer } from './answer.js';
import { type Copy, compilerName, digest } from './compile.js';
import { type Kernel, loaderSource } from './kernel.js';

export class Memory {
	private readonly path: string;
	private readonly known = new Map<string, Answer | 'refused'>();
	private readonly setting: string;

	/** With `fresh`, nothing of earlier runs is believed. */
	constructor(lab: Lab, kernel: Kernel, fresh: boolean) {
		this.setting = digest(kernel.name, compilerName(lab), loaderSource());
		this.path = join(lab.folder, 'oracle-build', `answers-${this.setting}.jsonl`);
		mkdirSync(dirname(this.path), { recursive: true });
		if (fresh || !existsSync(this.path)) return;
		for (const line of readFileSync(this.path, 'utf8').split('\n')) {
			// A run that was ended in the middle leaves half a line.
			if (!line.endsWith(']')) continue;
			const [key, answer] = JSON.parse(line) as [string, Answer | 'refused'];
			this.known.set(key, answer);
		}
	}

	answer(copy: Copy, program: string): Answer | undefined {
		const known = this.known.get(this.key(copy, program));
		return known === 'refused' ? undefined : known;
	}
	keep(copy: Copy, program: string, answer: Answer): void {
		this.set(this.key(copy, program), answer);
	}
	/** Whether the compiler refused this text. */
	isRefused(copy: Copy): boolean {
		return this.known.get(this.key(copy, '')) === 'refused';
	}
	keepRefused(copy: Copy): void {
		this.set(this.key(copy, ''), 'refused');
	}

	private key(copy: Copy, program: string): string {
		return digest(copy.name, copy.text, program, ...(copy.flags ?? []));
	}
	private set(key: string, answer: Answer | 'refused'): void {
		this.known.set(key, answer);
		appendFileSync(this.path, `${JSON.stringify([key, answer])}\n`);
	}
}
