// The corpus on disk: the kernel's own BPF selftests, libbpf's headers and a vmlinux.h of the kernel that gave the verdicts.
//
// Everything comes from signed Debian packages and lies outside the repository, in BPFLS_LAB or the user's cache folder. The
// vmlinux.h is made from the BTF inside Debian's kernel image, so that no result depends on the kernel that runs the tests.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** The kernel release whose selftests and verdicts are the yardstick. */
export const CORPUS_RELEASE = '6.12';

/** clang and bpftool compile and dump; make and python3 are what libbpf's header rule calls; the rest unpacks. */
const PACKAGES = [
	'clang-19',
	'llvm-19',
	'bpftool',
	'libbpf-dev',
	'libelf-dev',
	'zlib1g-dev',
	'libc6-dev',
	'linux-libc-dev',
	'gcc',
	'make',
	'pkg-config',
	'python3',
	'xz-utils',
	'zstd',
	`linux-source-${CORPUS_RELEASE}`,
];

/** The parts of the kernel's tree that the selftests and the catalog's checks read; the whole tree is five times as large. */
const PARTS = ['tools', 'kernel', 'include', 'net', 'fs', 'drivers/hid/bpf', 'scripts', 'Documentation/bpf', 'arch/x86/include'];

/** The frame magic of zstd and the start of an ELF file, by which the kernel proper is found inside its compressed image. */
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const ELF_MAGIC = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);
/** Larger than any kernel image unpacked. */
const KERNEL_BYTES = 1 << 29;

export interface Lab {
	readonly folder: string;
	/** The kernel's source. */
	readonly source: string;
	/** tools/testing/selftests/bpf of the kernel's source. */
	readonly selftests: string;
	readonly programs: string;
	readonly vmlinux: string;
	/** The folder of libbpf's headers: `bpf/bpf_helpers.h` and the others. */
	readonly libbpf: string;
	/** What the kernel's own build passes for each program, `-I` and `-D` arguments taken apart. */
	readonly includePaths: readonly string[];
	readonly defines: readonly string[];
}

/** Where the corpus lies or will lie. */
export function labFolder(): string {
	if (process.env.BPFLS_LAB) return process.env.BPFLS_LAB;
	const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
	return join(cache, 'bpf-language-server', 'lab');
}

function layout(folder: string): Lab {
	const source = join(folder, `linux-source-${CORPUS_RELEASE}`);
	const selftests = join(source, 'tools/testing/selftests/bpf');
	const include = join(folder, `include-${CORPUS_RELEASE}`);
	const libbpf = join(folder, 'libbpf/include');
	return {
		folder,
		source,
		selftests,
		programs: join(selftests, 'progs'),
		vmlinux: join(include, 'vmlinux.h'),
		libbpf,
		includePaths: [
			include,
			selftests,
			libbpf,
			join(source, 'tools/include/uapi'),
			join(source, 'tools/include'),
			'/usr/include/x86_64-linux-gnu',
		],
		defines: ['__TARGET_ARCH_x86', 'ENABLE_ATOMICS_TESTS'],
	};
}

/** The arguments with which clang-19 builds a program of the corpus; input and output are left to the caller. */
export function clangArguments(lab: Lab): string[] {
	return [
		...lab.defines.map((define) => `-D${define}`),
		'-mlittle-endian',
		...lab.includePaths.map((path) => `-I${path}`),
		'-Wno-everything',
		'--target=bpfel',
		'-std=gnu11',
		'-g',
		'-O2',
		'-mcpu=v3',
	];
}

function run(command: string, args: readonly string[], options: { cwd?: string } = {}): void {
	const result = spawnSync(command, args, { cwd: options.cwd, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
	if (result.error) throw new Error(`${command}: ${result.error.message}`);
	if (result.status !== 0) throw new Error(`${command} ${args.slice(0, 4).join(' ')} failed:\n${result.stderr.trim().slice(-2000)}`);
}

function installPackages(): void {
	const missing = PACKAGES.filter((name) => {
		const answer = spawnSync('dpkg-query', ['-W', '-f', `\${db:Status-Abbrev}`, name], { encoding: 'utf8' });
		return answer.status !== 0 || !answer.stdout.startsWith('ii');
	});
	if (missing.length === 0) return;
	if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0)
		throw new Error(`the corpus needs these Debian packages; install them as root: apt-get install ${missing.join(' ')}`);
	process.stderr.write(`installing ${missing.join(' ')}\n`);
	process.env.DEBIAN_FRONTEND = 'noninteractive';
	run('apt-get', ['update', '-qq']);
	run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing]);
}

