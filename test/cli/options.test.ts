// Kernel releases and kernel configurations as people write them.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { checkOptions } from '../../server/src/lsp/settings.js';
import { displayPath, normalizeKernel, parseKernelConfig } from '../../server/src/options.js';

describe('options', () => {
	it('reads a release out of what uname prints', () => {
		const written = ['6.12', 'v6.12', ' 6.12.48 ', '6.12.117+deb12-cloud-amd64', '6.12-rc3', '6', '', 'newest', '6.x', '6.12 rm -rf'];
		assert.deepEqual(written.map(normalizeKernel), ['6.12', '6.12', '6.12', '6.12', '6.12', ...Array(5).fill(undefined)]);
	});

	it("reads a kernel's .config", () => {
		const text = 'CONFIG_A=y\r\nCONFIG_B=m\n# CONFIG_C is not set\nCONFIG_D=n\nCONFIG_E="text"\n# a comment\n\nnonsense\n';
		assert.deepEqual(parseKernelConfig(text), { CONFIG_A: true, CONFIG_B: true, CONFIG_C: false, CONFIG_D: false, CONFIG_E: true });
	});

	it('shows paths relative to the folder that holds them', () => {
		assert.equal(displayPath(join('/a', 'b', 'c.c'), '/a'), join('b', 'c.c'));
		assert.equal(displayPath('/ab/c.c', '/a'), '/ab/c.c');
		assert.equal(displayPath('<built-in>', '/a'), '<built-in>');
	});

	it('makes options of whatever a client sends, and names what it leaves out', () => {
		const complaints: string[] = [];
		const complain = (message: string) => complaints.push(message);
		const given = {
			kernel: 'six',
			includePaths: ['include', 7, '/abs'],
			defines: 'X',
			btf: 1,
			compileCommands: `\${workspaceFolder}/build`,
			rodata: 'zero',
			severities: { a: 'off', b: 'loud', c: 'default' },
		};
		assert.deepEqual(checkOptions(given, '/w', complain), {
			kernel: '6.12',
			includePaths: ['/w/include', '/abs'],
			defines: [],
			compileCommands: '/w/build',
			rodata: 'any',
			severities: { a: 'off' },
		});
		assert.equal(complaints.length, 5);
		const nothing = { kernel: '6.12', includePaths: [], defines: [], rodata: 'any', severities: {} };
		for (const garbage of [null, undefined, 5, 'x', []]) {
			assert.deepEqual(checkOptions(garbage, undefined, assert.fail), nothing);
		}
	});
});
