// Messages that no editor sends: wrong values in known places, unknown methods, cancelled twice, too much, too early, to nobody.
import type { Chance } from './mutate.js';
import type { ServerProcess } from './server-process.js';
import { QUESTIONS } from './session.js';

/** An oversized value, in characters. */
const OVERSIZED = 4_000_000;
const METHODS = [
	...[
		'initialize',
		'textDocument/diagnostic',
		'codeAction/resolve',
		'completionItem/resolve',
		'bpfls/dump',
		'bpfls/ping',
		'no/such/method',
		'',
		'$/odd',
	],
	...[
		'callHierarchy/incomingCalls',
		'callHierarchy/outgoingCalls',
		'workspace/symbol',
		'workspace/executeCommand',
		'textDocument/semanticTokens/range',
	],
];
const NOTIFICATIONS = [
	...['didOpen', 'didChange', 'didClose', 'didSave', 'willSave'].map((name) => `textDocument/${name}`),
	...['workspace/didChangeConfiguration', 'workspace/didChangeWatchedFiles', 'workspace/didChangeWorkspaceFolders'],
	...['initialized', '$/setTrace', '$/cancelRequest', '$/progress', 'no/such/notification', ''],
];
const FRAMES = [
	'{garbage}',
	'',
	'[]',
	'null',
	'7',
	'"text"',
	'{}',
	'{"jsonrpc":"2.0"}',
	'{"jsonrpc":"1.0","id":"old","method":7}',
	'[{"jsonrpc":"2.0","method":"x"}]',
	'\u0000',
];

/** Any value; few of them make sense anywhere. */
function anything(chance: Chance, uris: readonly string[], depth = 0): unknown {
	const scalars = [
		null,
		true,
		-1,
		0,
		1,
		0.5,
		1e308,
		-(2 ** 31),
		2 ** 53,
		'',
		'c',
		'file:///x.bpf.c',
		'\ud800',
		'\0',
		uris[chance(uris.length)],
	];
	if (depth > 3) return scalars[chance(scalars.length)];
	switch (chance(6)) {
		case 0:
			return Array.from({ length: chance(4) }, () => anything(chance, uris, depth + 1));
		case 1:
			return position(chance);
		case 2:
			return { start: position(chance), end: position(chance) };
		case 3:
			return parameters(chance, uris, depth + 1);
		default:
			return scalars[chance(scalars.length)];
	}
}

function position(chance: Chance): object {
	const numbers = [-1, 0, 1, 3, 10, 100, 4_000_000, 2 ** 31, 2 ** 53, 0.5, null, '1'];
	return { line: numbers[chance(numbers.length)], character: numbers[chance(numbers.length)] };
}

/** Parameters with the names that the protocol knows, and values that may be anything. */
function parameters(chance: Chance, uris: readonly string[], depth = 0): Record<string, unknown> {
	const any = () => anything(chance, uris, depth + 1);
	const uri = uris[chance(uris.length)];
	const known: Record<string, () => unknown> = {
		textDocument: () => (chance(4) === 0 ? any() : { uri, version: any(), languageId: 'c', ...(chance(4) === 0 && { text: any() }) }),
		position: () => position(chance),
		range: () => ({ start: position(chance), end: position(chance) }),
		contentChanges: () => [{ range: { start: position(chance), end: position(chance) }, text: chance(2) === 0 ? 'x' : any() }, any()],
		context: () => ({ diagnostics: any(), only: any(), includeDeclaration: any(), triggerKind: any() }),
		item: () => ({ uri, name: any(), range: any(), selectionRange: any(), data: any() }),
		settings: () => ({ bpfls: { kernel: any(), includePaths: any(), defines: any(), severities: any(), btf: any() } }),
		event: () => ({ added: any(), removed: any() }),
		changes: () => [{ uri, type: any() }],
		...Object.fromEntries(['id', 'data', 'edit', 'label', 'kind', 'previousResultId', 'what', 'uri', 'value'].map((name) => [name, any])),
	};
	const names = Object.keys(known);
	const chosen = ['textDocument', ...Array.from({ length: chance(5) }, () => names[chance(names.length)]!)];
	return Object.fromEntries(chosen.map((name) => [name, known[name]!()]));
}

/**
 * Sends a few messages that are no good. What the protocol asks an answer to is waited for by `server.settle`.
 * Gives what was sent, in words.
 */
export function garbage(server: ServerProcess, chance: Chance, uris: readonly string[]): string {
	const sent: string[] = [];
	const say = (what: string, value: unknown): void => {
		sent.push(`${what} ${JSON.stringify(value)?.slice(0, 2000)}`);
	};
	const methods = [...METHODS, ...QUESTIONS.map(([method]) => method)];
	for (let count = 1 + chance(6); count > 0; count--) {
		switch (chance(8)) {
			case 0: {
				const method = NOTIFICATIONS[chance(NOTIFICATIONS.length)]!;
				const params = chance(3) === 0 ? anything(chance, uris) : parameters(chance, uris);
				say(`notify ${method}`, params);
				// The documents of this session stay open: what is not open cannot be brought together again.
				if (!/didOpen|didClose/.test(method) || !uris.slice(0, -4).some((uri) => JSON.stringify(params)?.includes(uri)))
					server.notify(method, params);
				break;
			}
			case 1: {
				const frame = FRAMES[chance(FRAMES.length)]!;
				say('frame', frame);
				server.raw(`Content-Length: ${Buffer.byteLength(frame)}\r\n\r\n${frame}`);
				break;
			}
			case 2: {
				const method = methods[chance(methods.length)]!;
				const params = parameters(chance, uris);
				say(`ask and cancel twice ${method}`, params);
				const id = server.ask(method, params);
				server.notify('$/cancelRequest', { id });
				server.notify('$/cancelRequest', { id });
				break;
			}
			case 3: {
				const id = [-1, 'no such', null, {}, 1.5][chance(5)];
				say('cancel or answer what nobody asked', id);
				server.notify('$/cancelRequest', { id });
				server.send({ jsonrpc: '2.0', id: chance(2) === 0 ? 4711 : 'x', result: anything(chance, uris) });
				break;
			}
			case 4: {
				if (chance(20) > 0) break;
				say('an oversized message', OVERSIZED);
				server.ask('textDocument/hover', { textDocument: { uri: 'x'.repeat(OVERSIZED) }, position: position(chance) });
				break;
			}
			default: {
				const method = methods[chance(methods.length)]!;
				const params = chance(4) === 0 ? anything(chance, uris) : parameters(chance, uris);
				say(`ask ${method}`, params);
				server.ask(method, params);
			}
		}
	}
	return sent.join('\n');
}
