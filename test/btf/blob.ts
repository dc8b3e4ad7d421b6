// The BTF that clang 19 (-g -O1 --target=bpfel) makes of the program below, as base64.
//
//   #define TAG(x) __attribute__((btf_type_tag(x)))
//   #define DECL(x) __attribute__((btf_decl_tag(x)))
//   enum color { RED, GREEN = 5, BLUE };
//   enum wide { WIDE = 0x100000000ULL };
//   enum below { BELOW = -3 };
//   typedef unsigned int u32;
//   union value { u32 number; char text[4]; };
//   struct opaque;
//   struct node {
//       struct node TAG("rcu") *next;
//       const volatile u32 flags;
//       u32 low : 3;
//       u32 high : 7;
//       union value value;
//       struct { _Bool on; unsigned char pad[3]; };
//       struct opaque *hidden;
//       enum color color;
//       double weight;
//       int (*compare)(const struct node *, u32, ...);
//   };
//   struct node head;
//   enum wide w; enum below b;
//   DECL("bpf_kfunc") __attribute__((noinline)) struct node *node_find(struct node *from DECL("arg:nonnull"), u32 key) { return key ? from->next : from; }
//   int node_count(void) { return head.flags; }

export const BLOB = Buffer.from(
	[
		'n+sBABgAAAAAAAAAIAMAACADAADtAQAAAAAAAAAAAAICAAAAAQAAAAoAAIQ4AAAABgAAAAMAAAAAAAAACwAAAAQAAABAAAAAEQAAAAYAAABgAAADFQAAAAYA',
		'AABjAAAHGgAAAAgAAACAAAAAAAAAAAwAAACgAAAAIAAAABAAAADAAAAAJwAAABIAAAAAAQAALQAAABMAAABAAQAANAAAABQAAACAAQAAAAAAAAAAAAIlAAAA',
		'AAAAAAAAAAoFAAAAAAAAAAAAAAkGAAAAPAAAAAAAAAgHAAAAQAAAAAAAAAEEAAAAIAAAABoAAAACAAAFBAAAAE0AAAAGAAAAAAAAAFQAAAAKAAAAAAAAAFkA',
		'AAAAAAABAQAAAAgAAAEAAAAAAAAAAwAAAAAJAAAACwAAAAQAAABeAAAAAAAAAQQAAAAgAAAAAAAAAAIAAAQEAAAAcgAAAA0AAAAAAAAAdQAAAA8AAAAIAAAA',
		'eQAAAAAAAAEBAAAACAAABH8AAAAAAAABAQAAAAgAAAAAAAAAAAAAAwAAAAAOAAAACwAAAAMAAAAAAAAAAAAAAhEAAACNAAAAAAAABwAAAAAnAAAAAwAABgQA',
		'AACUAAAAAAAAAJgAAAAFAAAAngAAAAYAAACjAAAAAAAAEAgAAAAAAAAAAAAAAhUAAAAAAAAAAwAADRYAAAAAAAAAFwAAAAAAAAAGAAAAAAAAAAAAAACqAAAA',
		'AAAAAQQAAAAgAAABAAAAAAAAAAIYAAAAAAAAAAAAAAoCAAAAAAAAAAIAAA0BAAAArgAAAAEAAACzAAAABgAAALcAAAABAAAMGQAAAMEAAAAAAAARGgAAAAAA',
		'AADNAAAAAAAAERoAAAD/////AAAAAAAAAA0WAAAAjgEAAAEAAAwdAAAAxQEAAAAAAA4CAAAAAQAAAMoBAAABAAATCAAAAM8BAAAAAAAAAQAAANQBAAAAAAAO',
		'IAAAAAEAAADWAQAAAQAAhgQAAADcAQAA/f///+IBAAAAAAAOIgAAAAEAAADkAQAAAwAADwAAAAAfAAAAAAAAADgAAAAhAAAAAAAAAAgAAAAjAAAAAAAAAAQA',
		'AADpAQAAAAAAEgIAAAAAbm9kZQBuZXh0AGZsYWdzAGxvdwBoaWdoAHZhbHVlAGhpZGRlbgBjb2xvcgB3ZWlnaHQAY29tcGFyZQB1MzIAdW5zaWduZWQgaW50',
		'AG51bWJlcgB0ZXh0AGNoYXIAX19BUlJBWV9TSVpFX1RZUEVfXwBvbgBwYWQAX0Jvb2wAdW5zaWduZWQgY2hhcgBvcGFxdWUAUkVEAEdSRUVOAEJMVUUAZG91',
		'YmxlAGludABmcm9tAGtleQBub2RlX2ZpbmQAYXJnOm5vbm51bGwAYnBmX2tmdW5jAC50ZXh0AC9zcmMvdHlwZXMtcHJvYmUvdC9ibG9iLmMAREVDTCgiYnBm',
		'X2tmdW5jIikgX19hdHRyaWJ1dGVfXygobm9pbmxpbmUpKSBzdHJ1Y3Qgbm9kZSAqbm9kZV9maW5kKHN0cnVjdCBub2RlICpmcm9tIERFQ0woImFyZzpub25u',
		'dWxsIiksIHUzMiBrZXkpIHsgcmV0dXJuIGtleSA/IGZyb20tPm5leHQgOiBmcm9tOyB9AG5vZGVfY291bnQAaW50IG5vZGVfY291bnQodm9pZCkgeyByZXR1',
		'cm4gaGVhZC5mbGFnczsgfQBoZWFkAHdpZGUAV0lERQB3AGJlbG93AEJFTE9XAGIALmJzcwByY3UA',
	].join(''),
	'base64',
);

/** A raw blob out of types and strings. */
export function blobOf(typeWords: number[], strings: string): Buffer {
	const body = Buffer.alloc(typeWords.length * 4);
	for (const [index, word] of typeWords.entries()) body.writeUInt32LE(word >>> 0, index * 4);
	const names = Buffer.from(strings, 'latin1');
	const header = Buffer.alloc(24);
	header.writeUInt16LE(0xeb9f, 0);
	header.writeUInt8(1, 2);
	header.writeUInt32LE(24, 4);
	header.writeUInt32LE(0, 8);
	header.writeUInt32LE(body.length, 12);
	header.writeUInt32LE(body.length, 16);
	header.writeUInt32LE(names.length, 20);
	return Buffer.concat([header, body, names]);
}

/** The second word of a type. */
export const info = (kind: number, elements = 0, flag = 0): number => ((flag << 31) | (kind << 24) | elements) >>> 0;
