// Applying fixes: what goes in together, what is taken back, and when it ends.
import assert from 'node:assert/strict';
import { FIX_ROUNDS_LIMIT, fixAll } from '../../server/src/report/fix-all.js';
import type { FileResult, Finding, TextEdit } from '../../server/src/rules/finding.js';

/** A finding of `rule` for each occurrence of `what`, repaired by writing `instead`. */
function findings(text: string, rule: string, what: string, instead: string): Finding[] {
	return [...text.matchAll(new RegExp(what, 'g'))].map((match) => {
		const edit: TextEdit = { start: match.index, end: match.index + what.length, newText: instead };
		return {
			rule,
			category: 'Memory Safety',
			severity: 'error',
			message: what,
			verifier: what,
			program: 'p',
			at: { path: '/f.c', start: edit.start, end: edit.end },
			related: [],
			fixes: [{ title: `${what} to ${instead}`, preferred: true, edits: [edit] }],
		};
	});
}
const result = (list: readonly Finding[]): FileResult => ({ path: '/f.c', problems: [], programs: [], findings: list });

describe('fixAll', () => {
	it('applies all fixes that stand apart in one round', () => {
		let checks = 0;
		const outcome = fixAll('bad; bad; bad;', (text) => {
			checks++;
			return result(findings(text, 'r', 'bad', 'good'));
		});
		assert.equal(outcome.text, 'good; good; good;');
		assert.equal(outcome.applied.length, 3);
		assert.equal(checks, 2);
	});

	it('follows a repair that brings the next one to light only while things get better', () => {
		// One `ab` becomes two findings of another rule: worse than before, so it is taken back, and the other fix stays.
		const outcome = fixAll('ab xx', (text) =>
			result([...findings(text, 'r', 'ab', 'c'), ...findings(text, 's', 'c', 'c'), ...findings(text, 't', 'xx', 'y')]),
		);
		assert.equal(outcome.text, 'ab y');
		assert.deepEqual(outcome.applied, ['xx to y']);
		assert.deepEqual(outcome.takenBack, ['ab to c']);
		assert.deepEqual(
			outcome.result.findings.map((finding) => finding.rule),
			['r'],
		);
	});

	it('takes a fix back that makes a program worse or breaks the text', () => {
		for (const after of ['verdict', 'problem', 'gone']) {
			const check = (text: string): FileResult => ({
				path: '/f.c',
				problems: after === 'problem' && text === 'good' ? [{ severity: 'error', code: 'syntax', message: 'broken' }] : [],
				programs:
					after === 'gone' && text === 'good'
						? []
						: [
								{
									name: 'q',
									section: 'xdp',
									verdict: after === 'verdict' && text === 'good' ? 'unknown' : 'reject',
									at: { path: '/f.c', start: 0, end: 0 },
								},
							],
				findings: findings(text, 'r', 'bad', 'good'),
			});
			assert.equal(fixAll('bad', check).text, 'bad');
		}
	});

	it('puts fixes that meet at one place in one after the other', () => {
		const outcome = fixAll('badbad', (text) => result(findings(text, 'r', 'bad', 'good')));
		assert.equal(outcome.text, 'goodgood');
	});

	it('ends', () => {
		let next = 0;
		let checks = 0;
		// Each check finds one less, so every round looks better than the one before.
		fixAll('x', (text) => {
			checks++;
			const list = Array.from({ length: 100 - next++ }, () => findings(text, 'r', 'x', 'x')).flat();
			return result(list);
		});
		assert.equal(checks, FIX_ROUNDS_LIMIT + 1);
	});
});
