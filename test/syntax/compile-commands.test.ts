// How a file is compiled: compile_commands.json, compile_flags.txt, defaults.
import assert from 'node:assert/strict';
import path from 'node:path';
import { findCompileOptions, splitCommand } from '../../server/src/syntax/compile-commands.js';
import { memory } from './support.js';

const FILE = path.resolve('/virtual/src/prog.bpf.c');
const at = (name: string): string => path.resolve('/virtual', name);

function find(files: Record<string, string>, request = {}): ReturnType<typeof findCompileOptions> {
	return findCompileOptions(FILE, { includePaths: [], defines: [], ...request }, memory(files));
}

describe('compile options', () => {
	it('come from the entry of the file', () => {
		const command = 'clang --target=bpf -I../inc -I /abs -isystem sys "-DA=1 2" -DB -U C -include pre.h -g -O2 -c prog.bpf.c';
		const { options, problems } = find({ 'compile_commands.json': JSON.stringify([{ directory: 'src', file: 'prog.bpf.c', command }]) });
		assert.deepEqual(problems, []);
		assert.deepEqual(options.includePaths.slice(0, 2), [at('inc'), path.resolve('/abs')]);
		assert.equal(options.systemIncludePaths![0], at('src/sys'));
		assert.deepEqual(options.defines.slice(0, 2), ['A=1 2', 'B']);
		assert.deepEqual([options.undefines, options.forcedIncludes], [['C'], ['pre.h']]);
	});
	it('take a list of arguments as well', () => {
		const json = [{ directory: '..', file: 'src/prog.bpf.c', arguments: ['clang', '-I', 'inc', '-D', 'X'] }];
		const { options } = find({ 'build/compile_commands.json': JSON.stringify(json) });
		assert.equal(options.includePaths[0], at('inc'));
		assert.ok(options.defines.includes('X'));
	});
	it('of a file that is not listed come from one that compiles for BPF', () => {
		const json = [
			{ directory: '.', file: 'src/user.c', command: 'cc -DUSER -c src/user.c' },
			{ directory: '.', file: 'src/other.bpf.c', command: 'clang -target bpf -DKERNEL -c src/other.bpf.c' },
		];
		const { options } = find({ 'compile_commands.json': JSON.stringify(json) });
		assert.ok(options.defines.includes('KERNEL') && !options.defines.includes('USER'));
	});
	it('come from compile_flags.txt', () => {
		const { options, source } = find({ 'compile_flags.txt': '# flags\n-Iinc\n-DA\n\n' });
		assert.equal(source, at('compile_flags.txt'));
		assert.equal(options.includePaths[0], at('inc'));
	});
	it('have defaults, and a vmlinux.h of the neighbourhood', () => {
		const { options } = find({ 'vmlinux/vmlinux.h': '' });
		assert.deepEqual(options.includePaths, [at('src'), at('src/include'), at('include'), at('vmlinux')]);
	});
	it('of the caller come first', () => assert.equal(find({}, { includePaths: ['/mine'] }).options.includePaths[0], path.resolve('/mine')));
	for (const [name, text] of [
		['no JSON', '[{'],
		['no list', '{"a": 1}'],
	] as const) {
		it(`are a problem where the file is ${name}`, () => {
			const { problems, options } = find({ 'compile_commands.json': text });
			assert.deepEqual(
				problems.map(({ code }) => code),
				['compile-commands'],
			);
			assert.ok(options.includePaths.length > 0);
		});
	}
	it('pass over odd entries', () => {
		const json = [null, 3, { file: 7 }, { file: 'x.c' }, { directory: 'src', file: 'prog.bpf.c', arguments: ['clang', 5, '-DOK'] }];
		assert.ok(find({ 'compile_commands.json': JSON.stringify(json) }).options.defines.includes('OK'));
	});
	it('of a folder without the file are a problem', () => {
		assert.deepEqual(
			find({}, { compileCommands: '/virtual/none' }).problems.map(({ code }) => code),
			['compile-commands'],
		);
	});
	it('are split like a shell splits', () =>
		assert.deepEqual(splitCommand(`a "b c" d\\ e 'f "g' "" h\\"`), ['a', 'b c', 'd e', 'f "g', '', 'h"']));
});
