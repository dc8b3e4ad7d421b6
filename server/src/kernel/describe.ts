// What a catalog knows of a kfunc or helper, as plain text for a terminal and as Markdown for a hover.
import { covers } from './between.js';
import type { Catalog, Helper, HistoryRow, Kfunc } from './catalog.js';
import { helperLink, kfuncLink } from './links.js';
import { placesText } from './may-call.js';
import { compareReleases } from './release.js';
import { pointee } from './type-text.js';

/** One heading with lines below it; a line is a label and what is said of it, or a sentence. */
interface Section {
	readonly title: string;
	readonly lines: readonly { readonly label?: string; readonly text: string }[];
}
interface Page {
	readonly prototype: string;
	readonly summary: string;
	readonly sections: readonly Section[];
}

/** Suffixes of parameter names that the verifier reads, longest first: `__szk` before `__k`. */
const SUFFIXES = [
	'__refcounted_kptr',
	'__nonown_allowed',
	'__const_str',
	'__irq_flag',
	'__nullable',
	'__uninit',
	'__arena',
	'__alloc',
	'__iter',
	'__prog',
	'__ign',
	'__opt',
	'__map',
	'__str',
	'__szk',
	'__sz',
	'__k',
];

/** Plain text on a kfunc, with its history where the release does not have it any more; undefined where nothing is known of the name. */
export function describeKfunc(catalog: Catalog, name: string): string | undefined {
	const page = kfuncPage(catalog, name) ?? absentPage(catalog, name);
	return page && plainText(page);
}

/** Plain text on a helper; undefined where the release has none of the name. */
export function describeHelper(catalog: Catalog, name: string): string | undefined {
	const page = helperPage(catalog, name);
	return page && plainText(page);
}

/** Markdown on a kfunc, as `describeKfunc`. */
export function kfuncMarkdown(catalog: Catalog, name: string): string | undefined {
	const page = kfuncPage(catalog, name) ?? absentPage(catalog, name);
	return page && markdown(page);
}

/** Markdown on a helper, as `describeHelper`. */
export function helperMarkdown(catalog: Catalog, name: string): string | undefined {
	const page = helperPage(catalog, name);
	return page && markdown(page);
}

/** `struct task_struct *bpf_task_acquire(struct task_struct *p)` */
export function prototypeText(kfunc: Kfunc): string {
	const result = kfunc.result.endsWith('*') ? kfunc.result : `${kfunc.result} `;
	const parameters = kfunc.parameters.map(({ type, name }) => parameterText(type, name));
	return `${result}${kfunc.name}(${parameters.join(', ') || 'void'})`;
}

/** What the suffix of a parameter's name, or its type, says to the verifier; empty where neither says anything. */
export function parameterWords(catalog: Catalog, kfunc: Kfunc, index: number): string {
	const { name, type } = kfunc.parameters[index]!;
	const suffix = SUFFIXES.find((each) => name.endsWith(each));
	const struct = pointee(type);
	const flavour = struct?.endsWith('___init')
		? (catalog.words('suffix', '___init') ?? `Not compatible with struct ${struct.slice(0, -'___init'.length)}.`)
		: undefined;
	return [suffix && catalog.words('suffix', suffix), flavour].filter(Boolean).join(' ');
}

/** A parameter as C writes it: the name of a pointer to a function stands in its middle. */
export function parameterText(type: string, name: string): string {
	if (type === '...') return type;
	const hole = type.indexOf('(*)');
	if (hole >= 0) return `${type.slice(0, hole + 2)}${name}${type.slice(hole + 2)}`;
	return type.endsWith('*') ? `${type}${name}` : `${type} ${name}`;
}

function kfuncPage(catalog: Catalog, name: string): Page | undefined {
	const kfunc = catalog.kfunc(name);
	if (!kfunc) return undefined;
	const sections: Section[] = [];
	const lifetime = lifetimeLines(catalog, kfunc);
	if (lifetime.length > 0) sections.push({ title: 'Lifetime', lines: lifetime.map((text) => ({ text })) });
	if (kfunc.flags.length > 0)
		sections.push({ title: 'Flags', lines: kfunc.flags.map((flag) => ({ label: flag, text: catalog.words('flag', flag) ?? '' })) });
	const parameters = kfunc.parameters.flatMap(({ name: label }, index) => {
		const text = parameterWords(catalog, kfunc, index);
		return text ? [{ label, text }] : [];
	});
	if (parameters.length > 0) sections.push({ title: 'Parameters', lines: parameters });
	sections.push({ title: 'Programs', lines: [{ text: programsText(kfunc) }] });
	const history = historyLines(catalog, name);
	if (history.length > 0) sections.push({ title: 'History', lines: history });
	const where = [
		`${kfunc.source ?? ''}, set ${kfunc.sets.join(', ')}`,
		...(kfunc.module ? [`of the module ${kfunc.module}`] : []),
		...(kfunc.config ? [`needs ${kfunc.config.join(' and ')}`] : []),
	];
	sections.push({ title: 'Source', lines: [{ text: `Linux ${releaseText(catalog)}: ${where.join('; ')}` }] });
	sections.push({ title: 'Documentation', lines: [{ text: kfuncLink(kfunc.source) }] });
	return { prototype: `${prototypeText(kfunc)};`, summary: catalog.words('kfunc', name) ?? '', sections };
}

