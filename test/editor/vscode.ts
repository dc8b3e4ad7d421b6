// A real VS Code: its server, as the npm package `code-server` ships it, run by this Node on 127.0.0.1 and used through a browser.
//
// None of its native addons is built: they log and watch processes, and everything that is tested here runs without them.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { labFolder } from '../kernel/lab.js';
import { fetchPackage } from '../support/registry.js';

/** VS Code 1.100.3, the last of these packages whose server runs on Node 20. */
const PACKAGE = 'code-server@4.100.3';
/** The package's hash in the registry. Most of what it depends on is locked by hashes inside of it. */
const INTEGRITY = 'sha512-q/Fh2DOxCRNhC/WiG/6sAhSKnj7ZACTVBaeeZ+rWjol//0FCbl/qg1ln5ecZ99jYcfqMxZZAyWcN+YBIo0DgpA==';
/** What the server prints once it can be used. */
const LISTENING = /Extension host agent listening on (\d+)/;

/** Installs VS Code where the corpus of the kernel lies too, once. Gives the folder of its server. */
export function installVsCode(): string {
	const folder = join(labFolder(), PACKAGE);
	if (!existsSync(folder)) process.stderr.write(`installing VS Code (${PACKAGE})\n`);
	// Not `ci`: the lock that the package ships does not fit its manifest to the letter.
	const install = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
	fetchPackage(PACKAGE, INTEGRITY, 'lib/vscode', folder, (server) => execFileSync('npm', install, { cwd: server }));
	return folder;
}

/** A running VS Code with extensions and data of its own below a folder. */
export class VsCode {
	readonly #process: ChildProcess;
	readonly #token = randomBytes(16).toString('hex');
	#port = 0;

	/** @param server Where VS Code lies. @param home A folder for everything that it writes. */
	constructor(
		private readonly server: string,
		private readonly home: string,
	) {
		mkdirSync(this.extensions, { recursive: true });
		const words = [
			'--host',
			'127.0.0.1',
			'--port',
			'0',
			'--connection-token',
			this.#token,
			'--accept-server-license-terms',
			'--log',
			'off',
		];
		// In a group of its own, so that the extension hosts end with it.
		this.#process = spawn(process.execPath, this.words(...words), {
			env: this.environment(),
			detached: true,
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		// A run that ends in the middle leaves nothing behind.
		process.once('exit', () => this.kill());
	}

	/** Resolves once windows can be opened. */
	async listening(): Promise<void> {
		for await (const line of createInterface({ input: this.#process.stdout! })) {
			const match = LISTENING.exec(line);
			if (!match) continue;
			this.#port = Number(match[1]);
			this.#process.stdout!.resume();
			return;
		}
		throw new Error('VS Code does not start');
	}

	/** Installs a packed extension. Throws an Error with what VS Code says if it does not take it. */
	install(vsix: string): void {
		const done = spawnSync(process.execPath, this.words('--install-extension', vsix, '--force'), {
			env: this.environment(),
			encoding: 'utf8',
		});
		if (done.status !== 0) throw new Error(`VS Code does not install ${vsix}: ${done.stdout.slice(-500)}`);
	}

	private words(...words: string[]): string[] {
		const folders = ['--server-data-dir', join(this.home, 'data'), '--extensions-dir', this.extensions];
		return [join(this.server, 'out/server-main.js'), ...folders, '--telemetry-level', 'off', ...words];
	}

	/** The gallery of extensions is nowhere: nothing of a test may depend on the network. */
	private environment(): NodeJS.ProcessEnv {
		const gallery = { serviceUrl: 'http://127.0.0.1:9', itemUrl: 'http://127.0.0.1:9', resourceUrlTemplate: 'http://127.0.0.1:9' };
		return { ...process.env, HOME: this.home, XDG_CONFIG_HOME: join(this.home, '.config'), EXTENSIONS_GALLERY: JSON.stringify(gallery) };
	}

	get extensions(): string {
		return join(this.home, 'extensions');
	}

	/** The page that shows a folder, or a `.code-workspace` file, with a file below it opened. */
	address(workspace: string, file?: string): string {
		const folder = workspace.endsWith('.code-workspace') ? dirname(workspace) : workspace;
		const host = `127.0.0.1:${this.#port}`;
		const query = new URLSearchParams({ tkn: this.#token });
		query.set(workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', workspace);
		if (file) query.set('payload', JSON.stringify([['openFile', `vscode-remote://${host}${join(folder, file)}`]]));
		return `http://${host}/?${query}`;
	}

	/** The processes of our language server that this VS Code has started. */
	languageServers(): number[] {
		const wanted = join(this.extensions, '');
		return readdirSync('/proc')
			.filter((name) => /^\d+$/.test(name))
			.map(Number)
			.filter((pid) => {
				try {
					const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
					return words.some((word) => word.startsWith(wanted) && word.endsWith('/dist/server.js'));
				} catch {
					return false;
				}
			});
	}

	/** Ends VS Code with everything that it has started. */
	async stop(): Promise<void> {
		if (!this.#process.pid || this.#process.exitCode !== null || this.#process.signalCode !== null) return;
		const ended = new Promise((resolve) => this.#process.once('exit', resolve));
		this.kill();
		await ended;
	}

	private kill(): void {
		const { pid, exitCode, signalCode } = this.#process;
		if (pid && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
	}
}
