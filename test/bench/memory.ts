// `node out/test/bench/memory.js [--runs N]`: what a server at rest holds after files came and went, in N processes one after another (5).
import { parseArgs } from 'node:util';
import { prepareLab } from '../kernel/lab.js';
import { BUILT_CLI, openAndClose, openedFiles } from './endurance.js';

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { runs: { type: 'string', default: '5' } } });
	const runs = Number(values.runs);
	if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a number');
	const lab = prepareLab();
	const files = openedFiles(lab);
	for (let run = 0; run < runs; run++) {
		const held = await openAndClose(BUILT_CLI, files, lab);
		if (!held) throw new Error('this system does not tell what a process holds');
		const [one, first, second] = held as [number, number, number];
		const mb = held.map((bytes) => `${Math.round(bytes / 1e6)} MB`).join(', ');
		console.log(
			`1 file, ${files.length}, these again: ${mb}; second to first ${(second / first).toFixed(2)}, first to one ${(first / one).toFixed(2)}`,
		);
	}
}

main().catch((error) => {
	console.error(`memory: ${error instanceof Error ? error.message : error}`);
	process.exitCode = 2;
});
