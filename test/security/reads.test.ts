// What docs/security.md promises, watched from outside: the system calls of a server that is given a hostile workspace.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ServerProcess } from '../fuzz/server-process.js';
import { SERVER } from '../lsp/client.js';
import { LEAK } from '../lsp/documents.js';
import { CAUGHT } from './watch.js';

/** A traced server on a busy machine takes its time, in milliseconds. */
const PATIENCE = 120_000;
const QUESTIONS = ['hover', 'completion', 'definition', 'documentHighlight', 'signatureHelp'];

/** Linux alone tells of system calls, and only to somebody who may trace. */
function canTrace(): boolean {
	return process.platform === 'linux' && spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
}

describe('what a workspace can make the server do', function () {
	this.timeout(2 * PATIENCE);
	let folder: string;
	beforeEach(() => {
		folder = realpathSync(mkdtempSync(join(tmpdir(), 'bpfls-security-')));
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	const put = (name: string, text: string): string => {
		const path = join(folder, name);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text);
		return path;
	};

	/** A session with all kinds of questions on one file of the workspace; gives its diagnostics. */
	const session = async (server: ServerProcess, path: string, settings: object = {}): Promise<unknown> => {
		const uri = pathToFileURL(path).href;
		const textDocument = { uri, languageId: 'c', version: 1, text: readFileSync(path, 'utf8') };
		const rootUri = pathToFileURL(join(folder, 'project')).href;
		const capabilities = { textDocument: { diagnostic: {} } };
		server.ask('initialize', {
			processId: null,
			rootUri,
			capabilities,
			initializationOptions: { settings: { ...settings, besideClangd: 'no' } },
		});
		await server.settle(PATIENCE);
		server.notify('initialized', {});
		server.notify('textDocument/didOpen', { textDocument });
		const diagnostics = server.ask('textDocument/diagnostic', { textDocument: { uri } });
		const position = { line: 14, character: 30 };
		for (const name of QUESTIONS) server.ask(`textDocument/${name}`, { textDocument: { uri }, position });
		server.ask('textDocument/codeAction', {
			textDocument: { uri },
			range: { start: position, end: position },
			context: { diagnostics: [] },
		});
		server.ask('textDocument/documentLink', { textDocument: { uri } });
		await server.settle(PATIENCE);
		const answer = server.answer(diagnostics)?.result;
		assert.equal(await server.close(PATIENCE), 0);
		return answer;
	};

	/** A workspace of which every file asks for something that must not happen. */
	const hostileProject = () => {
		const secret = put('secret/other.h', '#define SECRET 1\n');
		const unasked = put('project/unasked.bpf.c', LEAK);
		const wanted = put('project/include/wanted.h', 'int wanted;\n');
		put('project/.clangd', 'CompileFlags: { Compiler: /bin/false }\n');
		put('project/Makefile', '$(shell touch made)\n');
		put('project/package.json', '{"scripts":{"postinstall":"touch made"}}\n');
		const touched = join(folder, 'touched');
		const command = `clang -Iinclude -fplugin=./plugin.so -o ${touched} -include wanted.h -c hostile.bpf.c \`touch ${touched}\``;
		put('project/compile_commands.json', JSON.stringify([{ directory: join(folder, 'project'), file: 'hostile.bpf.c', command }]));
		const hostile = put('project/hostile.bpf.c', `#include "wanted.h"\n${LEAK}`);
		return { secret, unasked, wanted, touched, hostile };
	};

	const watch = ['-r', join(__dirname, 'watch.js')];
	const underWatch = async (run: () => Promise<void>) => {
		process.env.BPFLS_WATCHED = 'yes';
		try {
			await run();
		} finally {
			delete process.env.BPFLS_WATCHED;
		}
	};

	it('writes, runs and connects nothing, by any function of Node', () =>
		underWatch(async () => {
			const { hostile, touched } = hostileProject();
			await session(new ServerProcess(SERVER, [process.execPath, ...watch]), hostile);
			assert.ok(!existsSync(touched) && !existsSync(join(folder, 'project', 'made')));
		}));

	it('is watched by something that sees', () =>
		underWatch(async () => {
			for (const script of [
				'fs.writeFileSync("x", "")',
				'fs.openSync("x", "w")',
				'child_process.spawnSync("true")',
				'net.connect(1)',
				'fs.promises.writeFile("x", "")',
			]) {
				const [module] = script.split('.');
				const { status } = spawnSync(process.execPath, [...watch, '-e', `${script.replace(module!, `require("${module}")`)}`], {
					cwd: folder,
				});
				assert.equal(status, CAUGHT, script);
			}
		}));

	// The kernel sees more than Node does, where it lets us look: native code too.
	if (canTrace()) {
		it('reads only what include paths lead to; writes, runs and connects nothing, as the kernel sees it', async () => {
			const { secret, unasked, wanted, touched, hostile } = hostileProject();
			const trace = join(folder, 'trace.txt');
			const tracer = ['strace', '-f', '-qq', '-s', '4096', '-o', trace, '-e', 'trace=%file,%process,%network,write'];
			await session(new ServerProcess(SERVER, [...tracer, process.execPath]), hostile);
			const calls = readFileSync(trace, 'utf8').split('\n');
			const of = (pattern: RegExp) => calls.filter((call) => pattern.test(call));

			assert.ok(of(/\bopen(?:at)?\(.*wanted\.h/).length > 0, `${wanted} is read, so reading is seen`);
			assert.deepEqual(
				of(/\b(?:open(?:at)?|creat|truncate)\(.*\b(?:O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND)\b/).filter(
					(call) => !/"\/dev\/(?:null|tty)"/.test(call),
				),
				[],
			);
			assert.deepEqual(
				of(
					/\b(?:rename|renameat2?|unlink|unlinkat|mkdir|mkdirat|rmdir|link|linkat|symlink|symlinkat|chmod|fchmodat|chown|fchownat|utimensat|mknod)\(/,
				),
				[],
			);
			assert.equal(of(/\bexecve(?:at)?\(/).length, 1, 'only Node itself is executed');
			assert.deepEqual(
				of(/\b(?:socket|connect|bind|listen|sendto|sendmsg)\((?!.*AF_UNIX)/).filter((call) => !/socketpair|= -1/.test(call)),
				[],
			);
			for (const path of [secret, unasked]) assert.deepEqual(of(new RegExp(`\\bopen(?:at)?\\(.*${path}`)), []);
			const listed = of(/\bopen(?:at)?\(.*O_DIRECTORY/).filter((call) => call.includes(folder));
			assert.deepEqual(listed, [], 'no folder of the workspace is listed');
			assert.ok(!existsSync(touched) && !existsSync(join(folder, 'project', 'made')));
		});
	}

	it('follows links and absolute includes as a compiler does, and only to files', async () => {
		const outside = put('outside/outside.h', 'struct outside { int a; };\n');
		mkdirSync(join(folder, 'project'));
		symlinkSync(outside, join(folder, 'project', 'linked.h'));
		symlinkSync('loop.h', join(folder, 'project', 'loop.h'));
		assert.equal(spawnSync('mkfifo', [join(folder, 'project', 'pipe.h')]).status, 0);
		const odd = ['loop.h', 'pipe.h', '/dev/zero', '/dev/stdin', '/proc/self/mem', '/', '../project', '..'];
		const includes = ['linked.h', outside, ...odd].map((name) => `#include "${name}"\n`).join('');
		const hostile = put('project/hostile.bpf.c', `${includes}${LEAK}`);
		const answer = (await session(new ServerProcess(SERVER), hostile)) as { items: { code: string; message: string }[] };
		const missing = answer.items.filter(({ code }) => code === 'missing-header').map(({ message }) => message);
		for (const name of odd)
			assert.ok(
				missing.some((message) => message.includes(name)),
				`${name} is no header: ${missing.join('; ')}`,
			);
		for (const name of ['linked.h', outside]) assert.ok(!missing.some((message) => message.includes(name)), `${name} is read`);
		assert.ok(answer.items.some(({ code }) => code === 'unreleased-reference'));
	});
});
