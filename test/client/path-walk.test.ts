// A path is walked in a circle, each line it touches says why, and nothing of it is shown in other documents.
import assert from 'node:assert/strict';
import { type FindingPath, PathWalk } from '../../client/src/path-walk.js';

const MAIN = 'file:///project/main.bpf.c';
const HEADER = 'file:///project/common.h';
const at = (uri: string, line: number, start: number, end: number) => ({
	uri,
	range: { start: { line, character: start }, end: { line, character: end } },
});
const PATH: FindingPath = {
	rule: 'unreleased-reference',
	message: 'whole',
	steps: [
		{ location: at(HEADER, 3, 1, 9), message: 'reference #1 is acquired here by bpf_task_acquire()' },
		{ location: at(MAIN, 8, 5, 9), message: 'taken because `held` is not NULL here' },
		{ location: at(MAIN, 8, 13, 20), message: 'taken because `a < b` here' },
		{ location: at(MAIN, 9, 2, 11), message: 'On this path `held` is never released; the verifier refuses it. Give it back.' },
	],
};

describe('walking a path', () => {
	it('begins at the first step, and its end leads to its beginning', () => {
		const walk = new PathWalk(PATH);
		assert.equal(walk.label, '1/4: reference #1 is acquired here by bpf_task_acquire()');
		walk.move(1);
		assert.equal(walk.label, '2/4: because held is not NULL here');
		walk.move(3);
		assert.equal(walk.step, PATH.steps[0]);
		walk.move(-1);
		assert.equal(walk.label, '4/4: On this path held is never released');
	});

	it('says behind each line of a document why the path passes', () => {
		const walk = new PathWalk(PATH);
		walk.move(2);
		assert.deepEqual(walk.notes(MAIN), [
			{ line: 8, text: '2/4: because held is not NULL here  3/4: because a < b here', current: true },
			{ line: 9, text: '4/4: On this path held is never released', current: false },
		]);
		assert.deepEqual(
			walk.notes(HEADER).map(({ line, current }) => [line, current]),
			[[3, false]],
		);
		assert.deepEqual(walk.notes('file:///project/other.c'), []);
	});

	it('marks where one stands apart from the other steps', () => {
		const walk = new PathWalk(PATH);
		walk.move(1);
		assert.deepEqual(walk.ranges(MAIN), {
			passed: [PATH.steps[2]!.location.range, PATH.steps[3]!.location.range],
			current: PATH.steps[1]!.location.range,
		});
		assert.equal(walk.ranges(HEADER).current, undefined);
		assert.equal(walk.touches(HEADER), true);
		assert.equal(walk.touches('file:///project/other.c'), false);
	});
});