function unpackSource(folder: string): void {
	const name = `linux-source-${CORPUS_RELEASE}`;
	const archive = `/usr/src/${name}.tar.xz`;
	if (!existsSync(archive)) throw new Error(`${archive} is missing: the package ${name} did not bring it`);
	process.stderr.write(`unpacking ${archive}\n`);
	const scratch = mkdtempSync(join(folder, 'unpack-'));
	run('tar', ['xf', archive, '-C', scratch, '--wildcards', ...PARTS.map((part) => `${name}/${part}/*`)]);
	renameSync(join(scratch, name), join(folder, name));
	rmSync(scratch, { recursive: true });
}

function installLibbpfHeaders(folder: string): void {
	const out = join(folder, 'libbpf');
	mkdirSync(out, { recursive: true });
	const source = join(folder, `linux-source-${CORPUS_RELEASE}`, 'tools/lib/bpf');
	run('make', ['-s', '-C', source, `OUTPUT=${out}/`, `DESTDIR=${out}`, 'prefix=', 'install_headers']);
}

/** The newest of Debian's cloud kernels of the release; they carry BTF and are a third of the full image's size. */
function kernelPackage(): string {
	const pattern = `^linux-image-${CORPUS_RELEASE.replace('.', '\\.')}\\.[0-9].*-cloud-amd64$`;
	const list = () =>
		execFileSync('apt-cache', ['search', '--names-only', pattern], { encoding: 'utf8' })
			.split('\n')
			.map((line) => line.split(' ')[0]!)
			.filter((name) => name !== '');
	let names = list();
	if (names.length === 0 && process.getuid?.() === 0) {
		run('apt-get', ['update', '-qq']);
		names = list();
	}
	names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
	const newest = names.at(-1);
	if (!newest) throw new Error(`apt knows no kernel image of release ${CORPUS_RELEASE}; its BTF is needed to make vmlinux.h`);
	return newest;
}

/** The kernel's ELF file out of a compressed boot image: the first zstd frame that unpacks to one. */
function unpackKernel(image: Buffer): Buffer {
	for (let at = image.indexOf(ZSTD_MAGIC); at >= 0; at = image.indexOf(ZSTD_MAGIC, at + 1)) {
		// The image goes on after the frame, which zstd reports as an error after it has written everything.
		const { stdout } = spawnSync('zstd', ['-dc'], { input: image.subarray(at), maxBuffer: KERNEL_BYTES });
		if (stdout?.subarray(0, ELF_MAGIC.length).equals(ELF_MAGIC)) return stdout;
	}
	throw new Error('the kernel image holds no zstd-compressed kernel');
}

function makeVmlinuxHeader(lab: Lab): void {
	const name = kernelPackage();
	process.stderr.write(`reading the BTF of ${name}\n`);
	const scratch = mkdtempSync(join(tmpdir(), 'bpfls-kernel-'));
	try {
		run('apt-get', ['download', '-qq', name], { cwd: scratch });
		const archive = readdirSync(scratch).find((entry) => entry.endsWith('.deb'))!;
		run('dpkg-deb', ['-x', archive, '.'], { cwd: scratch });
		const boot = join(scratch, 'boot');
		const image = readFileSync(join(boot, readdirSync(boot).find((entry) => entry.startsWith('vmlinuz'))!));
		writeFileSync(join(scratch, 'vmlinux'), unpackKernel(image));
		const header = execFileSync('bpftool', ['btf', 'dump', 'file', join(scratch, 'vmlinux'), 'format', 'c'], { maxBuffer: KERNEL_BYTES });
		mkdirSync(join(lab.folder, `include-${CORPUS_RELEASE}`), { recursive: true });
		writeFileSync(lab.vmlinux, header);
	} finally {
		rmSync(scratch, { recursive: true });
	}
}

/** The corpus where all of it lies on this machine already; nothing is fetched. */
export function presentLab(): Lab | undefined {
	const lab = layout(labFolder());
	return existsSync(lab.programs) && existsSync(lab.vmlinux) ? lab : undefined;
}

/**
 * The corpus, fetched where parts of it are missing (half a minute on a fresh machine, as root). Throws an Error that says what is
 * missing and how to get it.
 */
export function prepareLab(): Lab {
	const folder = labFolder();
	const lab = layout(folder);
	const steps: [string, () => void][] = [
		[lab.programs, () => unpackSource(folder)],
		[join(folder, 'libbpf/include/bpf/bpf_helper_defs.h'), () => installLibbpfHeaders(folder)],
		[lab.vmlinux, () => makeVmlinuxHeader(lab)],
	];
	if (steps.some(([made]) => !existsSync(made))) {
		mkdirSync(folder, { recursive: true });
		installPackages();
	}
	for (const [made, step] of steps) {
		if (!existsSync(made)) step();
		if (!existsSync(made)) throw new Error(`${made} was not made`);
	}
	return lab;
}
