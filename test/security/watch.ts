// Loaded into a server before anything else (`node -r`): whatever writes, runs or connects ends the process by this status.
import { writeSync } from 'node:fs';

/** No other end of Node has this status. */
export const CAUGHT = 97;

const FORBIDDEN: Readonly<Record<string, RegExp>> = {
	fs: /^(?:write(?!Sync$)|append|rename|unlink|rm|mkdir|mkdtemp|link|symlink|chmod|lchmod|fchmod|chown|lchown|fchown|utimes|lutimes|futimes|truncate|ftruncate|copyFile|cp|createWriteStream|opendir|watch)/,
	'fs/promises': /^(?:write|append|rename|unlink|rm|mkdir|mkdtemp|link|symlink|chmod|chown|utimes|truncate|copyFile|cp|opendir|watch)/,
	child_process: /^(?:spawn|exec|fork)/,
	net: /^(?:connect|createConnection|createServer)/,
	http: /^(?:get|request|createServer)$/,
	https: /^(?:get|request|createServer)$/,
	http2: /^(?:connect|createServer|createSecureServer)$/,
	tls: /^(?:connect|createServer)$/,
	dgram: /^createSocket$/,
	dns: /^(?:lookup|resolve)/,
};

if (require.main !== module && process.env.BPFLS_WATCHED === 'yes') {
	for (const [name, forbidden] of Object.entries(FORBIDDEN)) {
		const module = require(`node:${name}`) as Record<string, unknown>;
		for (const [member, value] of Object.entries(module)) {
			if (typeof value !== 'function' || !forbidden.test(member)) continue;
			module[member] = (...values: unknown[]) => {
				writeSync(2, `${name}.${member}(${String(values[0])})\n`);
				process.exit(CAUGHT);
			};
		}
	}
	const { openSync } = require('node:fs') as typeof import('node:fs');
	(require('node:fs') as { openSync: unknown }).openSync = (path: string, flags?: string | number, mode?: number) => {
		if (flags === undefined || flags === 'r' || flags === 0) return openSync(path, flags ?? 'r', mode);
		writeSync(2, `fs.openSync(${path}, ${flags})\n`);
		process.exit(CAUGHT);
	};
}
