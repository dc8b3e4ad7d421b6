// Objects whose properties are made when they are first asked for.

/** An object with what the makers make: each once, on first use, and again after a maker that threw. */
export function lazily<T extends object>(makers: { readonly [K in keyof T]-?: () => T[K] }): T {
	const out = {};
	for (const [name, make] of Object.entries(makers) as [string, () => unknown][])
		Object.defineProperty(out, name, {
			enumerable: true,
			configurable: true,
			get() {
				const value = make();
				Object.defineProperty(out, name, { value, enumerable: true });
				return value;
			},
		});
	return out as T;
}
