// The registry of rules, their settings in the manifest, their pages and the README's table are one list.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_KERNEL } from '../../server/src/options.js';
import { packageRoot } from '../../server/src/report/package-files.js';
import { allRules } from '../../server/src/rules/registry.js';

const root = packageRoot();
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const settings = manifest.contributes.configuration.properties;
const REPAIR = 'run `npm run generate`';

describe('the rules', () => {
	const ids = allRules().map((rule) => rule.id);

	it('each have a page, and each page a rule', () => {
		const pages = readdirSync(join(root, 'docs', 'rules')).filter((name) => name.endsWith('.md'));
		assert.deepEqual(pages.sort(), ids.map((id) => `${id}.md`).sort());
	});

	it('each have a setting with the summary of the rule', () => {
		const properties: Record<string, { description: string }> = settings['bpfls.severities'].properties;
		assert.deepEqual(
			Object.entries(properties).map(([id, { description }]) => [id, description]),
			allRules().map((rule) => [rule.id, rule.summary]),
			REPAIR,
		);
	});

	it('each have a row in the README', () => {
		const table = /<!-- rules -->\n([\s\S]*?)\n<!-- \/rules -->/.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? '';
		const rows = [...table.matchAll(/^\| \[([a-z-]+)\]\((\S+)\) \| (.*) \| (\w+) \| (\w*) ?\|$/gm)].map((match) => match.slice(1, 6));
		assert.deepEqual(
			rows,
			allRules().map((rule) => [rule.id, `docs/rules/${rule.id}.md`, rule.summary, rule.severity, rule.fixable ? 'yes' : '']),
			REPAIR,
		);
	});
});

describe('the README', () => {
	it('shows what the example really prints', () => {
		const words = [join(__dirname, '..', '..', 'server', 'src', 'cli.js'), 'check', 'examples/early-return-leak.bpf.c'];
		const { stdout } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
		const shown = /\$ bpfls check examples\/early-return-leak\.bpf\.c\n([\s\S]*?)```/.exec(
			readFileSync(join(root, 'README.md'), 'utf8'),
		)?.[1];
		// Which headers are missing depends on the machine; what is found does not.
		const findings = stdout.split('\n\n').filter((block) => !block.includes('[missing-header]'));
		assert.equal(shown, findings.join('\n\n'), REPAIR);
	});
});

describe('the manifest', () => {
	it('names the same default kernel as the command line', () => {
		assert.equal(settings['bpfls.kernel'].default, DEFAULT_KERNEL);
	});

	it('has every setting that the server reads, per folder', () => {
		const source = readFileSync(join(root, 'server', 'src', 'lsp', 'settings.ts'), 'utf8');
		const read = new Set([...source.matchAll(/(?:given\.|path\(')(\w+)/g)].map((match) => `bpfls.${match[1]}`));
		const declared = Object.keys(settings).filter((name) => name !== 'bpfls.trace.server');
		// Switches of one kind are read as one object.
		const objects = new Set(declared.map((name) => name.split('.').slice(0, 2).join('.')));
		assert.deepEqual([...read].sort(), [...objects].sort());
		for (const name of declared) assert.equal(settings[name].scope, 'resource', name);
	});

	it('has a command for each that the extension registers', () => {
		const folder = join(root, 'client', 'src');
		const source = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
		const registered = source.flatMap((text) => [...text.matchAll(/registerCommand\('([\w.]+)'/g)].map((match) => match[1]));
		const declared = manifest.contributes.commands.map((command: { command: string }) => command.command);
		assert.deepEqual(registered.sort(), declared.sort());
	});
});
