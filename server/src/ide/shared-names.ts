// Do two files mean the same by a name of file scope? A header's function is one for all that include it, a kernel function is the kernel's, and what
// one file defines is what another one only declares. Two maps or programs of one name in two files are two.
import type { FunctionSymbol, GlobalSymbol } from '../program/model.js';
import type { View } from '../rules/checker.js';
import { declarationsOf } from './navigation.js';

/** True where both know the name, and as one and the same thing. */
export function isShared(name: string, one: View, other: View): boolean {
	const [mine, theirs] = [one, other].map((view) => symbolOf(view, name));
	if (!mine || !theirs || mine.kind !== theirs.kind) return false;
	const places = new Set(declarationsOf(one, name).map(({ path, start }) => `${start}:${path}`));
	if (declarationsOf(other, name).some(({ path, start }) => places.has(`${start}:${path}`))) return true;
	if (mine.static || theirs.static) return isHelper(mine) && isHelper(theirs);
	// The linker makes one of a definition and of declarations without one.
	return !isDefined(mine) || !isDefined(theirs);
}

function symbolOf(view: View, name: string): FunctionSymbol | GlobalSymbol | undefined {
	const symbol = view.unit.scope.symbol(name);
	return symbol?.kind === 'function' || symbol?.kind === 'global' ? symbol : undefined;
}

/** Headers declare helpers as static constants, each file its own. */
function isHelper(symbol: FunctionSymbol | GlobalSymbol): boolean {
	return symbol.kind === 'function' && symbol.helperId !== undefined;
}

function isDefined(symbol: FunctionSymbol | GlobalSymbol): boolean {
	return symbol.kind === 'function' ? symbol.definition !== undefined : !symbol.extern;
}
