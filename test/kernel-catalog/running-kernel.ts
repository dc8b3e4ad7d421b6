// The catalogs against the kernel that runs: the kfuncs that its BTF marks, and why those differ from what the catalogs say of its release.
import { existsSync } from 'node:fs';
import { arch, release } from 'node:os';
import { KERNEL_BTF, openBtf } from '../../server/src/btf/btf-file.js';
import { hostCatalog } from '../../server/src/btf/host.js';
import { typeText } from '../../server/src/btf/type-text.js';
import { covers } from '../../server/src/kernel/between.js';
import type { Catalog, Kfunc } from '../../server/src/kernel/catalog.js';
import { loadCatalog, shippedReleases } from '../../server/src/kernel/load.js';
import { compareReleases } from '../../server/src/kernel/release.js';

export interface HeldAgainst {
	/** What both agree on, in numbers, and each difference that has a reason. */
	readonly lines: readonly string[];
	/** Differences that nothing explains. */
	readonly unexplained: readonly string[];
}

/** Folders of arch/ by what Node calls the machine. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x86', arm64: 'arm64', s390x: 's390', riscv64: 'riscv', ppc64: 'powerpc' };

/** Undefined where this machine's kernel shows no BTF. Throws where its BTF marks no kfuncs at all: pahole was too old then. */
export function compareWithRunningKernel(): HeldAgainst | undefined {
	if (!existsSync(KERNEL_BTF)) return undefined;
	const number = /^\d+\.\d+/.exec(release())![0];
	const types = openBtf(KERNEL_BTF);
	const marked = new Set(types.kfuncs());
	if (marked.size === 0) throw new Error(`the BTF of Linux ${release()} marks no kfuncs`);
	// Knows this kernel's configuration.
	const host = hostCatalog();
	const neighbours = neighboursOf(number);
	const catalog = loadCatalog(number);
	const names = new Set([...catalog.kfuncs()].map((kfunc) => kfunc.name));
	const reasons = new Map<string, string[]>();
	const unexplained: string[] = [];
	const add = (reason: string, name: string): void => void reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
	const note = (side: string, name: string, reason: string | undefined): void =>
		reason === undefined ? void unexplained.push(`only ${side} ${name}`) : add(`only ${side}, since ${reason}`, name);
	for (const name of [...marked].sort())
		if (!names.has(name)) note('the kernel has', name, whyOnlyKernel(name, number, catalog, neighbours));
	for (const name of [...names].sort())
		if (!marked.has(name)) note('the catalogs have', name, whyOnlyCatalog(catalog.kfunc(name)!, number, host, neighbours));
	let same = 0;
	for (const name of marked) {
		const found = types.functionType(name);
		const known = neighbours.flatMap((each) => each.kfunc(name) ?? []);
		if (!found || known.length === 0) continue;
		const here = [found.result, ...found.parameters.map((parameter) => parameter.type)].map((type) => spelling(typeText(type))).join(', ');
		const there = known.map((kfunc) => [kfunc.result, ...kfunc.parameters.map((each) => each.type)].map(spelling).join(', '));
		if (there.some((each) => each === here || here.startsWith(`${each}, `))) same++;
		else if (neighbours.length > 1 && known.length === 1 && !neighbours[0]!.kfunc(name))
			add(`another prototype, since it came after ${neighbours[0]!.release} and changed before ${neighbours[1]!.release}`, name);
		else unexplained.push(`the prototype of ${name}: here ${here}, in the catalogs ${[...new Set(there)].join(' or ')}`);
	}
	const both = [...marked].filter((name) => names.has(name)).length;
	const lines = [
		`Linux ${release()} marks ${marked.size} kfuncs; ${both} of them are in the catalog of ${number}, ${same} prototypes agree`,
		...[...reasons].map(([reason, members]) => `${reason}: ${members.join(', ')}`),
	];
	return { lines, unexplained };
}

/** The shipped catalogs right below and above a release, or that of the release itself. */
function neighboursOf(number: string): Catalog[] {
	const older = shippedReleases().findLast((each) => compareReleases(each, number) <= 0);
	const newer = shippedReleases().find((each) => compareReleases(each, number) >= 0);
	return [...new Set([older, newer].filter((each) => each !== undefined))].map((each) => loadCatalog(each));
}

function whyOnlyKernel(name: string, number: string, catalog: Catalog, neighbours: readonly Catalog[]): string | undefined {
	if (neighbours.some((each) => each.isModifiableTarget(name) === true))
		return 'functions whose return programs may modify are marked too, and no program calls them';
	const row = catalog.history(name).find((each) => covers(each, number));
	if (row?.until !== undefined) return `no shipped release has them: they went with ${row.until}, as the history tells`;
	if (neighbours.some((each) => each.kfunc(name)))
		return `they came or went between ${neighbours.map((each) => each.release).join(' and ')}, and no record says in which release`;
	return undefined;
}

function whyOnlyCatalog(kfunc: Kfunc, number: string, host: Catalog, neighbours: readonly Catalog[]): string | undefined {
	const unmet = kfunc.config?.find(
		(condition) => !condition.split('||').some((part) => (part.startsWith('!') ? !host.config(part.slice(1)) : host.config(part))),
	);
	if (unmet !== undefined) return `this kernel is built without ${unmet}`;
	const folder = /^arch\/(\w+)\//.exec(kfunc.source ?? '')?.[1];
	if (folder !== undefined && folder !== ARCHITECTURES[arch()]) return `they are of another architecture, ${folder}`;
	if (neighbours.length > 1 && neighbours.some((each) => !each.kfunc(kfunc.name)) && host.since(kfunc.name) === undefined)
		return `they came or went between ${neighbours.map((each) => each.release).join(' and ')}, and no record says whether before ${number}`;
	return undefined;
}

/** A type as headers and BTF both spell it; qualifiers count for no verdict. */
function spelling(type: string): string {
	return (
		type
			.replace(/\b(?:const|volatile|__user|__rcu|__percpu)\b/g, '')
			.replace(/\s+/g, ' ')
			.replace(/ ?\* ?/g, '*')
			// What a pointer to a function calls its parameters.
			.replace(/\(\*\)\(.*\)/, (list) => list.replace(/\*\w+(?=[,)])/g, '*'))
			.trim()
	);
}
