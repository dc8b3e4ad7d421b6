// The server's process: the bundled script, run by the editor's own Node, spoken to over its standard input and output.
import { type ChildProcess, fork } from 'node:child_process';

/** A server that was asked to go and is still there after this many milliseconds is ended. */
const GRACE = 2000;

export class ServerProcess {
	#running: ChildProcess | undefined;

	constructor(
		private readonly module: string,
		private readonly debug: boolean,
		private readonly log: (line: string) => void,
	) {}

	/** Starts a server; an earlier one is ended. */
	start(): ChildProcess {
		this.kill();
		// The editor's Node is Electron, which is told to be nothing but Node.
		const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1' };
		const execArgv = this.debug ? ['--nolazy', '--inspect=127.0.0.1:6009'] : [];
		const child = fork(this.module, ['--stdio'], { env, execArgv, silent: true });
		// Whoever writes to a server that has just died gets this as an error of the stream; that it died is told by its end.
		child.stdin?.on('error', () => {});
		child.once('error', (error) => this.log(`The server cannot be started: ${error.message}`));
		child.once('exit', () => {
			if (this.#running === child) this.#running = undefined;
		});
		this.#running = child;
		return child;
	}

	/** Ends the server at once, also one that no longer listens to signals. */
	kill(): void {
		this.#running?.kill('SIGKILL');
		this.#running = undefined;
	}

	/** For when the server has been told to exit: resolves once it has, by itself or not. */
	async gone(): Promise<void> {
		const child = this.#running;
		if (!child) return;
		await new Promise<void>((resolve) => {
			const timer = setTimeout(() => this.kill(), GRACE);
			child.once('exit', () => {
				clearTimeout(timer);
				resolve();
			});
		});
	}
}
