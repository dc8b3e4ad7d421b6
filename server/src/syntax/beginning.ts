// How a main file begins: the macros before its first line, and the directives before its first declaration.
import { QUERIES } from './feature-queries.js';
import type { FileText } from './file-text.js';
import { lex } from './lexer.js';
import { type BuiltinMacro, type Macro, MacroError, parseDefine } from './macro.js';
import { PREDEFINED_MACROS } from './predefined.js';
import type { SourceFile } from './token.js';
import type { Problem } from './unit.js';

const BUILTIN_MACROS: BuiltinMacro[] = [
	'__LINE__',
	'__FILE__',
	'__FILE_NAME__',
	'__BASE_FILE__',
	'__INCLUDE_LEVEL__',
	'__COUNTER__',
	'__DATE__',
	'__TIME__',
	'__TIMESTAMP__',
];

/** Macros before the first line: clang's own, then `-D` and `-U`. Problems of malformed options go to `problems`. */
export function initialMacros(defines: readonly string[], undefines: readonly string[], problems: Problem[]): Map<string, Macro> {
	const macros = new Map<string, Macro>();
	const define = (file: SourceFile, start: number, end: number): void => {
		const tokens = lex(file, start, end);
		try {
			const macro = parseDefine(tokens, true);
			macros.set(macro.name, macro);
		} catch (error) {
			if (!(error instanceof MacroError)) throw error;
			problems.push({ severity: 'warning', code: 'invalid-option', message: `-D: ${error.message}`, at: { file, start, end } });
		}
	};
	const predefined: SourceFile = { path: '<predefined>', text: PREDEFINED_MACROS };
	for (let at = 0; at < PREDEFINED_MACROS.length; ) {
		const end = PREDEFINED_MACROS.indexOf('\n', at);
		if (end > at) define(predefined, at, end);
		at = end + 1;
	}
	const none = { parameters: undefined, variadic: false, body: [], slots: new Int16Array(0), operators: false };
	for (const name of BUILTIN_MACROS) macros.set(name, { ...none, name, builtin: name, active: 0 });
	for (const name of QUERIES) macros.set(name, { ...none, name, builtin: 'query', active: 0 });
	for (const option of defines) {
		const equals = option.indexOf('=');
		const text = equals < 0 ? `${option} 1` : `${option.slice(0, equals)} ${option.slice(equals + 1)}`;
		define({ path: '<command line>', text }, 0, text.length);
	}
	for (const name of undefines) macros.delete(name);
	return macros;
}

/**
 * How many leading chunks of a main file are its preamble: directives up to the last #include (with the #endif of a conditional around
 * it) before the first token. 0 where there is none.
 */
export function preambleChunks(file: FileText): number {
	let depth = 0;
	let end = 0;
	let included = false;
	for (let i = 0; i < file.chunks.length; i++) {
		const chunk = file.chunks[i]!;
		if (chunk.kind === 'text') {
			if (file.tokensOf(i).length) break;
			continue;
		}
		if (chunk.name.startsWith('if')) depth++;
		else if (chunk.name === 'endif') depth--;
		else if (chunk.name.startsWith('include')) included = true;
		if (depth === 0 && included) {
			end = i + 1;
			included = false;
		}
	}
	return end;
}
