// Reading BTF: types by name, marks of functions, modules upon their base, and blobs that are damaged.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BtfBlob, readBtf } from '../../server/src/btf/btf-blob.js';
import { BtfError } from '../../server/src/btf/btf-error.js';
import { KERNEL_BTF, openBtf } from '../../server/src/btf/btf-file.js';
import { BtfTypes } from '../../server/src/btf/btf-types.js';
import { allTags, findMember } from '../../server/src/btf/ctype.js';
import { text } from '../program/support.js';
import { BLOB, blobOf, info } from './blob.js';

const types = () => new BtfTypes(readBtf('blob', BLOB));

/** An ELF object with these sections and nothing else. */
function elfOf(sections: Record<string, Buffer>): Buffer {
	const names = ['', '.shstrtab', ...Object.keys(sections)];
	const strings = Buffer.from(`${names.join('\0')}\0`);
	const parts = [Buffer.alloc(0), strings, ...Object.values(sections)];
	const header = Buffer.alloc(64);
	header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
	const table = Buffer.alloc(64 * parts.length);
	let offset = 64;
	let name = 0;
	parts.forEach((part, index) => {
		table.writeUInt32LE(name, index * 64);
		table.writeUInt32LE(index === 0 ? 0 : 1, index * 64 + 4);
		table.writeBigUInt64LE(BigInt(offset), index * 64 + 0x18);
		table.writeBigUInt64LE(BigInt(part.length), index * 64 + 0x20);
		offset += part.length;
		name += names[index]!.length + 1;
	});
	header.writeBigUInt64LE(BigInt(offset), 0x28);
	header.writeUInt16LE(64, 0x3a);
	header.writeUInt16LE(parts.length, 0x3c);
	header.writeUInt16LE(1, 0x3e);
	return Buffer.concat([header, ...parts, table]);
}

