// Types and symbols of leading includes: one and the same for all units that begin alike, unless a unit knows better.
import { strict as assert } from 'node:assert';
import { loadCatalog } from '../../server/src/kernel/load.js';
import type { Unit } from '../../server/src/program/model.js';
import { buildUnit } from '../../server/src/program/unit.js';
import { SyntaxEngine } from '../../server/src/syntax/translation-unit.js';
import { createParser } from '../../server/src/syntax/tree-sitter.js';

const HEADERS: Readonly<Record<string, string>> = {
	'/h/types.h': 'typedef unsigned int u32;\nenum color { RED, GREEN = 7 };\n',
	'/h/task.h': 'struct task { u32 id; struct later *later; struct nowhere *nowhere; };\nint f(struct task *task);\n',
	'/h/later.h': 'struct later { u32 a; };\n',
};

describe('scopes of leading includes', () => {
	let engine: SyntaxEngine;
	before(async () => {
		engine = new SyntaxEngine({ parser: await createParser() });
	});

	const unit = (text: string, path = '/programs/a.bpf.c'): Unit => {
		const files = { read: (file: string) => HEADERS[file] };
		return buildUnit(engine.unit(path, text, { includePaths: ['/h'], defines: [], files }), loadCatalog('6.12'));
	};
	const INCLUDES = '#include <types.h>\n#include <task.h>\n';

	it('are one for two files', () => {
		const a = unit(`${INCLUDES}struct own { struct task task; };\n`);
		const b = unit(`// another\n${INCLUDES}int g(void);\n`, '/programs/b.bpf.c');
		assert.equal(a.scope.record('task'), b.scope.record('task'));
		assert.equal(a.scope.symbol('f'), b.scope.symbol('f'));
		assert.equal(a.scope.record('own')?.size, 16 + 8);
		assert.equal(b.scope.record('own'), undefined);
		const red = b.scope.symbol('GREEN');
		assert.equal(red?.kind === 'enumerator' && red.value, 7n);
	});

	it('of a shorter beginning serve a longer one', () => {
		const a = unit('#include <types.h>\nint g(enum color);\n');
		const b = unit(`${INCLUDES}int g(enum color);\n`);
		const parameter = (of: Unit) => {
			const symbol = of.scope.symbol('g');
			return symbol?.kind === 'function' ? symbol.type.parameters[0]?.type : undefined;
		};
		assert.ok(parameter(a));
		assert.equal(parameter(a), parameter(b));
	});

	for (const [where, text] of [
		['the file', `${INCLUDES}struct later { u32 a; u32 b; };\n`],
		['a later header', `${INCLUDES}#include <later.h>\nint x;\n`],
	] as const) {
		it(`step aside where ${where} defines what they leave open`, () => {
			const plain = unit(`${INCLUDES}int x;\n`);
			const knows = unit(text, '/programs/b.bpf.c');
			const target = (of: Unit) => {
				const member = of.scope.record('task')?.members.find(({ name }) => name === 'later');
				assert.equal(member?.type.kind, 'pointer');
				return member?.type.kind === 'pointer' ? member.type.to : undefined;
			};
			assert.deepEqual([target(plain)?.kind, (target(plain) as { complete?: boolean }).complete], ['record', false]);
			assert.equal(target(knows), knows.scope.record('later'));
			assert.notEqual(plain.scope.record('task'), knows.scope.record('task'));
		});
	}

	it('give what nobody defines one identity', () => {
		const a = unit(`${INCLUDES}extern struct nowhere *mine;\n`);
		const member = a.scope.record('task')?.members.find(({ name }) => name === 'nowhere')?.type;
		const mine = a.scope.symbol('mine');
		assert.ok(member?.kind === 'pointer' && mine?.kind === 'global' && mine.type.kind === 'pointer');
		assert.equal(member.to, mine.type.to);
	});

	it('give a name that the file declares again what the file says of it', () => {
		const a = unit(`${INCLUDES}__attribute__((weak)) int f(struct task *task);\n`);
		const symbol = a.scope.symbol('f');
		assert.equal(symbol?.kind === 'function' && symbol.weak, true);
	});
});
