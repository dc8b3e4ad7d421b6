// The suite's numbers, and their comparison with those that the repository records.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileAnswer } from './analyse.js';
import type { Judged } from './judge.js';
import { CLASSES, dataFolder } from './verdicts.js';

/** Name to number. A name that starts with `bad.` must not grow, any other must not shrink. */
export type Figures = Record<string, number>;

const RECORDED = join(dataFolder(), 'recorded.json');

function count(judged: readonly Judged[], test: (one: Judged) => boolean): number {
	return judged.filter(test).length;
}

/** The numbers of a run over the whole corpus; `reach` are the programs of the files in which every verdict must be right. */
export function figuresOf(judged: readonly Judged[], reach: readonly Judged[], answers: Iterable<FileAnswer>): Figures {
	const c = judged.filter((one) => one.expected.kind === 'C' && one.expected.source === 'table');
	const asm = judged.filter((one) => one.expected.kind === 'asm');
	const figures: Figures = {
		'accepted.agree': count(c, (one) => one.expected.verdict === 'accept' && one.outcome === 'agree'),
		'bad.false-alarms': count(c, (one) => one.outcome === 'false-alarm'),
		'bad.false-alarms.asm': count(asm, (one) => one.outcome === 'false-alarm'),
		'bad.absent': count(c, (one) => one.outcome === 'absent'),
		'bad.thrown': [...answers].filter((answer) => answer.thrown !== undefined).length,
		'reach.agree': count(reach, (one) => one.outcome === 'agree'),
	};
	for (const klass of CLASSES) {
		const rejected = c.filter((one) => one.expected.class === klass);
		figures[`rejected.${klass}.verdict`] = count(rejected, (one) => one.outcome === 'agree' || one.outcome === 'wrong-line');
		figures[`rejected.${klass}.line`] = count(rejected, (one) => one.outcome === 'agree');
	}
	return figures;
}

/** The recorded numbers; empty where nothing was recorded yet. */
export function recordedFigures(): Figures {
	return existsSync(RECORDED) ? JSON.parse(readFileSync(RECORDED, 'utf8')) : {};
}

/** Makes the numbers the recorded ones. */
export function recordFigures(figures: Figures): void {
	writeFileSync(RECORDED, `${JSON.stringify(figures, undefined, '\t')}\n`);
}

/** One line for each recorded number that fell behind. */
export function fallenBehind(figures: Figures, recorded: Figures): string[] {
	return Object.entries(recorded).flatMap(([name, before]) => {
		const now = figures[name] ?? (name.startsWith('bad.') ? Number.POSITIVE_INFINITY : 0);
		const worse = name.startsWith('bad.') ? now > before : now < before;
		return worse ? [`${name}: ${now}, recorded ${before}`] : [];
	});
}
