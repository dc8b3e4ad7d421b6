// `npm run test:editor`: the packed extension in a real VS Code, looked at through a real browser; the packed command line in a real Neovim and a
// real Emacs. Ends with a line that counts the tests.
// Screenshots are kept in `.cache/editor`.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Mocha from 'mocha';
import { packageRoot } from '../../server/src/report/package-files.js';
import { installBpfls } from './bpfls.js';
import { startBrowser } from './browser.js';
import { setStage } from './stage.js';
import { installVsCode, VsCode } from './vscode.js';
import { makeWorkspaces } from './workspaces.js';

/** One test may wait for several things in turn. */
const TIMEOUT = 120_000;

async function main(): Promise<boolean> {
	const grep = process.argv.indexOf('--grep');
	const vsix = process.env.BPFLS_VSIX ?? join(packageRoot(), 'bpf-language-server.vsix');
	const screenshots = join(packageRoot(), '.cache', 'editor');
	rmSync(screenshots, { recursive: true, force: true });
	mkdirSync(screenshots, { recursive: true });
	const home = mkdtempSync(join(tmpdir(), 'bpfls-editor-'));
	const closers: (() => Promise<void> | void)[] = [];
	try {
		const server = installVsCode();
		const workspaces = makeWorkspaces(home);
		const code = new VsCode(server, join(home, 'vscode'));
		closers.push(() => code.stop());
		await code.listening();
		code.install(vsix);
		const browser = await startBrowser(join(home, 'chromium'));
		closers.push(() => browser.close());
		setStage({ code, browser, workspaces, screenshots, home, bin: installBpfls(join(home, 'bpfls')) });

		const mocha = new Mocha({ timeout: TIMEOUT, ...(grep > 0 && { grep: process.argv[grep + 1] }) });
		// What a test that failed has seen last is kept too.
		mocha.rootHooks({
			async afterEach(this: Mocha.Context) {
				if (this.currentTest?.state !== 'failed') return;
				const name = `failed ${this.currentTest.title}`.replace(/\W+/g, '-');
				for (const page of browser.contexts().flatMap((context) => context.pages())) {
					await page.screenshot({ path: join(screenshots, `${name}.png`) });
				}
			},
		});
		const suites = join(__dirname, 'suites');
		for (const name of readdirSync(suites).sort()) if (name.endsWith('.js')) mocha.addFile(join(suites, name));
		return await new Promise((resolve) => {
			const runner = mocha.run((failures) => {
				console.log(`screenshots: ${screenshots}`);
				console.log(`${runner.stats?.passes ?? 0} passed, ${failures} failed`);
				resolve(failures === 0 && (runner.stats?.passes ?? 0) > 0);
			});
		});
	} catch (error) {
		console.error(error);
		console.log('0 passed, 1 failed');
		return false;
	} finally {
		for (const close of closers.reverse()) await close();
		// What was killed may still be on its way out.
		rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
	}
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
main().then((good) => process.exit(good ? 0 : 1));
