// Where the repository is, seen from a compiled test.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

function search(from: string): string | undefined {
	for (let at = from; ; at = dirname(at)) {
		const manifest = join(at, 'package.json');
		if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'bpf-language-server') return at;
		if (dirname(at) === at) return undefined;
	}
}

/**
 * The repository's folder: upward from the compiled file, and if that was built elsewhere, upward from the working folder.
 * Throws where neither lies in the repository.
 */
export function repositoryRoot(): string {
	const root = search(__dirname) ?? search(process.cwd());
	if (!root) throw new Error('run this from inside the repository');
	return root;
}
