// Signature help: the prototype of the kfunc or helper whose arguments are typed, with what the kernel asks of each.
import { argumentWords, callFlags } from '../kernel/call-words.js';
import { parameterText, parameterWords, prototypeText } from '../kernel/describe.js';
import type { View } from '../rules/checker.js';
import { cursorAt } from './cursor.js';
import { helperPrototype, type Prototype, prototype } from './helper-prototype.js';

export interface Signature extends Prototype {
	/** Markdown. */
	readonly documentation: string;
	/** By parameter; empty where there is nothing to say. */
	readonly notes: readonly string[];
	/** The parameter at the cursor, from 0. */
	readonly active: number;
	readonly kind: 'kfunc' | 'helper';
}

/** The signature at a UTF-16 offset; undefined outside of such calls. */
export function signatureAt(view: View, offset: number): Signature | undefined {
	const { call, place } = cursorAt(view, offset);
	if (!call || place === 'nowhere') return undefined;
	return kfuncSignature(view, call.name, call.argument) ?? helperSignature(view, call.name, call.argument);
}

function kfuncSignature({ catalog }: View, name: string, active: number): Signature | undefined {
	const kfunc = catalog.kfunc(name);
	if (!kfunc) return undefined;
	const text = prototypeText(kfunc);
	const open = text.indexOf(`${name}(`) + name.length;
	const parameters = kfunc.parameters.map((parameter) => parameterText(parameter.type, parameter.name));
	const flags = kfunc.flags.flatMap((flag) => {
		const words = catalog.words('flag', flag);
		return words ? [`- \`${flag}\`: ${words}`] : [];
	});
	return {
		...prototype(
			text.slice(0, open),
			parameters,
			kfunc.parameters.map((parameter) => parameter.name),
		),
		documentation: [catalog.words('kfunc', name) ?? '', flags.join('\n')].filter(Boolean).join('\n\n'),
		notes: kfunc.parameters.map((_, index) => joined(parameterWords(catalog, kfunc, index), flagWords(name, index))),
		active,
		kind: 'kfunc',
	};
}

function helperSignature(view: View, name: string, active: number): Signature | undefined {
	const helper = view.catalog.helper(name);
	if (!helper) return undefined;
	const shown = helperPrototype(view, name);
	return {
		...shown,
		documentation: view.catalog.words('helper', name) ?? '',
		// That flags are a number needs no words.
		notes: shown.parameters.map((_, index) => flagWords(name, index) || argumentWords(helper.arguments[index] ?? '')),
		active,
		kind: 'helper',
	};
}

function flagWords(name: string, index: number): string {
	const flags = callFlags(name, index).map((flag) => `- \`${flag.name}\`: ${flag.words}`);
	return flags.length > 0 ? flags.join('\n') : '';
}

function joined(...parts: readonly string[]): string {
	return parts.filter(Boolean).join('\n\n');
}
