// A real Chromium without a display, kept away from every host but this one.
import { type Browser, chromium } from 'playwright-core';
import { needPackages } from './debian.js';

const CHROMIUM = '/usr/bin/chromium';

/** Starts Debian's Chromium, or the one that BPFLS_CHROMIUM names. @param home A folder for what it writes. */
export async function startBrowser(home: string): Promise<Browser> {
	if (!process.env.BPFLS_CHROMIUM) needPackages({ chromium: CHROMIUM });
	return chromium.launch({
		executablePath: process.env.BPFLS_CHROMIUM ?? CHROMIUM,
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