describe('BTF', () => {
	it('gives a struct with its members, bit-fields, and tags', () => {
		const node = types().record('node');
		assert.ok(node);
		assert.equal(node.size, 56);
		assert.deepEqual(
			node.members.map((member) => [member.name, text(member.type), member.bitOffset ?? member.offset * 8, member.bitWidth]),
			[
				['next', 'struct node *__rcu', 0, undefined],
				['flags', 'const volatile u32', 64, undefined],
				['low', 'u32', 96, 3],
				['high', 'u32', 99, 7],
				['value', 'union value', 128, undefined],
				[undefined, 'struct {...}', 160, undefined],
				['hidden', 'struct opaque *', 192, undefined],
				['color', 'enum color', 256, undefined],
				['weight', 'double', 320, undefined],
				['compare', 'int (*)(const struct node *, u32, ...)', 384, undefined],
			],
		);
		const next = node.members[0]!.type;
		assert.ok(next.kind === 'pointer');
		assert.deepEqual(allTags(next.to), ['rcu']);
		assert.equal(next.to.kind === 'record' && next.to.id, node.id);
		assert.equal(findMember(node, 'pad')?.offset, 21);
	});

	it('gives prototypes with their parameters and marks', () => {
		const fn = types().functionType('node_find');
		assert.equal(text(fn), 'struct node *(struct node *, u32)');
		assert.deepEqual(
			fn?.parameters.map(({ name, declTags }) => [name, declTags]),
			[
				['from', ['arg:nonnull']],
				['key', undefined],
			],
		);
		assert.deepEqual(types().kfuncs(), ['node_find']);
		assert.deepEqual(types().functionTags('node_find'), ['bpf_kfunc']);
		assert.deepEqual(types().functionTags('node_count'), []);
	});

	it('gives enumerators with their sign and width', () => {
		assert.equal(types().enumerator('BLUE')?.value, 6n);
		assert.equal(types().enumerator('BELOW')?.value, -3n);
		assert.deepEqual([types().enumerator('WIDE')?.value, text(types().enumerator('WIDE')?.type)], [1n << 32n, 'unsigned long']);
		assert.equal(types().enumeration('wide')?.size, 8);
	});

	it('knows no more than is there', () => {
		const t = types();
		assert.deepEqual(
			[t.record('color'), t.record('opaque'), t.typedef('node'), t.functionType('head'), t.enumerator('PINK')],
			[undefined, undefined, undefined, undefined, undefined],
		);
		assert.equal(text(t.variable('head')), 'struct node');
	});

	it('reads the section of an ELF object', () => {
		const object = elfOf({ '.text': Buffer.alloc(8), '.BTF': BLOB });
		assert.equal(new BtfTypes(readBtf('object.o', object)).record('node')?.size, 56);
	});

	it('reads a module upon its base', () => {
		const base = readBtf('vmlinux', BLOB);
		// struct extra { struct node *first; struct extra *self; }, continuing the base's ids and strings.
		const id = base.typeCount;
		const stringBase = 1317 - BLOB.readUInt32LE(4) - BLOB.readUInt32LE(16);
		const strings = 'extra\0first\0self\0';
		const nodeId = base.find('node', 'tag')!;
		const name = (text: string) => stringBase + strings.indexOf(text);
		const words = [name('extra'), info(4, 2), 16, name('first'), id + 1, 0, name('self'), id + 2, 64, 0, info(2), nodeId, 0, info(2), id];
		const module = new BtfTypes(new BtfBlob('module', blobOf(words, strings), 0, 24 + words.length * 4 + strings.length, base));
		const extra = module.record('extra');
		assert.deepEqual(
			extra?.members.map((member) => `${member.name}: ${text(member.type)}`),
			['first: struct node *', 'self: struct extra *'],
		);
		assert.equal(module.record('node')?.size, 56);
	});

	describe('that is damaged', () => {
		const reason = (bytes: Uint8Array): string => {
			try {
				readBtf('bad.btf', bytes);
				return 'accepted';
			} catch (error) {
				assert.ok(error instanceof BtfError, String(error));
				return error.message;
			}
		};

		it('gives one error with file and offset, wherever it is cut', () => {
			for (let length = 0; length < BLOB.length; length++) {
				assert.match(reason(BLOB.subarray(0, length)), /^bad\.btf: .* \(at byte \d+\)$/, `cut at ${length}`);
			}
		});

		it('never fails otherwise, whichever byte is wrong', () => {
			for (let at = 0; at < BLOB.length; at++) {
				const bytes = Buffer.from(BLOB);
				bytes[at] = bytes[at]! ^ 0xff;
				if (reason(bytes) !== 'accepted') continue;
				const t = new BtfTypes(readBtf('bad.btf', bytes));
				text(t.functionType('node_find'));
				for (const member of t.record('node')?.members ?? []) text(member.type).slice(0, 1);
				t.enumerator('BLUE');
				t.kfuncs();
			}
		});

		const cases: [string, Buffer, RegExp][] = [
			['text', Buffer.from('int main(void) { return 0; }\n'), /wrong magic number/],
			['big-endian', Buffer.concat([Buffer.from([0xeb, 0x9f, 1, 0]), Buffer.alloc(20)]), /big-endian/],
			['an unknown kind', blobOf([0, info(31), 4], '\0'), /kind 31 of a type is not known \(at byte 28\)/],
			['a type that does not exist', blobOf([0, info(2), 7], '\0'), /type 7 does not exist \(at byte 32\)/],
			['a name beyond the strings', blobOf([99, info(7), 0], '\0a\0'), /name lies beyond the strings \(at byte 24\)/],
			['too many members', blobOf([0, info(4, 3), 4, 0, 0, 0], '\0'), /a type is cut off \(at byte 24\)/],
			['split BTF alone', blobOf([], 'module\0'), /needs the BTF that it continues/],
			['an ELF file without BTF', elfOf({ '.text': Buffer.alloc(4) }), /no \.BTF section/],
			['a cut ELF file', elfOf({ '.BTF': BLOB }).subarray(0, 1500), /beyond the end/],
		];
		for (const [what, bytes, expected] of cases) it(`says so: ${what}`, () => assert.match(reason(bytes), expected));

		it('ends where types lead to themselves', () => {
			// typedef a -> const -> typedef a; an array of itself.
			const t = new BtfTypes(readBtf('loop', blobOf([1, info(8), 2, 0, info(10), 1, 0, info(3), 0, 3, 3, 4, 3, info(8), 3], '\0a\0b\0')));
			assert.equal(text(t.typedef('a')), 'a');
			assert.equal(text(t.typedef('b')), 'b');
		});
	});

	describe('files', () => {
		let folder = '';
		before(() => {
			folder = mkdtempSync(join(tmpdir(), 'btf-'));
		});
		after(() => rmSync(folder, { recursive: true }));

		it('are read once and again when they change', () => {
			const path = join(folder, 'kernel.btf');
			writeFileSync(path, BLOB);
			const first = openBtf(path);
			assert.equal(openBtf(path), first);
			writeFileSync(path, elfOf({ '.BTF': BLOB }));
			assert.notEqual(openBtf(path), first);
		});

		it('that are missing, or folders, give an error that names them', () => {
			assert.throws(() => openBtf(join(folder, 'none')), { name: 'BtfError', message: `${join(folder, 'none')}: there is no such file` });
			assert.throws(() => openBtf(folder), { name: 'BtfError', message: `${folder}: not a file` });
		});

		it('include the running kernel, or the error of a missing file', () => {
			if (!existsSync(KERNEL_BTF)) {
				assert.throws(() => openBtf(KERNEL_BTF), { name: 'BtfError', message: `${KERNEL_BTF}: there is no such file` });
				return;
			}
			const kernel = openBtf(KERNEL_BTF);
			const task = kernel.record('task_struct');
			assert.ok(task && task.size > 1000);
			assert.equal(text(findMember(task, 'comm')?.type), 'char[16]');
			assert.equal(text(findMember(task, 'group_leader')?.type), 'struct task_struct *');
			assert.equal(kernel.enumerator('BPF_MAP_TYPE_HASH')?.value, 1n);
		});
	});
});
