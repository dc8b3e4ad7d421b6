// The command line's words to a plain object. Every mistake is one UsageError with what to write instead.
import { DEFAULT_KERNEL, DEFAULT_RODATA, normalizeTarget, RODATA_VALUES, type RodataValues, TARGET_FORMS } from '../options.js';
import type { ColorChoice } from '../report/color.js';
import { targetObjection } from '../rules/target.js';

export const FORMATS = ['pretty', 'json', 'sarif', 'github'] as const;
export type Format = (typeof FORMATS)[number];
const DUMPS = ['cfg', 'states'] as const;
const COLORS = ['auto', 'always', 'never'] as const;

export interface CheckCommand {
	readonly command: 'check';
	readonly format: Format;
	readonly kernel: string;
	readonly includePaths: readonly string[];
	readonly defines: readonly string[];
	readonly compileCommands?: string;
	readonly btf?: string;
	readonly kernelConfigFile?: string;
	readonly rodata: RodataValues;
	readonly fix: boolean;
	readonly dump?: (typeof DUMPS)[number];
	readonly color: ColorChoice;
	readonly files: readonly string[];
}
export type Command =
	| CheckCommand
	| { readonly command: 'serve' }
	| { readonly command: 'explain'; readonly rule: string }
	| { readonly command: 'kfunc'; readonly name: string; readonly kernel: string }
	| { readonly command: 'help' }
	| { readonly command: 'version' };

/** A command line that asks for what there is not. */
export class UsageError extends Error {}

/** Options that take a value, by every spelling. */
const VALUED: Readonly<Record<string, string>> = {
	'--format': 'format',
	'--kernel': 'kernel',
	'--kernel-config': 'kernelConfig',
	'--rodata': 'rodata',
	'--btf': 'btf',
	'--dump': 'dump',
	'--color': 'color',
	'-I': 'include',
	'-D': 'define',
	'-p': 'compileCommands',
};
const FLAGS: Readonly<Record<string, string>> = {
	'--fix': 'fix',
	'--stdio': 'stdio',
	'--help': 'help',
	'-h': 'help',
	'--version': 'version',
	'-V': 'version',
};
/** What each command accepts beside --help. */
const ACCEPTED: Readonly<Record<string, readonly string[]>> = {
	check: ['format', 'kernel', 'kernelConfig', 'rodata', 'btf', 'dump', 'color', 'include', 'define', 'compileCommands', 'fix'],
	serve: ['stdio'],
	explain: ['color'],
	kfunc: ['kernel', 'color'],
};

interface Words {
	readonly positional: string[];
	readonly options: Map<string, string[]>;
}

/** Reads the words after `bpfls`. Throws a UsageError. */
export function parseArguments(words: readonly string[]): Command {
	const { positional, options } = split(words);
	if (options.has('help')) return { command: 'help' };
	if (options.has('version')) return { command: 'version' };
	const [command, ...rest] = positional;
	if (command === undefined) throw new UsageError('no command; try bpfls check FILE');
	if (command === 'help') return { command: 'help' };
	const accepted = ACCEPTED[command];
	if (!accepted || !Object.hasOwn(ACCEPTED, command)) {
		throw new UsageError(`unknown command '${command}'; the commands are ${Object.keys(ACCEPTED).join(', ')}`);
	}
	for (const option of options.keys()) {
		if (!accepted.includes(option)) throw new UsageError(`'bpfls ${command}' has no option ${spelling(option)}`);
	}
	const kernel = kernelOption(options);
	switch (command) {
		case 'serve':
			if (rest.length > 0) throw new UsageError("'bpfls serve' takes no file; the editor names them");
			if (!options.has('stdio')) throw new UsageError("'bpfls serve' needs --stdio: the editor speaks to it there");
			return { command };
		case 'explain':
			return { command, rule: single(rest, "'bpfls explain' wants one rule, like unreleased-reference") };
		case 'kfunc':
			return { command, name: single(rest, "'bpfls kfunc' wants one name, like bpf_task_acquire"), kernel };
		default:
			return checkCommand(rest, options, kernel);
	}
}

function checkCommand(files: readonly string[], options: Words['options'], kernel: string): CheckCommand {
	if (files.length === 0) throw new UsageError("'bpfls check' wants at least one file");
	const dump = options.has('dump') ? choice(options, 'dump', DUMPS, 'cfg') : undefined;
	const fix = options.has('fix');
	if (dump && fix) throw new UsageError('--dump and --fix do not go together');
	const last = (name: string) => options.get(name)?.at(-1);
	return {
		command: 'check',
		format: choice(options, 'format', FORMATS, 'pretty'),
		kernel,
		includePaths: options.get('include') ?? [],
		defines: (options.get('define') ?? []).map(define),
		compileCommands: last('compileCommands'),
		btf: last('btf'),
		kernelConfigFile: last('kernelConfig'),
		rodata: choice(options, 'rodata', RODATA_VALUES, DEFAULT_RODATA),
		fix,
		dump,
		color: choice(options, 'color', COLORS, 'auto'),
		files,
	};
}

function split(words: readonly string[]): Words {
	const positional: string[] = [];
	const options = new Map<string, string[]>();
	const add = (name: string, value: string) => options.set(name, [...(options.get(name) ?? []), value]);
	for (let i = 0; i < words.length; i++) {
		const word = words[i]!;
		if (word === '--') {
			positional.push(...words.slice(i + 1));
			break;
		}
		if (!word.startsWith('-') || word === '-') {
			positional.push(word);
			continue;
		}
		// `--format=json` and, as compilers do, `-Idir` beside `-I dir`.
		const equals = word.startsWith('--') ? word.indexOf('=') : -1;
		const short = !word.startsWith('--') && word.length > 2 && Object.hasOwn(VALUED, word.slice(0, 2));
		const name = equals > 0 ? word.slice(0, equals) : short ? word.slice(0, 2) : word;
		if (Object.hasOwn(VALUED, name)) {
			const value = equals > 0 ? word.slice(equals + 1) : short ? word.slice(2) : words[++i];
			if (value === undefined || value === '') throw new UsageError(`${name} wants a value`);
			add(VALUED[name]!, value);
		} else if (Object.hasOwn(FLAGS, name) && equals < 0) add(FLAGS[name]!, '');
		else throw new UsageError(`unknown option ${word}`);
	}
	return { positional, options };
}

function spelling(option: string): string {
	return Object.entries({ ...VALUED, ...FLAGS }).find(([, name]) => name === option)?.[0] ?? option;
}

function choice<T extends string>(options: Words['options'], name: string, choices: readonly T[], otherwise: T): T {
	const value = options.get(name)?.at(-1);
	if (value === undefined) return otherwise;
	const found = choices.find((one) => one === value);
	if (!found) throw new UsageError(`${spelling(name)} is one of ${choices.join(', ')}, not '${value}'`);
	return found;
}

function kernelOption(options: Words['options']): string {
	const text = options.get('kernel')?.at(-1);
	if (text === undefined) return DEFAULT_KERNEL;
	const target = normalizeTarget(text);
	if (!target) throw new UsageError(`--kernel wants ${TARGET_FORMS}, not '${text}'`);
	const objection = targetObjection(target);
	if (objection) throw new UsageError(`--kernel ${target} cannot be used: ${objection}`);
	return target;
}

function define(text: string): string {
	if (!/^[A-Za-z_]\w*(\([^)]*\))?(=|$)/.test(text)) throw new UsageError(`-D wants NAME or NAME=VALUE, not '${text}'`);
	return text;
}

function single(rest: readonly string[], message: string): string {
	if (rest.length !== 1) throw new UsageError(message);
	return rest[0]!;
}
