// The real server as a process, spoken to in bytes, so that what is sent may be anything. Every request is known until it is answered.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The kernel tells processor time in ticks of this many milliseconds (USER_HZ is 100 on all platforms that Node runs on). */
const TICK = 10;
/** What the protocol's library logs as an error of whoever sent a message. */
const OF_THE_LIBRARY = /^(?:(?:Notification|Request) \S* ?(?:defines|failed with message|handler)|Received |Message received|Header must)/;
/** While questions wait, a sign of life is asked for this long after the one before has come. In milliseconds. */
const BETWEEN_SIGNS = 20;
/** So often this process looks whether it is late itself. In milliseconds. */
const LOOK = 10;
/** What a server wrote to standard error is kept up to this length. */
const ERRORS_KEPT = 4000;

export interface Message {
	readonly id?: number | string | null;
	readonly method?: string;
	readonly params?: unknown;
	readonly result?: unknown;
	readonly error?: { readonly code: number; readonly message: string };
}

/** What went wrong in words, with the kind that a replay must show again. */
export class Failure extends Error {
	constructor(
		readonly kind: 'ended' | 'unanswered' | 'hang' | 'logged' | 'answer' | 'slow' | 'memory',
		message: string,
	) {
		super(message);
	}
}

export class ServerProcess {
	readonly #child: ChildProcess;
	/** Requests by id with the method that was asked. */
	readonly #pending = new Map<number | string, string>();
	readonly #answers = new Map<number | string, Message>();
	readonly #whenAnswered = new Map<number | string, () => void>();
	#nextSign: NodeJS.Timeout | undefined;
	readonly #looks: NodeJS.Timeout;
	#lastLook = performance.now();
	#late = 0;
	readonly #defects: Failure[] = [];
	#input: Buffer = Buffer.alloc(0);
	#wake: () => void = () => {};
	#next = 1;
	#ended: string | undefined;
	#errors = '';
	/**
	 * What the server's main thread worked before it gave a sign of life that was asked for, at most since `forgetAnswers`: milliseconds of the processor, and
	 * where the system does not tell these, of time. What it did while nobody listened does not count.
	 */
	silence = 0;
	/** Is told of every notification of the server. */
	onNotification: (message: Message) => void = () => {};

