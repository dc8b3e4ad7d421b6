// The watchdog against real processes: one that answers, one that stops answering, one that dies.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { type Limits, Watchdog } from '../../client/src/watchdog.js';

/** Answers each line of its input; hangs in a loop at `hang`, ends at `die`. */
const SERVER = `
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
	if (line === 'hang') for (;;);
	if (line === 'die') process.exit(3);
	console.log(line);
});`;

const LIMITS: Limits = { tick: 25, ticks: 80, deaths: 3, window: 60_000 };

/** An editor with such servers: a new one is started whenever the watchdog asks for it. */
class Editor {
	readonly log: string[] = [];
	readonly told: string[] = [];
	starts = 0;
	pings = 0;
	server!: ChildProcess;
	#wake: (() => void)[] = [];
	readonly watchdog: Watchdog;

	constructor(limits = LIMITS) {
		this.watchdog = new Watchdog(
			{
				ping: () => {
					this.pings++;
					return this.ask('ping');
				},
				kill: () => this.server.kill('SIGKILL'),
				log: (line) => this.log.push(line),
				restarted: (why) => this.told.push(`restarted: ${why}`),
				gaveUp: (why) => this.told.push(`gave up: ${why}`),
			},
			limits,
		);
		this.start();
	}

	private start(): void {
		this.starts++;
		const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['pipe', 'pipe', 'inherit'] });
		server.stdin.on('error', () => {});
		server.once('exit', () => {
			if (this.watchdog.closed()) this.start();
			for (const wake of this.#wake.splice(0)) wake();
		});
		this.server = server;
	}

	send(line: string): void {
		this.server.stdin!.write(`${line}\n`);
		this.watchdog.sent();
	}

	/** The answer to a line that the watchdog does not see. */
	ask(line: string): Promise<void> {
		const { stdin, stdout } = this.server;
		stdin!.write(`${line}\n`);
		return new Promise((resolve) => stdout!.once('data', () => resolve()));
	}

	/** The next end of a server. */
	ended(): Promise<void> {
		return new Promise((resolve) => this.#wake.push(resolve));
	}

	/** Until the watchdog has asked so many times. */
	async pinged(times: number): Promise<void> {
		while (this.pings < times) await new Promise((resolve) => setTimeout(resolve, LIMITS.tick));
	}

	async close(): Promise<void> {
		this.watchdog.stop();
		if (this.server.exitCode !== null || this.server.signalCode !== null) return;
		const ended = this.ended();
		this.server.kill('SIGKILL');
		await ended;
	}
}

describe('the watchdog', () => {
	let editor: Editor;
	beforeEach(() => {
		editor = new Editor();
	});
	afterEach(() => editor.close());

	it('leaves a server alone that answers, and asks nothing of an idle one', async () => {
		editor.send('a');
		await editor.pinged(1);
		editor.send('b');
		await editor.pinged(2);
		// Many looks with nothing sent.
		await new Promise((resolve) => setTimeout(resolve, LIMITS.tick * (LIMITS.ticks + 5)));
		assert.equal(editor.pings, 2);
		assert.equal(editor.starts, 1);
		assert.deepEqual(editor.told, []);
	});

	it('starts a server anew that hangs, and says so once', async () => {
		for (let round = 1; round <= 2; round++) {
			const ended = editor.ended();
			editor.send('hang');
			await ended;
			assert.equal(editor.starts, round + 1);
			await editor.ask('the new one answers');
		}
		assert.equal(editor.told.length, 1);
		assert.match(editor.told[0]!, /^restarted: it did not answer for/);
		assert.equal(editor.log.length, 2);
	});

	it('starts a server anew that dies', async () => {
		const ended = editor.ended();
		editor.send('die');
		await ended;
		await editor.ask('the new one answers');
		assert.deepEqual(editor.told, ['restarted: it ended unexpectedly']);
	});

	it('gives up on servers that keep dying', async () => {
		for (let round = 1; round <= LIMITS.deaths; round++) {
			const ended = editor.ended();
			editor.send('die');
			await ended;
		}
		assert.equal(editor.starts, LIMITS.deaths);
		assert.deepEqual(editor.told, ['restarted: it ended unexpectedly', 'gave up: it ended unexpectedly']);
	});

	it('does not count what the user asked for as a failure', async () => {
		for (let round = 0; round < LIMITS.deaths + 1; round++) {
			const ended = editor.ended();
			editor.watchdog.restart();
			await ended;
			await editor.ask('the new one answers');
		}
		assert.equal(editor.starts, LIMITS.deaths + 2);
		assert.deepEqual(editor.told, []);
	});

	it('forgets deaths that lie long back', () => {
		const { watchdog } = editor;
		const day = 86_400_000;
		for (let round = 1; round <= LIMITS.deaths * 2; round++) assert.equal(watchdog.closed(round * day), true);
	});

	it('starts nothing after its end', async () => {
		await editor.close();
		assert.equal(editor.starts, 1);
		assert.deepEqual(editor.told, []);
	});
});
