// A helper's prototype in C: as the headers declare it, with the names of its parameters.
import { strip } from '../btf/ctype.js';
import { typeText } from '../btf/type-text.js';
import type { Helper } from '../kernel/catalog.js';
import { parameterText } from '../kernel/describe.js';
import type { View } from '../rules/checker.js';

export interface Prototype {
	readonly label: string;
	/** Where each parameter stands in the label: UTF-16 offsets, ends exclusive. */
	readonly parameters: readonly (readonly [number, number])[];
}

/** The names of a helper's parameters; `argN` where no header tells. */
export function helperParameters(view: View, name: string): readonly string[] {
	const symbol = view.unit.scope.symbol(name);
	const declared = symbol?.kind === 'function' ? symbol.type.parameters : [];
	return declared.map((parameter, index) => parameter.name ?? `arg${index + 1}`);
}

export function helperPrototype(view: View, helper: Helper): Prototype {
	const symbol = view.unit.scope.symbol(helper.name);
	const type = symbol?.kind === 'function' ? symbol.type : undefined;
	const parameters = (type?.parameters ?? []).map((parameter, index) =>
		parameterText(typeText(parameter.type), parameter.name ?? `arg${index + 1}`),
	);
	if (type?.variadic) parameters.push('...');
	const result = type && strip(type.result).kind !== 'unknown' ? typeText(type.result) : 'long';
	return prototype(`${result}${result.endsWith('*') ? '' : ' '}${helper.name}`, parameters);
}

/** `head(parameters)` with the parameters' places. */
export function prototype(head: string, parameters: readonly string[]): Prototype {
	let label = `${head}(`;
	const places = parameters.map((parameter, index) => {
		if (index > 0) label += ', ';
		const start = label.length;
		label += parameter;
		return [start, label.length] as const;
	});
	return { label: `${label}${parameters.length === 0 ? 'void' : ''})`, parameters: places };
}
