// What is kept between keystrokes is invisible: through random edits a kept analysis says what a fresh one says, and a difference is seen.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checker } from '../../server/src/rules/checker.js';
import { createChecker } from '../../server/src/rules/create-checker.js';
import { compare } from './compare.js';
import { findSubjects } from './subjects.js';

describe('an analysis that was kept through random edits', () => {
	let keep: string;
	beforeEach(() => {
		keep = mkdtempSync(join(tmpdir(), 'bpfls-edits-'));
	});
	afterEach(() => rmSync(keep, { recursive: true, force: true }));
	const campaign = (most: number) => ({ seed: 7, until: Number.POSITIVE_INFINITY, most, keep, subjects: findSubjects(false) });

	it('says after each of 150 what a fresh one says', async () => {
		const lines: string[] = [];
		assert.deepEqual(await compare(campaign(150), (line) => lines.push(line)), { passed: 150, failed: 0 }, lines.join('\n'));
	}).timeout(0);

	it('is seen to say what it said of the text before', async () => {
		let first = true;
		/** Keeps what it said of a path; the fresh ones are sound. */
		const stale = async (): Promise<Checker> => {
			const checker = await createChecker();
			if (!first) return checker;
			first = false;
			const said = new Map<string, ReturnType<Checker['check']>>();
			return {
				...checker,
				check: (path, text, options) => said.get(path) ?? said.set(path, checker.check(path, text, options)).get(path)!,
			};
		};
		const { failed } = await compare(campaign(20), () => {}, stale);
		assert.ok(failed > 0);
		const [folder] = readdirSync(keep);
		assert.deepEqual(readdirSync(join(keep, folder!)).sort(), ['after.c', 'before.c', 'difference.txt']);
	}).timeout(60_000);
});
