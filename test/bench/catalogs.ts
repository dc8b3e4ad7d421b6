// What it costs to load the catalog of a release, each time in a process that has loaded none. Run by itself with a release it is such a process.
import { spawnSync } from 'node:child_process';
import { loadCatalog, shippedReleases } from '../../server/src/kernel/load.js';

/** Each release is loaded this often; the best time counts, since the others hold what else the machine did. */
const ROUNDS = 5;

interface Cost {
	readonly release: string;
	/** Milliseconds until the catalog is there. */
	readonly load: number;
	/** Milliseconds until each kind of question was answered once. */
	readonly answers: number;
	/** What stays in memory after that. */
	readonly bytes: number;
}

/** The costs of every release from the oldest shipped one to the newest, those between the shipped ones included. */
export function measureCatalogs(): Cost[] {
	const releases = shippedReleases();
	return between(releases[0]!, releases.at(-1)!).map((release) => {
		const rounds = Array.from({ length: ROUNDS }, () => inOwnProcess(release));
		const best = (of: 'load' | 'answers' | 'bytes') => Math.min(...rounds.map((each) => each[of]));
		return { release, load: best('load'), answers: best('answers'), bytes: best('bytes') };
	});
}

/** The last release of each major version that is followed by another. */
const LAST_OF: Readonly<Record<number, number>> = { 6: 19 };

function between(oldest: string, newest: string): string[] {
	const [major, minor] = oldest.split('.').map(Number) as [number, number];
	const next = LAST_OF[major] === minor ? `${major + 1}.0` : `${major}.${minor + 1}`;
	return oldest === newest ? [oldest] : [oldest, ...between(next, newest)];
}

function inOwnProcess(release: string): Cost {
	const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', __filename, release], { encoding: 'utf8' });
	if (status !== 0) throw new Error(`the catalog of ${release}: ${stderr}`);
	return { release, ...(JSON.parse(stdout) as Omit<Cost, 'release'>) };
}

function measure(release: string): Omit<Cost, 'release'> {
	global.gc!();
	const before = held();
	const began = performance.now();
	const catalog = loadCatalog(release);
	const load = performance.now() - began;
	catalog.kfunc('bpf_task_acquire');
	catalog.helper('bpf_map_lookup_elem', 'TRACING');
	catalog.isSafeField('rcu', 'task_struct', 'cpus_ptr');
	catalog.tracepoint('sched_switch');
	catalog.lsmHook('file_open');
	catalog.structOps('tcp_congestion_ops', 'init');
	catalog.releaseKfuncs('task_struct');
	const answers = performance.now() - began;
	global.gc!();
	return { load, answers, bytes: held() - before };
}

function held(): number {
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}

if (require.main === module) process.stdout.write(JSON.stringify(measure(process.argv[2]!)));
