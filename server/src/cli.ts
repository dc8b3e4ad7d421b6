#!/usr/bin/env node
// The command line `bpfls`: words in, report out, exit status as documented in the README.
import './tuning.js';
import { writeSync } from 'node:fs';
import type { Command } from './cli/arguments.js';
import { parseArguments, UsageError } from './cli/arguments.js';
import { HELP } from './cli/help.js';
import type { Output } from './cli/output.js';
import { packageVersion } from './report/package-files.js';

const output: Output = {
	out: (text) => writeAll(1, text),
	error: (text) => writeAll(2, text),
	isTerminal: process.stdout.isTTY === true,
};

/** Writes everything before it returns, so that the exit status can be given at once; a reader that closed its pipe is no error. */
function writeAll(descriptor: number, text: string): void {
	const bytes = Buffer.from(text);
	for (let at = 0; at < bytes.length; ) {
		try {
			at += writeSync(descriptor, bytes, at);
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			if (code === 'EPIPE') return;
			if (code !== 'EAGAIN') throw error;
		}
	}
}

async function run(command: Command): Promise<number> {
	// Commands are loaded when they are asked for: the help needs no analysis, the server no report.
	switch (command.command) {
		case 'help':
			output.out(HELP);
			return 0;
		case 'version':
			output.out(`${packageVersion()}\n`);
			return 0;
		case 'serve':
			(await import('./lsp/serve.js')).serve();
			return new Promise(() => {});
		case 'explain':
			return (await import('./cli/explain.js')).runExplain(command.rule, output);
		case 'kfunc':
			return (await import('./cli/explain.js')).runKfunc(command.name, command.kernel, output);
		case 'check': {
			const { createChecker } = await import('./rules/create-checker.js');
			const { runCheck } = await import('./cli/check.js');
			return runCheck(command, await createChecker({ filesStay: !command.fix }), output);
		}
	}
}

async function main(): Promise<number> {
	try {
		return await run(parseArguments(process.argv.slice(2)));
	} catch (error) {
		if (error instanceof UsageError) output.error(`bpfls: ${error.message}\nTry 'bpfls --help'.\n`);
		else output.error(`bpfls: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
		return 2;
	}
}

void main().then((status) => {
	process.exit(status);
});
