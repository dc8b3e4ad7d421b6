// Completion at file scope: map definitions, each with what the kernel asks of a map of its type.
import { type MapType, mapTypes } from '../kernel/call-words.js';
import type { View } from '../rules/checker.js';
import type { Suggestion } from './suggestion.js';

/** Definitions of every type that the release has. Without snippets a definition cannot be filled in, so there are none. */
export function completeMaps({ catalog, layout }: View, snippets: boolean): Suggestion[] {
	if (!snippets) return [];
	return mapTypes(catalog.release).map((type): Suggestion => {
		const members = membersOf(type).map((member) => `\t${member};`);
		const lines = ['struct {', `\t__uint(type, BPF_MAP_TYPE_${type.name});`, ...members, '} <name> SEC(".maps");'];
		const label = `map: ${type.name.toLowerCase().replaceAll('_', ' ')}`;
		return {
			kind: 'map',
			label,
			filter: `map_${type.name.toLowerCase()}`,
			detail: `BPF_MAP_TYPE_${type.name}`,
			documentation: type.words,
			newText: holes(lines.join(layout.newline).replaceAll('\t', layout.step)),
			snippet: true,
			rank: 4,
		};
	});
}

function membersOf({ shape, flags }: MapType): string[] {
	const all: Readonly<Record<MapType['shape'], readonly string[]>> = {
		keyed: ['__uint(max_entries, <1024>)', '__type(key, <u32>)', '__type(value, <u64>)'],
		array: ['__uint(max_entries, <1>)', '__type(key, u32)', '__type(value, <u64>)'],
		bytes: ['__uint(max_entries, <256 * 1024>)'],
		ids: ['__uint(max_entries, <64>)', '__type(key, u32)', '__type(value, u32)'],
		values: ['__uint(max_entries, <1024>)', '__type(value, <u64>)'],
		storage: ['__uint(map_flags, BPF_F_NO_PREALLOC)', '__type(key, int)', '__type(value, <u64>)'],
		programs: ['__uint(max_entries, <8>)', '__type(key, u32)', '__type(value, u32)'],
		maps: [
			'__uint(max_entries, <8>)',
			'__type(key, u32)',
			'__array(values, struct {\n\t\t__uint(type, BPF_MAP_TYPE_<ARRAY>);\n\t\t__uint(max_entries, <1>);\n\t\t__type(key, u32);\n\t\t__type(value, <u64>);\n\t})',
		],
		stacks: ['__uint(max_entries, <1024>)', '__uint(key_size, sizeof(u32))', '__uint(value_size, <127> * sizeof(u64))'],
		pages: ['__uint(max_entries, <16>)'],
	};
	return [...(flags === undefined ? [] : [`__uint(map_flags, ${flags})`]), ...all[shape]];
}

/** What stands between angle brackets is to be filled in: the name first, then the rest from the top. */
function holes(text: string): string {
	let count = 1;
	return text.replace(/<([^>]*)>/g, (_, standing: string) => `\${${standing === 'name' ? 1 : ++count}:${standing}}`);
}
