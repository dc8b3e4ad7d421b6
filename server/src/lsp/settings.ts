// The settings of a document, as its folder has them. Whatever a client sends, the result is complete and of the right types.
import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { HINT_KINDS, type HintKind } from '../ide/hints.js';
import {
	DEFAULT_KERNEL,
	DEFAULT_RODATA,
	normalizeTarget,
	parseKernelConfig,
	RODATA_VALUES,
	type RodataValues,
	TARGET_FORMS,
} from '../options.js';
import type { CheckOptions } from '../rules/checker.js';
import { targetObjection, targetTrouble } from '../rules/target.js';

/** What an editor shows, beside what is checked. */
export interface EditorSettings {
	/** Is clangd at work beside this server? `auto` looks among the client's processes. */
	readonly besideClangd: 'auto' | 'yes' | 'no';
	/** The inlay hints that are switched on. */
	readonly hints: ReadonlySet<HintKind>;
}

export const SETTINGS_SECTION = 'bpfls';
const LEVELS = ['error', 'warning', 'info', 'hint', 'off'] as const;
type Level = (typeof LEVELS)[number];

/**
 * The analysis' options out of what a client gave for `bpfls`. Relative paths mean the folder. Each value that is not what it should
 * be is left out, and `complain` hears of it.
 *
 * @param before the target that was in force until now; it stays so where the new one cannot be used.
 */
export function checkOptions(
	raw: unknown,
	folder: string | undefined,
	complain: (message: string) => void,
	before = DEFAULT_KERNEL,
): CheckOptions {
	const given = isObject(raw) ? raw : {};
	const path = (name: string): string | undefined => {
		const value = given[name];
		if (value === undefined || value === null || value === '') return undefined;
		if (typeof value === 'string') return absolute(value, folder);
		complain(`bpfls.${name} should be a path`);
		return undefined;
	};
	const compileCommands = path('compileCommands');
	const btf = path('btf');
	const kernelConfig = path('kernelConfig');
	const config = kernelConfig === undefined ? undefined : readConfig(kernelConfig, complain);
	return {
		kernel: kernel(given.kernel, folder, before, complain),
		includePaths: strings(given.includePaths, 'includePaths', complain).map((one) => absolute(one, folder)),
		defines: strings(given.defines, 'defines', complain),
		...(compileCommands !== undefined && { compileCommands }),
		...(btf !== undefined && { btf }),
		...(config && { kernelConfig: config }),
		rodata: rodata(given.rodata, complain),
		severities: severities(given.severities, complain),
	};
}

/** The editor's settings out of what a client gave for `bpfls`, as complete as the analysis' options. */
export function editorSettings(raw: unknown, complain: (message: string) => void): EditorSettings {
	const given = isObject(raw) ? raw : {};
	const beside = given.besideClangd ?? 'auto';
	const hints = hintKinds(given.inlayHints, complain);
	if (beside === 'auto' || beside === 'yes' || beside === 'no') return { besideClangd: beside, hints };
	complain(`bpfls.besideClangd should be auto, yes or no, not ${JSON.stringify(beside)}`);
	return { besideClangd: 'auto', hints };
}

/** `{ "acquire": true, ... }`; a kind that is not named is off. */
function hintKinds(value: unknown, complain: (message: string) => void): ReadonlySet<HintKind> {
	if (!isObject(value)) return new Set();
	for (const [name, on] of Object.entries(value)) {
		const known = HINT_KINDS.some((kind) => kind === name);
		if (!known) complain(`bpfls.inlayHints: ${name} should be one of ${HINT_KINDS.join(', ')}`);
		else if (typeof on !== 'boolean' && on !== null) complain(`bpfls.inlayHints.${name} should be true or false`);
	}
	return new Set(HINT_KINDS.filter((kind) => value[kind] === true));
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The placeholder of editors for the folder. */
const FOLDER_VARIABLE = `\${workspaceFolder}`;

function expanded(path: string, folder: string | undefined): string {
	return folder === undefined ? path : path.replaceAll(FOLDER_VARIABLE, folder);
}

function absolute(path: string, folder: string | undefined): string {
	const whole = expanded(path, folder);
	return isAbsolute(whole) ? whole : resolve(folder ?? process.cwd(), whole);
}

function kernel(value: unknown, folder: string | undefined, before: string, complain: (message: string) => void): string {
	if (value === undefined || value === null || value === '') return DEFAULT_KERNEL;
	const target = typeof value === 'string' ? normalizeTarget(expanded(value, folder), folder) : undefined;
	if (target === undefined) {
		complain(`bpfls.kernel should be ${TARGET_FORMS}, not ${JSON.stringify(value)}`);
		return before;
	}
	const objection = targetObjection(target);
	if (objection !== undefined) {
		complain(`bpfls.kernel: ${objection}. The programs are checked for ${before} as before.`);
		return before;
	}
	const trouble = targetTrouble(target);
	if (trouble !== undefined) complain(`bpfls.kernel: ${trouble}`);
	return target;
}

function rodata(value: unknown, complain: (message: string) => void): RodataValues {
	const known = RODATA_VALUES.find((one) => one === (value ?? DEFAULT_RODATA));
	if (known === undefined) complain(`bpfls.rodata should be ${RODATA_VALUES.join(' or ')}, not ${JSON.stringify(value)}`);
	return known ?? DEFAULT_RODATA;
}

function strings(value: unknown, name: string, complain: (message: string) => void): string[] {
	if (value === undefined || value === null) return [];
	if (Array.isArray(value)) return value.filter((one): one is string => typeof one === 'string' && one !== '');
	complain(`bpfls.${name} should be a list of texts`);
	return [];
}

function severities(value: unknown, complain: (message: string) => void): Record<string, Level> {
	const out: Record<string, Level> = {};
	if (!isObject(value)) return out;
	for (const [rule, text] of Object.entries(value)) {
		const level = LEVELS.find((one) => one === text);
		if (level) out[rule] = level;
		else if (text !== null && text !== 'default') complain(`bpfls.severities: ${rule} should be one of ${LEVELS.join(', ')}`);
	}
	return out;
}

function readConfig(path: string, complain: (message: string) => void): Record<string, boolean> | undefined {
	try {
		return parseKernelConfig(readFileSync(path, 'utf8'));
	} catch {
		complain(`bpfls.kernelConfig: cannot read ${path}`);
		return undefined;
	}
}