/** A kfunc that the release does not have: when it was there, and what to call instead. */
function absentPage(catalog: Catalog, name: string): Page | undefined {
	if (catalog.isHelper(name)) return undefined;
	const history = historyLines(catalog, name);
	const rows = catalog.history(name);
	if (history.length === 0 || (rows.length === 0 && catalog.since(name) === undefined)) return undefined;
	const came = catalog.since(name) ?? rows[0]?.from;
	const gone = rows.findLast((row) => row.until !== undefined && compareReleases(row.until, catalog.release) <= 0);
	const later = came !== undefined && compareReleases(came, catalog.release) > 0;
	const replacement = gone?.replacement ?? rows.findLast((row) => row.replacement !== undefined)?.replacement;
	const there = rows.find((row) => covers(row, catalog.release));
	const first = there
		? presentText(catalog, name, there, rows)
		: later
			? `Linux ${catalog.release} does not have it yet: it comes with ${came}.`
			: gone
				? `Linux ${catalog.release} does not have it any more.`
				: `Linux ${catalog.release} does not have it.`;
	return {
		prototype: name,
		summary: replacement && !later && !there ? `${first} Use ${replacement}.` : first,
		sections: [{ title: 'History', lines: history }],
	};
}

/** A name of the history that no table of the catalog holds: an old kfunc, or a flag, a macro, a tag. */
function presentText(catalog: Catalog, name: string, row: HistoryRow, rows: readonly HistoryRow[]): string {
	const { release } = catalog;
	if (row.from === undefined && row.until === undefined) return `No release of Linux has it: ${rowText(row)}.`;
	if (row.flags !== undefined) return `Linux ${release} has it; the shipped catalogs do not record its prototype.`;
	// A note on a row that ends speaks of the end, unless the name lived on with another meaning.
	const meaning = row.until === undefined || rows.at(-1) !== row ? row.note : undefined;
	const flag = catalog.words('flag', name);
	return [`Linux ${release} has it${meaning === undefined ? '' : `: ${meaning}`}.`, ...(flag === undefined ? [] : [flag])].join(' ');
}

function releaseText(catalog: Catalog): string {
	return catalog.exact
		? catalog.release
		: `${catalog.dataRelease} (no catalog of ${catalog.release} is shipped: this is from its neighbours)`;
}

/** What the call takes and gives of references, and the kfuncs that are paired with it. */
function lifetimeLines(catalog: Catalog, kfunc: Kfunc): string[] {
	const out: string[] = [];
	const struct = pointee(kfunc.result);
	const has = (flag: string): boolean => kfunc.flags.includes(flag);
	if (has('KF_ACQUIRE')) {
		const release = struct === undefined ? [] : catalog.releaseKfuncs(struct).filter((name) => name !== kfunc.name);
		const back = release.length > 0 ? `, to be given back with ${release.map((name) => `${name}()`).join(' or ')}` : '';
		const stored = struct !== undefined && catalog.hasDestructor(struct) ? ', or moved into a map with bpf_kptr_xchg()' : '';
		out.push(`The result is a new reference${struct ? ` to struct ${struct}` : ''}${back}${stored}.`);
	}
	if (has('KF_RET_NULL')) out.push('The result may be NULL and has to be checked before use.');
	if (has('KF_RELEASE')) {
		const taken = kfunc.parameters.map((each) => pointee(each.type)).find((each) => each !== undefined);
		const from =
			taken === undefined
				? []
				: [...catalog.kfuncs()]
						.filter((each) => each.flags.includes('KF_ACQUIRE') && pointee(each.result) === taken)
						.map((each) => `${each.name}()`);
		out.push(
			`Takes the caller's reference${taken ? ` to struct ${taken}` : ''}; no copy of the pointer may be used afterwards.${
				from.length > 0 ? ` Such references come from ${from.join(', ')}.` : ''
			}`,
		);
	}
	return out;
}

