// The registry, the rule pages and the rules that the analysis names are one list.
import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allRules, findRule, kernelSideRules, programRules } from '../../server/src/rules/registry.js';
import { RULES, type Violation } from '../../server/src/verifier/violation.js';
import { repositoryRoot } from '../support/root.js';

const pages = join(repositoryRoot(), 'docs', 'rules');

describe('the rules', () => {
	it('are those that the analysis names, in its order, and those for kernel-side source', () => {
		assert.deepEqual(
			programRules().map((rule) => rule.id),
			[...RULES],
		);
		assert.deepEqual(allRules().slice(0, -1), [...programRules(), ...kernelSideRules()]);
		assert.equal(allRules().at(-1)?.id, 'unused-suppression');
		assert.equal(new Set(allRules().map((rule) => rule.id)).size, allRules().length);
		assert.equal(findRule('no-such-rule'), undefined);
		assert.equal(findRule('constructor'), undefined);
	});

	it('have one page each, and no page is left over', () => {
		const ids = readdirSync(pages)
			.filter((name) => name.endsWith('.md') && name !== 'README.md')
			.map((name) => name.slice(0, -3));
		assert.deepEqual(
			ids.sort(),
			allRules()
				.map((rule) => rule.id)
				.sort(),
		);
	});

	for (const rule of allRules())
		it(`${rule.id}: its page opens with its name and its summary, and shows bad and good code`, () => {
			const page = readFileSync(join(pages, `${rule.id}.md`), 'utf8');
			assert.ok(page.startsWith(`# ${rule.id}\n\n${rule.summary}\n`));
			assert.match(page, /^```c bad\b/m);
			assert.match(page, /^```c good\b/m);
		});

	for (const rule of programRules())
		it(`${rule.id}: words a violation whose facts are all missing`, () => {
			const program = { name: 'p', section: { text: '', optional: false, sleepable: false } };
			for (const variant of ['', 'default', 'no-such-variant', 'constructor']) {
				const message = rule.message({ rule: rule.id, program, variant, verifier: '', facts: {}, path: [] } as unknown as Violation);
				assert.match(message, /^[A-Z`].*[.]$/s);
				assert.doesNotMatch(message, /undefined|null\b|\bNaN|``/);
			}
		});

	it('are fixable where they say so', () => {
		for (const rule of programRules()) assert.equal(rule.fixes !== undefined, rule.fixable, rule.id);
	});
});
