// `npm run rules`: writes the rules' table of the README and their settings in the manifest anew from the registry. A test holds the three equal.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensure, ROOT } from './ensure.mjs';

ensure();
const { allRules } = createRequire(import.meta.url)(join(ROOT, 'out/server/src/rules/registry.js'));
const rules = allRules();

const manifestPath = join(ROOT, 'package.json');
const manifest = readFileSync(manifestPath, 'utf8');
const levels = '["default", "error", "warning", "info", "hint", "off"]';
const properties = rules.map(
	(rule) => `            "${rule.id}": { "enum": ${levels}, "default": "default", "description": ${JSON.stringify(rule.summary)} }`,
);
const block = /("bpfls\.severities": \{[\s\S]*?"properties": \{\n)[\s\S]*?(\n {10}\})/;
writeFileSync(
	manifestPath,
	manifest.replace(block, (_, before, after) => before + properties.join(',\n') + after),
);

const readmePath = join(ROOT, 'README.md');
const readme = readFileSync(readmePath, 'utf8');
const rows = rules.map(
	(rule) => `| [${rule.id}](docs/rules/${rule.id}.md) | ${rule.summary} | ${rule.severity} | ${rule.fixable ? 'yes' : ''} |`,
);
const table = ['| rule | what it finds | level | fix |', '| --- | --- | --- | --- |', ...rows].join('\n');
writeFileSync(
	readmePath,
	readme.replace(/(<!-- rules -->\n)[\s\S]*?(\n<!-- \/rules -->)/, (_, before, after) => before + table + after),
);