function programsText(kfunc: Kfunc): string {
	if (kfunc.programTypes.includes('*')) return 'all program types';
	if (kfunc.programTypes.length === 0) return 'none: no set that lists it is registered for programs';
	return kfunc.programTypes
		.map((type) => {
			const attach = kfunc.attachTypes?.[type];
			const flags = kfunc.flagsByType?.[type];
			const notes = [
				...(attach ? [`${placesText(attach)} only`] : []),
				...(flags && flags.join() !== kfunc.flags.join() ? [`flags there: ${flags.join(' | ') || 'none'}`] : []),
			];
			return notes.length > 0 ? `${type} (${notes.join('; ')})` : type;
		})
		.join(', ');
}

function historyLines(catalog: Catalog, name: string): { label?: string; text: string }[] {
	const rows = catalog.history(name);
	const since = catalog.since(name);
	const out: { label?: string; text: string }[] = [];
	if (since !== undefined && !rows.some((row) => row.from === since))
		out.push({ label: `since ${since}`, text: 'first release that has it' });
	for (const row of rows) out.push({ label: spanText(row), text: rowText(row) });
	return out;
}

function spanText(row: HistoryRow): string {
	if (row.from !== undefined && row.until !== undefined) return `${row.from} up to before ${row.until}`;
	if (row.from !== undefined) return `since ${row.from}`;
	return row.until === undefined ? 'at all times' : `before ${row.until}`;
}

function rowText(row: HistoryRow): string {
	const parts = [
		row.flags && row.flags.length > 0 ? row.flags.join(' | ') : undefined,
		row.note,
		row.replacement && `instead: ${row.replacement}`,
	];
	return parts.filter((part) => part !== undefined && part !== '').join('; ');
}

function helperPage(catalog: Catalog, name: string): Page | undefined {
	const variants = [...catalog.helpers()].filter((helper) => helper.name === name);
	const first = variants[0];
	if (!first) return undefined;
	const sections: Section[] = variants.map((variant, index) => ({
		title: variants.length === 1 ? 'Arguments and result' : `Variant ${index + 1}: ${variant.proto}`,
		lines: [
			...variant.arguments.map((type, argument) => ({ label: `argument ${argument + 1}`, text: argumentText(variant, type, argument) })),
			{ label: 'result', text: `${variant.returns}${variant.returnsStruct ? ` (struct ${variant.returnsStruct})` : ''}` },
			{ label: 'programs', text: variant.programTypes.join(', ') },
			...(variant.mightSleep ? [{ label: 'sleeps', text: 'only where the program may sleep' }] : []),
			...(variant.gplOnly ? [{ label: 'licence', text: 'the program must be GPL-compatible' }] : []),
			...(variant.conditions ? [{ label: 'if', text: variant.conditions.join(' and ') }] : []),
		],
	}));
	return {
		prototype: `${name} (helper ${first.id})`,
		summary: catalog.words('helper', name) ?? '',
		sections: [
			...sections,
			{ title: 'Source', lines: [{ text: `Linux ${releaseText(catalog)}` }] },
			{ title: 'Documentation', lines: [{ text: helperLink() }] },
		],
	};
}

function argumentText(helper: Helper, type: string, argument: number): string {
	const struct = helper.argumentStructs?.[argument];
	const size = helper.argumentSizes?.[argument];
	return `${type}${struct ? ` (struct ${struct})` : ''}${size === undefined ? '' : ` (${size} bytes)`}`;
}

function plainText(page: Page): string {
	const out = [page.prototype, ''];
	if (page.summary !== '') out.push(...wrap(page.summary, '  '), '');
	for (const section of page.sections) {
		out.push(section.title);
		for (const line of section.lines) {
			if (line.label === undefined) out.push(...wrap(line.text, '  '));
			else {
				out.push(`  ${line.label}`);
				if (line.text !== '') out.push(...wrap(line.text, '      '));
			}
		}
		out.push('');
	}
	return `${out.join('\n').trimEnd()}\n`;
}

/** Terminals are 80 columns at least; longer lines of prose are broken there. */
const WIDTH = 80;

function wrap(text: string, indent: string): string[] {
	const out: string[] = [];
	let line = indent;
	for (const word of text.split(' ')) {
		if (line !== indent && line.length + 1 + word.length > WIDTH) {
			out.push(line);
			line = indent;
		}
		line += line === indent ? word : ` ${word}`;
	}
	return [...out, line];
}

function markdown(page: Page): string {
	const out = [`\`\`\`c\n${page.prototype}\n\`\`\``];
	if (page.summary !== '') out.push(page.summary);
	for (const section of page.sections) {
		const lines = section.lines.map((line) =>
			line.label === undefined ? line.text : `- \`${line.label}\`${line.text === '' ? '' : `: ${line.text}`}`,
		);
		const list = section.lines.some((line) => line.label !== undefined);
		out.push(list ? `**${section.title}**\n\n${lines.join('\n')}` : `**${section.title}:** ${lines.join(' ')}`);
	}
	return out.join('\n\n');
}
