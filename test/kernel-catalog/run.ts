// `npm run test:catalog`: the generator against a plain search of whole kernel trees, the shipped catalogs against the trees that they were made of, and their names
// against the kernel that runs. Prints every difference with its reason; what cannot be compared here is said to be so.
//
//   node out/test/kernel-catalog/run.js [RELEASE]...
//     RELEASE   only these trees (6.1 6.12 7.2)
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../server/src/kernel/files.js';
import { writeCatalog } from '../../server/src/kernel/generate/write.js';
import type { CatalogFile } from '../../server/src/kernel/schema.js';
import { kernelTree } from './fetch-tree.js';
import { compareWithSearch } from './plain-search.js';
import { compareWithRunningKernel } from './running-kernel.js';

/** What a search by hand found in these very sources. A later update of a package may have more. */
const COUNTED: Readonly<Record<string, number>> = { '6.1.192': 67, '6.12.117': 216, '7.2.13': 375 };
const RELEASES = ['6.1', '6.12', '7.2'];

let passed = 0;
let failed = 0;

function judge(what: string, faults: readonly string[]): void {
	for (const fault of faults) console.log(`  FAILED ${fault}`);
	console.log(`${faults.length === 0 ? 'ok' : 'FAILED'} ${what}`);
	if (faults.length === 0) passed++;
	else failed++;
}

function holdTree(release: string): void {
	let root: string;
	try {
		root = kernelTree(release);
	} catch (error) {
		console.log(`NOT COMPARED ${release}: ${error instanceof Error ? error.message : String(error)}`);
		return;
	}
	const { catalog, lines, differences, found } = compareWithSearch(root);
	console.log(`=== Linux ${catalog.full}`);
	for (const line of lines) console.log(`  ${line}`);
	judge(`${release}: the generator finds what a plain search finds`, differences);
	const counted = COUNTED[catalog.full];
	if (counted !== undefined) judge(`${release}: ${counted} entries`, counted === found ? [] : [`the search finds ${found}`]);
	const shipped = JSON.parse(readFileSync(join(packageFolder('data'), `${release}.json`), 'utf8')) as CatalogFile;
	if (shipped.full === catalog.full) judge(`${release}: the shipped catalog is that of the tree`, differing(shipped, catalog));
	else console.log(`NOT COMPARED ${release}: the shipped catalog is of ${shipped.full}, the package of ${catalog.full}`);
}

/** Lines in which two catalogs differ; a tree has no configuration. */
function differing(shipped: CatalogFile, made: CatalogFile): string[] {
	const rows = (file: CatalogFile): Set<string> => new Set(writeCatalog({ ...file, config: {} }).split('\n'));
	const [ours, theirs] = [rows(shipped), rows(made)];
	return [
		...[...ours].filter((row) => !theirs.has(row)).map((row) => `only shipped: ${row.slice(0, 200)}`),
		...[...theirs].filter((row) => !ours.has(row)).map((row) => `only in the tree: ${row.slice(0, 200)}`),
	];
}

function holdRunningKernel(): void {
	console.log('=== the running kernel');
	const held = compareWithRunningKernel();
	if (!held) {
		console.log("NOT COMPARED: this machine's kernel shows no BTF");
		return;
	}
	for (const line of held.lines) console.log(`  ${line}`);
	judge('every difference from the kernel that runs has its reason', held.unexplained);
}

const wanted = process.argv.slice(2);
for (const release of wanted.length > 0 ? wanted : RELEASES) holdTree(release);
holdRunningKernel();
if (passed + failed === 0) {
	console.log('FAILED nothing could be compared');
	failed++;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
