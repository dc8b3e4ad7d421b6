// `npm run generate`: writes anew what is derived: the rules' settings in the manifest, the grammar, and in the README the rules' table and the example's
// output. A test holds them equal to what they are derived from.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensure, ROOT } from './ensure.mjs';
import { grammarText } from './grammar.mjs';

const LEVELS = '["default", "error", "warning", "info", "hint", "off"]';

/** Replaces what `pattern` finds between its first and its second group. */
function rewrite(path, pattern, content) {
	const file = join(ROOT, path);
	const text = readFileSync(file, 'utf8');
	if (!pattern.test(text)) throw new Error(`${path} has no place for ${pattern}`);
	writeFileSync(
		file,
		text.replace(pattern, (_, before, after) => before + content + after),
	);
}

try {
	ensure();
	const { allRules } = createRequire(import.meta.url)(join(ROOT, 'out/server/src/rules/registry.js'));
	const rules = allRules();

	const settings = rules.map(
		(rule) => `            "${rule.id}": { "enum": ${LEVELS}, "default": "default", "description": ${JSON.stringify(rule.summary)} }`,
	);
	rewrite('package.json', /("bpfls\.severities": \{[\s\S]*?"properties": \{\n)[\s\S]*?(\n {10}\})/, settings.join(',\n'));

	const rows = rules.map(
		(rule) => `| [${rule.id}](docs/rules/${rule.id}.md) | ${rule.summary} | ${rule.severity} | ${rule.fixable ? 'yes' : ''} |`,
	);
	const table = ['| rule | what it finds | level | fix |', '| --- | --- | --- | --- |', ...rows].join('\n');
	rewrite('README.md', /(<!-- rules -->\n)[\s\S]*?(<!-- \/rules -->)/, `${table}\n`);

	writeFileSync(join(ROOT, 'grammars/bpf.injection.json'), grammarText());

	const words = ['out/server/src/cli.js', 'check', 'examples/early-return-leak.bpf.c'];
	const { stdout } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
	// Which headers are missing depends on the machine; what is found does not.
	const findings = stdout.split('\n\n').filter((block) => !block.includes('[missing-header]'));
	rewrite('README.md', /(\$ bpfls check examples\/early-return-leak\.bpf\.c\n)[\s\S]*?(```)/, findings.join('\n\n'));
} catch (error) {
	console.error(error.message);
	process.exit(1);
}
