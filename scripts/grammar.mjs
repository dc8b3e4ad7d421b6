// The TextMate injection for C: sections, map definitions, tags, program macros, and the names of kfuncs and helpers out of every shipped catalog.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './ensure.mjs';

const DATA = join(ROOT, 'server/src/kernel/data');

/** The names of a table of the catalogs, over all releases, sorted. */
function names(table) {
	const all = new Set();
	for (const file of readdirSync(DATA).filter((name) => /^\d+\.\d+\.json$/.test(name)))
		for (const name of Object.keys(JSON.parse(readFileSync(join(DATA, file), 'utf8'))[table])) all.add(name);
	return [...all].sort();
}

/** An expression that matches exactly these words; common beginnings are shared, so that a match fails soon. */
function oneOf(words) {
	const groups = new Map();
	for (const word of words) {
		const [first = ''] = word;
		groups.set(first, [...(groups.get(first) ?? []), word.slice(1)]);
	}
	const branches = [...groups].filter(([first]) => first !== '').map(([first, rest]) => first + oneOf(rest));
	if (branches.length === 0) return '';
	const end = groups.has('');
	if (branches.length === 1 && !end) return branches[0];
	return `(?:${branches.join('|')})${end ? '?' : ''}`;
}

/** The grammar's file. */
export function grammarText() {
	const kfuncs = names('kfuncs');
	const helpers = names('helpers').filter((name) => !kfuncs.includes(name));
	const call = (words, name) => ({ match: `\\b${oneOf(words)}\\b(?=\\s*\\()`, name });
	const grammar = {
		comment: 'Written by scripts/grammar.mjs; `npm run generate` writes it anew.',
		scopeName: 'source.c.bpf.injection',
		injectionSelector: 'L:source.c -comment -string',
		patterns: [
			{ include: '#section' },
			{ include: '#map-member' },
			{ include: '#map-type' },
			{ include: '#tags' },
			{ include: '#program' },
			{ include: '#kfunc' },
			{ include: '#helper' },
		],
		repository: {
			section: {
				comment: 'What names a program or says where a variable lies: SEC("type/target")',
				begin: '\\b(SEC)\\s*(\\()',
				// A section that is still being typed ends with its line.
				end: '\\)|$',
				name: 'meta.section.bpf',
				beginCaptures: { 1: { name: 'storage.modifier.section.bpf' }, 2: { name: 'punctuation.section.parens.begin.bracket.round.c' } },
				endCaptures: { 0: { name: 'punctuation.section.parens.end.bracket.round.c' } },
				patterns: [
					{
						begin: '"',
						end: '"|$',
						name: 'string.quoted.double.section.bpf',
						beginCaptures: { 0: { name: 'punctuation.definition.string.begin.c' } },
						endCaptures: { 0: { name: 'punctuation.definition.string.end.c' } },
						patterns: [
							{
								match: '\\G(\\?)?([\\w.]+)(?:(/)([^"]*))?',
								captures: {
									1: { name: 'keyword.operator.optional.bpf' },
									2: { name: 'support.type.section.bpf' },
									3: { name: 'punctuation.separator.section.bpf' },
									4: { name: 'entity.name.function.target.bpf' },
								},
							},
						],
					},
				],
			},
			'map-member': {
				comment: 'What a map is, member by member',
				match: '\\b(__uint|__type|__array|__ulong)\\s*\\(\\s*(\\w+)',
				captures: { 1: { name: 'keyword.other.map.bpf' }, 2: { name: 'variable.other.property.map.bpf' } },
			},
			'map-type': { match: '\\bBPF_MAP_TYPE_[A-Z0-9_]+\\b', name: 'support.constant.map-type.bpf' },
			tags: {
				patterns: [
					{
						comment: 'Pointers to kernel objects, in maps and elsewhere',
						match: '\\b(?:__kptr(?:_untrusted|_ref)?|__percpu_kptr|__uptr|__rcu|__contains)\\b',
						name: 'storage.modifier.kptr.bpf',
					},
					{
						comment: 'What a global subprogram asks of its arguments',
						match: '\\b__arg_(?:ctx|nonnull|nullable|trusted|untrusted|arena)\\b',
						name: 'storage.modifier.argument.bpf',
					},
					{ comment: 'What the loader resolves', match: '\\b(?:__ksym|__kconfig|__weak|__hidden)\\b', name: 'storage.modifier.symbol.bpf' },
				],
			},
			program: {
				comment: 'Wrappers that declare a program with typed arguments',
				match:
					'\\b(BPF_PROG2?|BPF_KPROBE|BPF_KRETPROBE|BPF_UPROBE|BPF_URETPROBE|BPF_KSYSCALL|BPF_KPROBE_SYSCALL|BPF_USDT|BPF_STRUCT_OPS(?:_SLEEPABLE)?)\\s*\\(\\s*(\\w+)?',
				captures: { 1: { name: 'support.function.program.bpf' }, 2: { name: 'entity.name.function.program.bpf' } },
			},
			kfunc: call(kfuncs, 'support.function.kfunc.bpf'),
			helper: call(helpers, 'support.function.helper.bpf'),
		},
	};
	return `${JSON.stringify(grammar, undefined, '\t')}\n`;
}
