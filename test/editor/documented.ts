// The settings that docs/editors.md shows, to run what is documented and nothing else; and what shows that they arrive.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../server/src/report/package-files.js';

/** The first block of code of a language below a heading. Throws an Error where there is none. */
export function documented(heading: string, language: string): string {
	const text = readFileSync(join(packageRoot(), 'docs', 'editors.md'), 'utf8');
	const part = text.split(/^## /m).find((one) => one.startsWith(`${heading}\n`));
	const block = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'm').exec(part ?? '');
	if (!block) throw new Error(`docs/editors.md shows no ${language} for ${heading}`);
	return block[1]!;
}

/** Puts a header where only the include path of the documented settings leads to: it is missed if they do not arrive. */
export function addHeader(folder: string): void {
	mkdirSync(join(folder, 'include'), { recursive: true });
	const header = 'typedef unsigned long long u64;\nstruct task_struct {\n\tint pid;\n\tint tgid;\n};\n';
	writeFileSync(join(folder, 'include', 'vmlinux.h'), header);
}
