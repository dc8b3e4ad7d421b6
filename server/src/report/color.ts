// Colours of the terminal, or none: every style is a function from text to text.

export interface Palette {
	readonly bold: (text: string) => string;
	readonly dim: (text: string) => string;
	readonly error: (text: string) => string;
	readonly warning: (text: string) => string;
	readonly info: (text: string) => string;
	readonly good: (text: string) => string;
}

export type ColorChoice = 'auto' | 'always' | 'never';

/**
 * Whether to colour. `auto` follows the customs of terminals: NO_COLOR (set and not empty) says no, FORCE_COLOR says yes, else
 * colours go only to a terminal that is not `dumb`.
 */
export function useColor(choice: ColorChoice, isTerminal: boolean, environment: NodeJS.ProcessEnv): boolean {
	if (choice !== 'auto') return choice === 'always';
	if (environment.NO_COLOR) return false;
	if (environment.FORCE_COLOR && environment.FORCE_COLOR !== '0') return true;
	return isTerminal && environment.TERM !== 'dumb';
}

/** The styles, or their plain forms. */
export function palette(color: boolean): Palette {
	const style = (code: string) => (color ? (text: string) => `\x1b[${code}m${text}\x1b[0m` : (text: string) => text);
	return { bold: style('1'), dim: style('2'), error: style('1;31'), warning: style('1;33'), info: style('1;36'), good: style('1;32') };
}