	/**
	 * @param server The script of the command line, started as an editor does.
	 * @param node What runs it.
	 */
	constructor(server: string, node: readonly string[] = [process.execPath]) {
		this.#child = spawn(node[0]!, [...node.slice(1), server, 'serve', '--stdio'], { stdio: 'pipe' });
		this.#child.stdout!.on('data', (data: Buffer) => this.#take(data));
		this.#child.stderr!.on('data', (data: Buffer) => {
			this.#errors = (this.#errors + data).slice(-ERRORS_KEPT);
		});
		this.#child.on('exit', (code, signal) => {
			this.#ended = `the server ended: ${signal ?? `exit status ${code}`}\n${this.#errors}`.trim();
			clearInterval(this.#looks);
			this.#wake();
		});
		this.#child.on('error', (error) => {
			this.#ended = `the server cannot be started: ${error.message}`;
			this.#wake();
		});
		this.#looks = setInterval(() => {
			this.#late = this.#lateness();
			this.#lastLook = performance.now();
		}, LOOK);
		this.#looks.unref();
		// Writing to a server that has ended fails; that it has ended is told by `settle`.
		this.#child.stdin!.on('error', () => {});
	}

	/** Bytes as they are, without a frame. */
	raw(bytes: string | Buffer): void {
		this.#child.stdin!.write(bytes);
	}

	/** Any value in a frame. */
	send(message: unknown): void {
		const body = Buffer.from(JSON.stringify(message));
		this.raw(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
	}

	notify(method: string, params: unknown): void {
		this.send({ jsonrpc: '2.0', method, params });
	}

	/** Asks, and gives the id of the question; `settle` waits for all answers. */
	ask(method: string, params: unknown, id: number | string = this.#next++): number | string {
		this.#pending.set(id, method);
		this.send({ jsonrpc: '2.0', id, method, params });
		return id;
	}

	/** The answer to a question of the round that `settle` has waited for. */
	answer(id: number | string): Message | undefined {
		return this.#answers.get(id);
	}

	/** Waits until every question is answered, and forgets the answers of rounds before. Throws a Failure after `patience` milliseconds or if something was wrong. */
	async settle(patience: number): Promise<void> {
		const until = performance.now() + patience;
		this.#askForSign();
		while (this.#pending.size > 0 && this.#ended === undefined) {
			const left = until - performance.now();
			if (left <= 0) {
				const methods = [...this.#pending.values()].join(', ');
				// A server that answers a sign of life has lost a question; one that does not is stuck.
				const alive = !this.#pending.has('alive') && (await this.#isAlive());
				throw new Failure(alive ? 'unanswered' : 'hang', `no answer in ${patience} ms: ${methods}`);
			}
			await this.#news(left);
		}
		clearTimeout(this.#nextSign);
		if (this.#ended !== undefined) throw new Failure('ended', this.#ended);
		const [defect] = this.#defects.splice(0);
		if (defect) throw defect;
	}

	forgetAnswers(): void {
		this.#answers.clear();
		this.silence = 0;
	}

	/** Asks for signs of life, one after another, as long as any question waits. What the server does in one piece is silence to who waits for the next one. */
	#askForSign(): void {
		const spent = () => this.#processorTime(`task/${this.#child.pid}/stat`) ?? performance.now();
		const began = spent();
		const late = this.#lateness();
		const id = this.ask('bpfls/ping', null);
		this.#whenAnswered.set(id, () => {
			this.silence = Math.max(this.silence, spent() - began - (this.#lateness() - late));
			if (this.#pending.size > 0) this.#nextSign = setTimeout(() => this.#askForSign(), BETWEEN_SIGNS);
		});
	}

	/** How long this process was late until now, in milliseconds: other work, or a machine that had none for it. */
	#lateness(): number {
		return this.#late + Math.max(0, performance.now() - this.#lastLook - 2 * LOOK);
	}

	async #isAlive(): Promise<boolean> {
		this.ask('bpfls/ping', null, 'alive');
		await this.#news(1000, () => !this.#pending.has('alive'));
		return !this.#pending.has('alive');
	}

	async #news(patience: number, enough: () => boolean = () => true): Promise<void> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<'late'>((resolve) => {
			timer = setTimeout(() => resolve('late'), patience);
		});
		for (;;) {
			const news = new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
			if ((await Promise.race([news, late])) === 'late' || enough()) break;
		}
		clearTimeout(timer);
	}

	/** What the server has worked until now in milliseconds: processor time, and where the system does not tell that, time. */
	worked(): number {
		return this.processorTime() ?? performance.now();
	}

	/** User and system time of the server until now in milliseconds; undefined where the system does not tell. */
	processorTime(): number | undefined {
		return this.#processorTime('stat');
	}

	#processorTime(file: string): number | undefined {
		const stat = this.#proc(file);
		// The name in parentheses may hold blanks; utime and stime are fields 14 and 15 of the line.
		const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
		return fields && (Number(fields[11]) + Number(fields[12])) * TICK;
	}

	/** The end of what the server wrote to standard error. */
	get complaint(): string {
		return this.#errors;
	}

	/** Memory that the server holds now, in bytes; undefined where the system does not tell. */
	residentBytes(): number | undefined {
		const match = this.#proc('status')?.match(/^VmRSS:\s+(\d+) kB/m);
		return match ? Number(match[1]) * 1024 : undefined;
	}

	#proc(file: string): string | undefined {
		try {
			return readFileSync(`/proc/${this.#child.pid}/${file}`, 'utf8');
		} catch {
			return undefined;
		}
	}

	/** Ends the server as an editor does; gives its exit status, or undefined where it had to be killed after `patience` milliseconds. Throws a Failure as `settle` does. */
	async close(patience: number): Promise<number | undefined> {
		this.ask('shutdown', null);
		await this.settle(patience);
		this.notify('exit', null);
		return this.end(patience);
	}

	/** Closes the server's input and waits for its end. */
	async end(patience: number): Promise<number | undefined> {
		this.#child.stdin!.end();
		if (this.#ended === undefined) await this.#news(patience, () => this.#ended !== undefined);
		if (this.#ended === undefined) this.#child.kill('SIGKILL');
		return this.#child.exitCode ?? undefined;
	}

	#take(data: Buffer): void {
		this.#input = this.#input.length > 0 ? Buffer.concat([this.#input, data]) : data;
		for (;;) {
			const head = this.#input.indexOf('\r\n\r\n');
			if (head < 0) return;
			const length = Number(/Content-Length: (\d+)/i.exec(this.#input.subarray(0, head).toString())?.[1]);
			if (!Number.isInteger(length)) {
				this.#defects.push(new Failure('answer', 'the server sent a frame without its length'));
				this.#input = Buffer.alloc(0);
				return;
			}
			if (this.#input.length < head + 4 + length) return;
			const body = this.#input.subarray(head + 4, head + 4 + length).toString();
			this.#input = this.#input.subarray(head + 4 + length);
			this.#message(JSON.parse(body) as Message);
		}
	}

	#message(message: Message): void {
		const { id, method } = message;
		if (method === undefined) this.#answered(message);
		else if (id !== undefined && id !== null) this.#serve(id, message);
		else {
			this.#judgeLog(message);
			this.onNotification(message);
		}
		this.#wake();
	}

	#answered(message: Message): void {
		const { id } = message;
		// Without an id it is the answer to something that was no request.
		if (id === undefined || id === null) return;
		if (!this.#pending.delete(id)) this.#defects.push(new Failure('answer', `an answer to no question, or a second one: ${id}`));
		this.#answers.set(id, message);
		this.#whenAnswered.get(id)?.();
		this.#whenAnswered.delete(id);
	}

	/** What the server asks its client. */
	#serve(id: number | string, { method, params }: Message): void {
		const items = (params as { items?: unknown[] } | undefined)?.items;
		const result = method === 'workspace/configuration' && items ? items.map(() => null) : null;
		this.send({ jsonrpc: '2.0', id, result });
	}

	/** An error that the server tells of is a defect of it, unless the protocol's library speaks of a message that is no good. */
	#judgeLog({ method, params }: Message): void {
		const { type, message } = (params ?? {}) as { type?: number; message?: string };
		if (method !== 'window/logMessage' || type !== 1 || message === undefined) return;
		if (!OF_THE_LIBRARY.test(message)) this.#defects.push(new Failure('logged', message.slice(0, ERRORS_KEPT)));
	}
}
