// What is judged in haste, with numbers guessed wide, has the verdict that it has when every round of every loop is followed: a dump of states
// follows them all, and so does a run that is watched.
import assert from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { Graphs } from '../../server/src/verifier/graphs.js';
import { atOnce } from '../../server/src/verifier/steps.js';
import { verifyProgram } from '../../server/src/verifier/verify.js';
import { largeFile } from '../bench/generated.js';
import { FilesBelow } from '../support/files-below.js';
import { releaseOf } from '../support/markers.js';
import { repositoryRoot } from '../support/root.js';

const FOLDER = join(repositoryRoot(), 'test/fixtures');
const OPTIONS = { includePaths: [], defines: ['__TARGET_ARCH_x86'] };
/** Who reads on until every way was followed takes so many times the steps at least, in a program of a dozen meeting ways and a loop. */
const SPARED = 10;

describe('haste', () => {
	it('changes no verdict of any fixture', async () => {
		const checker = await createChecker({ files: new FilesBelow(FOLDER) });
		for (const name of readdirSync(FOLDER).filter((entry) => entry.endsWith('.bpf.c'))) {
			const path = join(FOLDER, name);
			const text = readFileSync(path, 'utf8');
			const options = { ...OPTIONS, kernel: releaseOf(text) };
			const hasty = checker.check(path, text, options).programs.map((program) => `${program.name} ${program.verdict}`);
			const dump = atOnce(checker.dump(path, text, 'states', options));
			const patient = [...dump.matchAll(/^program (\w+) [\s\S]*?^verdict: (\w+)/gm)].map(([, program, verdict]) => `${program} ${verdict}`);
			assert.deepStrictEqual(hasty, patient, name);
		}
	});

	/** What a run says of the only program of a text: in haste, or watched; and the steps that it took. */
	const judge = async () => {
		const checker = await createChecker();
		return (text: string, watched: boolean) => {
			const { unit, catalog } = checker.view('/haste.bpf.c', text, { ...OPTIONS, kernel: '6.12' })!;
			const { report, violations } = verifyProgram(unit, catalog, unit.programs[0]!, new Graphs(unit), watched ? {} : undefined);
			const said = violations.map((one) => [one.rule, one.variant, one.at, one.leaks, one.path, one.facts, one.callStack]);
			return { said, verdict: [report.verdict, report.reason, report.incomplete], operations: report.operations };
		};
	};
	const whole = largeFile(1, 0);
	const lines = whole.split('\n');
	const without = (line: number) => lines.filter((_, index) => index !== line).join('\n');

	it('says the same of a program from which any one line is missing', async () => {
		const both = await judge();
		let faults = 0;
		for (const [index, line] of lines.entries()) {
			if (!line.startsWith('\t')) continue;
			const text = without(index);
			const [hasty, patient] = [both(text, false), both(text, true)];
			assert.deepStrictEqual([hasty.said, hasty.verdict], [patient.said, patient.verdict], line);
			if (hasty.said.length > 0) faults++;
		}
		assert.ok(faults > 2, `${faults} of the texts had faults`);
	});

	it('follows no rounds in which a pointer walks through plain memory', async () => {
		const both = await judge();
		const text = (head: string) => `#include <vmlinux.h>
#include <bpf/bpf_helpers.h>
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, int); __type(value, struct { ${head} long cells[4096]; }); } cells SEC(".maps");
SEC("tc")
int walked(struct __sk_buff *skb)
{
	int key = 0;
	long *cell = bpf_map_lookup_elem(&cells, &key);

	for (int i = 0; cell && i < 4000; i++)
		cell++;
	return 0;
}
char LICENSE[] SEC("license") = "GPL";
`;
		const [hasty, patient] = [both(text(''), false), both(text(''), true)];
		assert.deepStrictEqual(hasty.verdict.slice(0, 2), ['accept', undefined]);
		assert.deepStrictEqual(patient.verdict.slice(0, 2), ['unknown', 'too many different states meet at one place']);
		// What is followed may lie where it comes to.
		assert.strictEqual(both(text('struct bpf_timer timer;'), false).verdict[0], 'unknown');
	});

	it('looks no further when all that it suspected was found', async () => {
		const both = await judge();
		const text = whole.replace(/\tif \(!event\)\n\t\treturn -1;\n/, '');
		const [hasty, patient] = [both(text, false), both(text, true)];
		assert.strictEqual(hasty.verdict[0], 'reject');
		assert.deepStrictEqual(hasty.said, patient.said);
		assert.ok(hasty.operations * SPARED < patient.operations, `${hasty.operations} steps against ${patient.operations}`);
	});
});
