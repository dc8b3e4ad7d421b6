// The loop that a person has without this server: compile, load, read what the verifier says.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clangArguments, type Lab } from '../kernel/lab.js';
import { hostKernel, NotMeasured } from '../oracle/kernel.js';
import { percentile } from './statistics.js';

const ROUNDS = 5;

export interface PersonTimes {
	/** clang-19 -O2 of the file, in milliseconds, the median. */
	readonly compile: number;
	/** A load of one of its programs by the verifier of the kernel that runs, in milliseconds, the median; else why it was not measured. */
	readonly load: number | string;
}

/** Times both for one file. Throws where clang fails. */
export async function timePerson(path: string, program: string, lab: Lab): Promise<PersonTimes> {
	const folder = mkdtempSync(join(tmpdir(), 'bpfls-person-'));
	const object = join(folder, 'program.o');
	try {
		const compile = Array.from({ length: ROUNDS }, () => {
			const began = performance.now();
			const { status, stderr } = spawnSync('clang-19', [...clangArguments(lab), '-c', path, '-o', object], { encoding: 'utf8' });
			if (status !== 0) throw new Error(`clang-19 failed: ${stderr}`);
			return performance.now() - began;
		});
		return { compile: percentile(compile, 0.5), load: await timeLoad(object, program, lab) };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

async function timeLoad(object: string, program: string, lab: Lab): Promise<number | string> {
	try {
		const kernel = hostKernel(lab);
		const times: number[] = [];
		// The loader is built when it is first asked; that round does not count.
		for (let round = 0; round <= ROUNDS; round++) {
			const began = performance.now();
			let answers = 0;
			await kernel.ask([{ object, program }], () => answers++);
			if (answers === 0) return 'the kernel gives no answer';
			if (round > 0) times.push(performance.now() - began);
		}
		return percentile(times, 0.5);
	} catch (error) {
		if (error instanceof NotMeasured) return error.message;
		throw error;
	}
}
