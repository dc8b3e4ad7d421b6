// Loads of read-only global data whose content is known. The loader freezes its map (`.rodata`, `.rodata.*`), and the verifier reads constants out of it:
// check_mem_access() and bpf_map_direct_read(), kernel/bpf/verifier.c, 6.12. The compiler has folded what is `const` and not volatile before that.
import { strip } from '../btf/ctype.js';
import type { LoadOp } from '../flow/ir.js';
import { isQualified } from '../program/compatible.js';
import { InitialImage } from '../program/initial-image.js';
import type { GlobalSymbol, Unit } from '../program/model.js';
import { setLasting } from './remembered.js';
import { isGlobalId, type Pointer } from './value.js';

const FROZEN_SECTION = /^\.rodata(\.|$)/;
const images = new WeakMap<GlobalSymbol, InitialImage>();

/** Does it lie in a map that neither programs nor, once it is loaded, anybody else writes? */
export function isFrozen({ section }: GlobalSymbol): boolean {
	return FROZEN_SECTION.test(section);
}

/** What a load of this pointer's identity gives is the same each time: the verifier reads a constant, though nobody else knows which. */
export function isConstantPlace(p: Pointer): boolean {
	if (p.base.is !== 'global' || p.variable || p.base.symbol.extern || !isFrozen(p.base.symbol) || !isGlobalId(p.id)) return false;
	setLasting(p.id);
	return true;
}

/** What a load at this place of a global gives; undefined where the loader or the program may have put anything there. */
export function frozenNumber(unit: Unit, symbol: GlobalSymbol, p: Pointer, o: LoadOp): number | undefined {
	if (p.variable || symbol.extern || !(isFolded(symbol, o) || (unit.rodata === 'initial' && isFrozen(symbol)))) return undefined;
	const t = strip(o.type);
	if (t.kind !== 'int' && t.kind !== 'enum' && t.kind !== 'pointer') return undefined;
	let image = images.get(symbol);
	if (!image) images.set(symbol, (image = new InitialImage(unit.scope, symbol)));
	const width = o.bits ?? o.size * 8;
	const bits = image.read(p.offset * 8 + (o.bitAt ?? 0), width);
	if (bits === undefined) return undefined;
	const value = Number(t.kind !== 'pointer' && t.signed ? BigInt.asIntN(width, bits) : bits);
	// Beyond it numbers of the machine are not exact.
	return Number.isSafeInteger(value) ? value : undefined;
}

/** Does the compiler put the value in the place of the load? It may not where another object file can bring another definition. */
function isFolded({ type, weak }: GlobalSymbol, o: LoadOp): boolean {
	return isQualified(type, 'const') && !isQualified(type, 'volatile') && !o.volatile && !weak;
}
