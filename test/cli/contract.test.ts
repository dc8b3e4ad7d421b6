// The command line's contract: words, formats, exit status.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLEAN, CONFIGURED, LEAK } from './programs.js';
import { bpfls, checkJson, withFiles } from './run-cli.js';

describe('bpfls', () => {
	it('says what it can do', () => {
		const help = bpfls(['--help']);
		assert.equal(help.status, 0);
		for (const word of [
			'check',
			'serve --stdio',
			'explain RULE',
			'kfunc NAME',
			'--format',
			'--kernel',
			'--rodata',
			'-I',
			'-D',
			'-p',
			'--fix',
			'--dump',
		])
			assert.ok(help.out.includes(word), `the help names ${word}`);
		assert.match(bpfls(['--version']).out, /^\d+\.\d+\.\d+\n$/);
	});

	const mistakes: [string, string[], RegExp][] = [
		['no command', [], /no command/],
		['an unknown command', ['chekc', 'x.c'], /unknown command 'chekc'/],
		['no file', ['check'], /at least one file/],
		['an unknown option', ['check', '--fromat', 'json', 'x.c'], /unknown option --fromat/],
		['an unknown format', ['check', '--format', 'xml', 'x.c'], /pretty, json, sarif, github/],
		['a value that is missing', ['check', 'x.c', '--kernel'], /--kernel wants a value/],
		['a release that is none', ['check', '--kernel', 'newest', 'x.c'], /release like 6\.12/],
		['data that is neither any nor initial', ['check', '--rodata', 'zero', 'x.c'], /--rodata is one of any, initial/],
		['a macro that is none', ['check', '-D', '1X', 'x.c'], /-D wants NAME/],
		['an option of another command', ['explain', '--fix', 'unreleased-reference'], /has no option --fix/],
		['a kernel configuration that is not there', ['check', '--kernel-config', 'none.config', 'x.c'], /cannot read none\.config/],
		['a server without a transport', ['serve'], /--stdio/],
		['two rules at once', ['explain', 'a', 'b'], /one rule/],
	];
	for (const [name, words, message] of mistakes) {
		it(`refuses ${name}`, () => {
			const { status, out, error } = bpfls(words);
			assert.equal(status, 2);
			assert.equal(out, '');
			assert.match(error, message);
		});
	}

	it('explains a rule, and names the nearest where there is none', () => {
		const page = bpfls(['explain', 'unreleased-reference']);
		assert.equal(page.status, 0);
		assert.match(page.out, /unreleased-reference/);
		const slip = bpfls(['explain', 'unreleased-refrence']);
		assert.equal(slip.status, 2);
		assert.match(slip.error, /did you mean unreleased-reference\?/);
	});

	it('tells what it knows of a kfunc', () => {
		const known = bpfls(['kfunc', 'bpf_task_acquire', '--kernel', '6.12']);
		assert.equal(known.status, 0);
		assert.match(known.out, /bpf_task_release/);
		const slip = bpfls(['kfunc', 'bpf_task_aquire']);
		assert.equal(slip.status, 2);
		assert.match(slip.error, /did you mean bpf_task_acquire\?/);
	});
});

