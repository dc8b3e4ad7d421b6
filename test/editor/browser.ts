// A real Chromium without a display, kept away from every host but this one.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** Starts Debian's Chromium, installing it where that is possible. @param home A folder for what it writes. */
export async function startBrowser(home: string): Promise<Browser> {
	const executablePath = process.env.BPFLS_CHROMIUM ?? CHROMIUM;
	if (!existsSync(executablePath)) {
		if (process.getuid?.() !== 0) throw new Error('Chromium is needed: apt-get install chromium, or name one in BPFLS_CHROMIUM');
		process.stderr.write('installing chromium\n');
		const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
		for (const words of [
			['update', '-qq'],
			['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
		]) {
			const { status, stderr } = spawnSync('apt-get', words, { env, encoding: 'utf8' });
			if (status !== 0) throw new Error(`apt-get ${words[0]} failed:\n${stderr}`);
		}
	}
	return chromium.launch({
		executablePath,
		headless: true,
		env: { ...(process.env as Record<string, string>), HOME: home },
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
		],
	});
}
