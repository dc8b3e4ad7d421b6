// The verifiers to ask: that of the kernel this runs on, and that of the corpus's release, booted under emulation.
//
// Both are asked through load.c, which loads programs one by one and attaches nothing.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
	chmodSync,
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { release, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { normalizeKernel } from '../../server/src/options.js';
import { CORPUS_RELEASE, type Lab } from '../kernel/lab.js';
import { repositoryRoot } from '../support/root.js';
import { type Answer, parseAnswer } from './answer.js';
import { digest } from './compile.js';

export interface Request {
	/** An object file. */
	readonly object: string;
	readonly program: string;
}
export interface Kernel {
	/** The release whose rules the analysis is to apply: `6.12`. */
	readonly release: string;
	/** Names the very build. */
	readonly name: string;
	/** Tells each answer as soon as it is known; none where the kernel gave none. */
	ask(requests: readonly Request[], take: (request: Request, answer: Answer) => void): Promise<void>;
}
/** Why nothing can be measured here. */
export class NotMeasured extends Error {}

/** Objects in one boot: their archive is unpacked into the guest's memory. */
const BOOT_BYTES = 400 << 20;
const GUEST_MEMORY = '3G';
/** Requests of which the answers leave the guest together. */
const CHUNK = 100;
/** In seconds. A program that the verifier takes longer for under emulation loses its chunk's rest. */
const CHUNK_SECONDS = 300;
const BOOT_SECONDS = 120;

/** What the loader is made of, for the naming of its answers. */
export function loaderSource(): string {
	return readFileSync(join(repositoryRoot(), 'test/oracle/load.c'), 'utf8');
}

/** Builds the loader with the corpus's own libbpf, statically, so that it also runs where nothing else is. */
function buildLoader(lab: Lab): string {
	const folder = join(lab.folder, 'oracle-build');
	const loader = join(folder, `load-${digest(loaderSource())}`);
	if (existsSync(loader)) return loader;
	const source = join(lab.folder, `linux-source-${CORPUS_RELEASE}`);
	const library = join(folder, 'libbpf.a');
	mkdirSync(folder, { recursive: true });
	if (!existsSync(library)) must('make', ['-s', '-C', join(source, 'tools/lib/bpf'), `OUTPUT=${folder}/`, library]);
	const include = [join(lab.folder, 'libbpf/include'), join(source, 'tools/include/uapi')].map((path) => `-I${path}`);
	const scratch = `${loader}.${process.pid}`;
	must('cc', [
		'-O2',
		'-static',
		...include,
		'-o',
		scratch,
		join(repositoryRoot(), 'test/oracle/load.c'),
		library,
		'-lelf',
		'-lz',
		'-lzstd',
	]);
	renameSync(scratch, loader);
	return loader;
}

function must(command: string, words: readonly string[], cwd?: string): void {
	const { error, status, stderr } = spawnSync(command, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
	if (error) throw new NotMeasured(`${command} cannot be run: ${error.message}`);
	if (status !== 0) throw new NotMeasured(`${command} failed: ${stderr.trim().slice(-1000)}`);
}

/** The kernel that this runs on. Throws NotMeasured where programs may not be loaded. */
export function hostKernel(lab: Lab): Kernel {
	const name = release();
	const normal = normalizeKernel(name);
	if (process.platform !== 'linux' || !normal) throw new NotMeasured('this is no Linux kernel');
	if (process.getuid?.() !== 0) throw new NotMeasured('loading programs needs root');
	if (!existsSync('/sys/kernel/btf/vmlinux')) throw new NotMeasured('the running kernel has no BTF');
	const loader = buildLoader(lab);
	return {
		release: normal,
		name,
		ask: async (requests, take) => {
			const input = requests.map(({ object, program }) => `${object}\t${program}\n`).join('');
			const output = execFileSync(loader, { input, encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['pipe', 'pipe', 'ignore'] });
			tell(requests, take, output);
		},
	};
}

function tell(requests: readonly Request[], take: Boot['take'], output: string, rename = (path: string): string => path): void {
	const answers = new Map<string, Answer>();
	for (const line of output.split('\n')) {
		const parsed = parseAnswer(line);
		if (parsed) answers.set(`${parsed.path}\t${parsed.program}`, parsed.answer);
	}
	for (const request of requests) {
		const answer = answers.get(`${rename(request.object)}\t${request.program}`);
		if (answer) take(request, answer);
	}
}

/** Debian's cloud kernel of the corpus's release, fetched where it is missing. Gives the boot image. */
function bootImage(lab: Lab): string {
	const folder = join(lab.folder, 'kernels');
	const pattern = `^linux-image-${CORPUS_RELEASE.replace('.', '\\.')}\\.[0-9].*-cloud-amd64$`;
	const find = (): string | undefined => {
		const names = existsSync(folder) ? readdirSync(folder).filter((name) => new RegExp(pattern).test(name)) : [];
		const newest = names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
		const boot = newest && join(folder, newest, 'boot');
		const image = boot && existsSync(boot) ? readdirSync(boot).find((name) => name.startsWith('vmlinuz')) : undefined;
		return image && join(boot!, image);
	};
	const present = find();
	if (present) return present;
	const listed = spawnSync('apt-cache', ['search', '--names-only', pattern], { encoding: 'utf8' });
	const names = (listed.stdout ?? '').split('\n').flatMap((line) => line.split(' ')[0] || []);
	const newest = names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
	if (!newest) throw new NotMeasured(`apt knows no kernel image of release ${CORPUS_RELEASE}`);
	const own = join(folder, newest);
	mkdirSync(own, { recursive: true });
	must('apt-get', ['download', '-qq', newest], own);
	must('dpkg-deb', ['-x', join(own, readdirSync(own).find((name) => name.endsWith('.deb'))!), own]);
	return find() ?? own;
}

/** The corpus's release under emulation. Throws NotMeasured where the emulator, the image or what the guest needs is missing. */
export function emulatedKernel(lab: Lab, say: (text: string) => void): Kernel {
	const emulator = 'qemu-system-x86_64';
	if (spawnSync(emulator, ['--version']).status !== 0) throw new NotMeasured(`${emulator} is missing: apt-get install qemu-system-x86`);
	if (!existsSync('/bin/busybox')) throw new NotMeasured('busybox is missing: apt-get install busybox-static');
	if (spawnSync('cpio', ['--version']).status !== 0) throw new NotMeasured('cpio is missing: apt-get install cpio');
	const loader = buildLoader(lab);
	const image = bootImage(lab);
	return {
		release: CORPUS_RELEASE,
		name: basename(image),
		ask: async (requests, take) => {
			for (const part of parts(requests)) {
				say(`booting ${basename(image)} for ${part.length} loads`);
				await boot({ emulator, image, loader, requests: part, take });
			}
		},
	};
}

/** The requests cut where the objects would no longer fit into one boot. */
function parts(requests: readonly Request[]): Request[][] {
	const result: Request[][] = [[]];
	const seen = new Set<string>();
	let bytes = 0;
	for (const request of requests) {
		if (!seen.has(request.object)) {
			seen.add(request.object);
			bytes += statSync(request.object).size;
			if (bytes > BOOT_BYTES) {
				result.push([]);
				bytes = 0;
				seen.clear();
			}
		}
		result.at(-1)!.push(request);
	}
	return result.filter((part) => part.length > 0);
}

interface Boot {
	readonly emulator: string;
	readonly image: string;
	readonly loader: string;
	readonly requests: readonly Request[];
	readonly take: (request: Request, answer: Answer) => void;
}

const INIT = `#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc; $b mount -t sysfs sys /sys; $b mount -t devtmpfs dev /dev
echo 0 >/proc/sys/kernel/printk
for requests in /requests/*; do
	$b timeout ${CHUNK_SECONDS} /bin/load <$requests >/out 2>/dev/null
	echo; echo ANSWERS; $b gzip -c /out | $b base64; echo END
done
$b poweroff -f
`;

async function boot({ emulator, image, loader, requests, take }: Boot): Promise<void> {
	const root = mkdtempSync(join(tmpdir(), 'bpfls-boot-'));
	try {
		const tree = join(root, 'tree');
		for (const folder of ['bin', 'proc', 'sys', 'dev', 'obj', 'requests']) mkdirSync(join(tree, folder), { recursive: true });
		copyFileSync('/bin/busybox', join(tree, 'bin/busybox'));
		copyFileSync(loader, join(tree, 'bin/load'));
		const names = new Map<string, string>();
		for (const { object } of requests) {
			if (names.has(object)) continue;
			const name = `obj/${names.size}.o`;
			names.set(object, name);
			// Debugging information that the kernel never sees is most of an object.
			must('llvm-strip-19', ['-g', '-o', join(tree, name), object]);
		}
		const rename = (path: string): string => `/${names.get(path)}`;
		for (let from = 0; from < requests.length; from += CHUNK) {
			const lines = requests.slice(from, from + CHUNK).map(({ object, program }) => `${rename(object)}\t${program}\n`);
			writeFileSync(join(tree, 'requests', String(from).padStart(6, '0')), lines.join(''));
		}
		writeFileSync(join(tree, 'init'), INIT);
		chmodSync(join(tree, 'init'), 0o755);
		const archive = join(root, 'initramfs.gz');
		must('sh', ['-c', 'find . | cpio -o -H newc 2>/dev/null | gzip -1 >"$0"', archive], tree);
		rmSync(tree, { recursive: true });
		const words = ['-accel', 'tcg,thread=multi', '-cpu', 'max', '-m', GUEST_MEMORY, '-nographic', '-no-reboot', '-net', 'none'];
		const seconds = BOOT_SECONDS + Math.ceil(requests.length / CHUNK) * CHUNK_SECONDS;
		const output = await runLimited(
			emulator,
			[...words, '-kernel', image, '-initrd', archive, '-append', 'console=ttyS0 quiet panic=1'],
			seconds,
		);
		const answers = [...output.replaceAll('\r', '').matchAll(/ANSWERS\n([\w+/=\n]*?)^END$/gm)].map((match) => unpack(match[1]!));
		if (answers.length === 0) throw new NotMeasured(`the emulated kernel gave no answer: ${output.slice(-300)}`);
		tell(requests, take, answers.join(''), rename);
	} finally {
		rmSync(root, { recursive: true, force: true });
	}
}

/** What the guest packed; empty where a message of its kernel fell into it. */
function unpack(text: string): string {
	try {
		return gunzipSync(Buffer.from(text.replaceAll('\n', ''), 'base64')).toString('latin1');
	} catch {
		return '';
	}
}

/** The output of a command that is ended after some seconds. */
function runLimited(command: string, words: readonly string[], seconds: number): Promise<string> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'ignore'] });
		const guard = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
		let output = '';
		child.stdout.setEncoding('latin1').on('data', (chunk: string) => {
			output += chunk;
		});
		child.on('error', reject);
		child.on('close', () => {
			clearTimeout(guard);
			resolve(output);
		});
	});
}