describe('bpfls check', () => {
	it('exits 0 where nothing is found and 1 where an error is', () => {
		assert.equal(checkJson({ 'clean.bpf.c': CLEAN }).status, 0);
		assert.equal(checkJson({ 'leak.bpf.c': LEAK }).status, 1);
	});

	it('takes const volatile variables for any value, or as they are written', () => {
		const files = { 'leak.bpf.c': CONFIGURED };
		assert.equal(checkJson(files).status, 1);
		assert.equal(checkJson(files, '--rodata', 'initial').status, 0);
	});

	it('prints the documented JSON object, with lines and columns from 1', () => {
		const { report } = checkJson({ 'leak.bpf.c': LEAK });
		assert.equal(report.version, 1);
		assert.equal(report.kernel, '6.12');
		const [file] = report.files;
		assert.equal(file?.path, 'leak.bpf.c');
		assert.deepEqual(
			file.programs.map(({ name, section, verdict }) => ({ name, section, verdict })),
			[{ name: 'watch', section: 'tp_btf/task_newtask', verdict: 'reject' }],
		);
		const [finding, ...others] = file.findings;
		assert.deepEqual(others, []);
		assert.equal(finding?.rule, 'unreleased-reference');
		assert.equal(finding.category, 'Resource Lifetime Safety');
		assert.equal(finding.severity, 'error');
		assert.equal(finding.program, 'watch');
		assert.deepEqual(finding.range.start, { line: 20, column: 3 });
		const acquire = finding.related.find((one) => one.range.start.line === 15);
		assert.equal(acquire?.path, 'leak.bpf.c');
		assert.ok(finding.fixes.some((fix) => fix.preferred && fix.edits.length > 0));
	});

	it('counts columns in UTF-16 units', () => {
		const { report } = checkJson({ 'leak.bpf.c': LEAK.replace('watched)\n\t\treturn', 'watched) /* \u{1f41d} */ return') });
		const line = '\tif (held->tgid != watched) /* \u{1f41d} */ return 0;';
		assert.deepEqual(report.files[0]?.findings[0]?.range.start, { line: 19, column: line.indexOf('return') + 1 });
	});

	it('prints frames with the path as numbered steps, coloured only where asked', () => {
		withFiles({ 'leak.bpf.c': LEAK }, (folder) => {
			const plain = bpfls(['check', 'leak.bpf.c'], folder);
			assert.equal(plain.status, 1);
			assert.match(plain.out, /^leak\.bpf\.c:20:3: error: .*\[unreleased-reference\]$/m);
			assert.match(plain.out, /^ {2}15 \| {5}struct task_struct \*held = bpf_task_acquire\(task\);$/m);
			assert.match(plain.out, /^ +\| +-+ 1\. /m);
			assert.match(plain.out, /^> 20 \| {9}return 0;$/m);
			assert.ok(!plain.out.includes('\x1b['));
			assert.ok(bpfls(['check', '--color', 'always', 'leak.bpf.c'], folder).out.includes('\x1b['));
			assert.ok(!bpfls(['check', 'leak.bpf.c'], folder, { NO_COLOR: '1', FORCE_COLOR: '1' }).out.includes('\x1b['));
		});
	});

	it('writes workflow commands for GitHub', () => {
		withFiles({ 'leak.bpf.c': LEAK }, (folder) => {
			const { out, status } = bpfls(['check', '--format=github', 'leak.bpf.c'], folder);
			assert.equal(status, 1);
			assert.match(out, /^::error file=leak\.bpf\.c,line=20,endLine=20,col=3,endColumn=\d+,title=bpfls%3A unreleased-reference::/m);
		});
	});

	it('writes SARIF with rules, code flows and fixes', () => {
		withFiles({ 'leak.bpf.c': LEAK }, (folder) => {
			const log = JSON.parse(bpfls(['check', '--format', 'sarif', 'leak.bpf.c'], folder).out);
			assert.equal(log.version, '2.1.0');
			const [run] = log.runs;
			const [result] = run.results;
			assert.equal(run.tool.driver.rules[result.ruleIndex].id, 'unreleased-reference');
			assert.equal(run.columnKind, 'utf16CodeUnits');
			const physical = result.locations[0].physicalLocation;
			assert.deepEqual(physical.artifactLocation, { uri: 'leak.bpf.c', uriBaseId: 'SRCROOT' });
			assert.equal(physical.region.startLine, 20);
			assert.ok(result.codeFlows[0].threadFlows[0].locations.length >= 2);
			assert.ok(result.fixes[0].artifactChanges[0].replacements.length > 0);
		});
	});

	it('finds headers by -I and obeys -D', () => {
		const guarded = LEAK.replace('watched)\n\t\treturn 0;', 'watched)\n#ifdef LOSE\n\t\treturn 0;\n#else\n\t\twatched = LATEST;\n#endif');
		withFiles({ 'a.bpf.c': guarded.replace('int watched;', '#include <mine.h>\nint watched;') }, (folder) => {
			const include = join(folder, 'mine.h');
			writeFileSync(include, '#define LATEST 7\n');
			assert.equal(bpfls(['check', '-I', folder, 'a.bpf.c'], folder).status, 0);
			assert.equal(bpfls(['check', `-I${folder}`, '-DLOSE', 'a.bpf.c'], folder).status, 1);
		});
	});

	it('applies preferred fixes, and then finds nothing', () => {
		withFiles({ 'leak.bpf.c': `\ufeff${LEAK}` }, (folder) => {
			const fixed = bpfls(['check', '--fix', 'leak.bpf.c'], folder);
			assert.equal(fixed.status, 0, fixed.out);
			assert.match(fixed.out, /^leak\.bpf\.c: fixed: /m);
			const text = readFileSync(join(folder, 'leak.bpf.c'), 'utf8');
			assert.ok(text.startsWith('\ufeff#include'), 'the byte order mark stays');
			assert.match(text, /bpf_task_release\(held\);[\s\S]*bpf_task_release\(held\);|goto/);
			assert.equal(bpfls(['check', 'leak.bpf.c'], folder).status, 0);
		});
	});

	it('is silent where a comment says so', () => {
		const silenced = LEAK.replace('watched)\n\t\treturn 0;', 'watched)\n\t\treturn 0; // bpfls: ignore[unreleased-reference]');
		const { status, report } = checkJson({ 'leak.bpf.c': silenced });
		assert.equal(status, 0);
		assert.deepEqual(report.files[0]?.findings, []);
		assert.equal(report.files[0]?.programs[0]?.verdict, 'reject');
	});

	it('tells of a comment that silences nothing, and takes it out', () => {
		const idle = LEAK.replace('if (!held)\n\t\treturn 0;', 'if (!held)\n\t\treturn 0; // bpfls: ignore[release-unowned]');
		assert.notEqual(idle, LEAK);
		const { report } = checkJson({ 'leak.bpf.c': idle });
		assert.deepEqual(
			report.files[0]?.findings.map(({ rule, severity }) => [rule, severity]),
			[
				['unused-suppression', 'warning'],
				['unreleased-reference', 'error'],
			],
		);
		withFiles({ 'leak.bpf.c': idle }, (folder) => {
			assert.equal(bpfls(['check', '--fix', 'leak.bpf.c'], folder).status, 0);
			assert.ok(!readFileSync(join(folder, 'leak.bpf.c'), 'utf8').includes('bpfls:'));
		});
		assert.match(bpfls(['explain', 'unused-suppression'], '.').out, /silences nothing/);
	});

	it('dumps graphs and states', () => {
		withFiles({ 'leak.bpf.c': LEAK }, (folder) => {
			for (const what of ['cfg', 'states']) {
				const { status, out } = bpfls(['check', '--dump', what, 'leak.bpf.c'], folder);
				assert.equal(status, 0);
				assert.match(out, /watch/);
			}
		});
	});
});

describe('the target kernel', () => {
	it('may be a release without a catalog of its own, and the report says whose answers', () => {
		const { report } = checkJson({ 'clean.bpf.c': CLEAN }, '--kernel', 'v6.14.3-generic');
		assert.equal(report.kernel, '6.14');
		assert.equal(report.catalog, '6.12');
		assert.equal(checkJson({ 'clean.bpf.c': CLEAN }).report.catalog, undefined);
		withFiles({ 'clean.bpf.c': CLEAN }, (folder) => {
			const { out } = bpfls(['check', '--kernel', '6.14', 'clean.bpf.c'], folder);
			assert.match(out, /for Linux 6\.14 \(by the catalog of 6\.12\)/);
		});
	});
});
