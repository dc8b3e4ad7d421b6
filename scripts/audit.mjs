// `npm run audit`: known weaknesses of the packages that ship, as far as the registry answers. What it does not answer is said and is no failure.
import { spawnSync } from 'node:child_process';
import { ROOT } from './ensure.mjs';

const { stdout, error } = spawnSync('npm audit --omit=dev --json', { cwd: ROOT, encoding: 'utf8', shell: true });
let report;
try {
	report = JSON.parse(stdout);
} catch {
	report = undefined;
}
const counts = report?.metadata?.vulnerabilities;
if (!counts) {
	const reason = error?.message ?? report?.message ?? report?.error?.summary ?? 'no answer';
	console.log(`The registry does not tell of weaknesses: ${String(reason).split('\n')[0]}. Nothing was audited.`);
	console.log('0 passed, 0 failed');
} else {
	for (const [name, { severity, via }] of Object.entries(report.vulnerabilities ?? {}))
		console.log(`${name}: ${severity}: ${via.map((one) => (typeof one === 'string' ? one : one.title)).join('; ')}`);
	console.log(`${report.metadata.dependencies.prod} packages ship`);
	console.log(counts.total === 0 ? '1 passed, 0 failed' : `0 passed, ${counts.total} failed`);
	process.exitCode = counts.total === 0 ? 0 : 1;
}
