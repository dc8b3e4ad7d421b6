// A helper's prototype in C: as the headers declare it, with the names of its parameters.
import { strip } from '../btf/ctype.js';
import { typeText } from '../btf/type-text.js';
import type { Catalog } from '../kernel/catalog.js';
import { parameterText } from '../kernel/describe.js';
import type { View } from '../rules/checker.js';
import type { Slice } from '../syntax/unit.js';

export interface Prototype {
	readonly label: string;
	/** Where each parameter stands in the label: UTF-16 offsets, ends exclusive. */
	readonly parameters: readonly (readonly [number, number])[];
	/** Their names; `argN` where no header tells. */
	readonly names: readonly string[];
}

const byHeader = new WeakMap<Slice, Prototype>();
const byCatalog = new WeakMap<Catalog, Map<string, Prototype>>();

/** The prototype by the slice that declares it, which outlives edits below the includes; of a helper that no header declares, by the catalog. */
export function helperPrototype(view: View, name: string): Prototype {
	const slice = view.unit.translation.lookup(name, 'ordinary')[0];
	const table = slice ? byHeader : (byCatalog.get(view.catalog) ?? new Map<string, Prototype>());
	if (!slice) byCatalog.set(view.catalog, table as Map<string, Prototype>);
	const key = (slice ?? name) as Slice & string;
	let found = table.get(key);
	if (!found) table.set(key, (found = makePrototype(view, name)));
	return found;
}

function makePrototype(view: View, name: string): Prototype {
	const symbol = view.unit.scope.symbol(name);
	const type = symbol?.kind === 'function' ? symbol.type : undefined;
	const names = (type?.parameters ?? []).map((parameter, index) => parameter.name ?? `arg${index + 1}`);
	const parameters = names.map((each, index) => parameterText(typeText(type!.parameters[index]!.type), each));
	if (type?.variadic) parameters.push('...');
	const result = type && strip(type.result).kind !== 'unknown' ? typeText(type.result) : 'long';
	return prototype(`${result}${result.endsWith('*') ? '' : ' '}${name}`, parameters, names);
}

/** `head(parameters)` with the parameters' places. */
export function prototype(head: string, parameters: readonly string[], names: readonly string[]): Prototype {
	let label = `${head}(`;
	const places = parameters.map((parameter, index) => {
		if (index > 0) label += ', ';
		const start = label.length;
		label += parameter;
		return [start, label.length] as const;
	});
	return { label: `${label}${parameters.length === 0 ? 'void' : ''})`, parameters: places, names };
}
