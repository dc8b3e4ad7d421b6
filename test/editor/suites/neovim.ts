// A real Neovim with the settings of docs/editors.md, alone and beside a real clangd.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../server/src/report/package-files.js';
import { needPackages } from '../debian.js';
import { addHeader, documented } from '../documented.js';
import { stage } from '../stage.js';

/** What the script writes down at the end. */
interface Seen {
	readonly clients: readonly string[];
	/** What is shown, each with the name of the server that says it. `lnum` counts from 0. */
	readonly diagnostics: readonly { readonly server: string; readonly lnum: number; readonly message: string; readonly code?: string }[];
	readonly hovers: Readonly<Record<string, readonly string[]>>;
	readonly definitions: Readonly<Record<string, number>>;
	readonly actions: readonly string[];
	/** The diagnostics of ours after the first action was applied, and the line that it wrote. */
	readonly left: number;
	readonly written: string;
}

/** Opens a file, waits until all servers have spoken, asks them what stands at a place, and applies the preferred repair. */
const SCRIPT = `
local out = { hovers = {}, definitions = {}, actions = {} }
local servers, file, line, column = tonumber(vim.env.SERVERS), vim.env.CFILE, tonumber(vim.env.LINE), tonumber(vim.env.COLUMN)
local spoken = {}
local publish = vim.lsp.handlers['textDocument/publishDiagnostics']
vim.lsp.handlers['textDocument/publishDiagnostics'] = function(err, result, ctx, config)
  spoken[ctx.client_id] = true
  publish(err, result, ctx, config)
end
vim.cmd('edit ' .. file)
vim.cmd('set filetype=c')
local function settled() return vim.tbl_count(spoken) >= servers end
vim.wait(30000, settled, 50)
-- One that starts late may make the other look again.
vim.wait(1000, function() return false end)
vim.cmd('doautocmd TextChanged')
local names = {}
for _, client in ipairs(vim.lsp.get_active_clients()) do names[client.id] = client.name end
out.clients = vim.tbl_values(names)
local function shown()
  local all = {}
  for id, name in pairs(names) do
    for _, one in ipairs(vim.diagnostic.get(0, { namespace = vim.lsp.diagnostic.get_namespace(id) })) do
      table.insert(all, { server = name, lnum = one.lnum, message = one.message, code = one.code })
    end
  end
  return all
end
out.diagnostics = shown()
local here = { textDocument = vim.lsp.util.make_text_document_params(), position = { line = line, character = column } }
local function ask(method, params)
  local answers = {}
  for id, answer in pairs(vim.lsp.buf_request_sync(0, method, params, 10000) or {}) do answers[names[id]] = answer.result end
  return answers
end
for name, result in pairs(ask('textDocument/hover', here)) do
  if result.contents then out.hovers[name] = vim.lsp.util.convert_input_to_markdown_lines(result.contents) end
end
for name, result in pairs(ask('textDocument/definition', here)) do out.definitions[name] = vim.tbl_islist(result) and #result or 1 end
local found = vim.tbl_filter(function(one) return one.server == 'bpfls' and one.code == 'unreleased-reference' end, out.diagnostics)[1]
if found then
  local at = { line = found.lnum, character = 16 }
  local answer = ask('textDocument/codeAction', { textDocument = here.textDocument, range = { start = at, ['end'] = at }, context = { diagnostics = {} } })
  local preferred
  for _, action in ipairs(answer.bpfls or {}) do
    table.insert(out.actions, action.title)
    if action.isPreferred then preferred = preferred or action end
  end
  if preferred then
    spoken = {}
    vim.lsp.util.apply_workspace_edit(preferred.edit, 'utf-16')
    vim.wait(30000, settled, 50)
  end
  out.written = vim.api.nvim_buf_get_lines(0, found.lnum, found.lnum + 1, false)[1]
  out.left = #vim.tbl_filter(function(one) return one.server == 'bpfls' and one.code == 'unreleased-reference' end, shown())
end
local report = io.open(vim.env.REPORT, 'w')
report:write(vim.json.encode(out))
report:close()
vim.cmd('qa!')
`;

const CLANGD = `
local clangd
vim.api.nvim_create_autocmd('FileType', {
  pattern = 'c',
  callback = function(args)
    clangd = clangd or vim.lsp.start_client({ name = 'clangd', cmd = { 'clangd-19' }, root_dir = vim.fn.getcwd() })
    vim.lsp.buf_attach_client(args.buf, clangd)
  end,
})
`;

/** Runs Neovim on the leaking example. @param line From 0. @param column From 0. @param header The header that the settings lead to is there. */
function neovim(setups: readonly string[], servers: number, line: number, column: number, header: boolean): Seen {
	const { home, bin } = stage();
	const folder = mkdtempSync(join(home, 'neovim-'));
	if (header) addHeader(folder);
	const file = join(folder, 'early-return-leak.bpf.c');
	copyFileSync(join(packageRoot(), 'examples', 'early-return-leak.bpf.c'), file);
	const report = join(folder, 'report.json');
	const scripts = [...setups, SCRIPT].map((text, index) => {
		const path = join(folder, `${index}.lua`);
		writeFileSync(path, text);
		return path;
	});
	const done = spawnSync('nvim', ['--headless', '-u', 'NONE', ...scripts.map((path) => `+luafile ${path}`)], {
		cwd: folder,
		encoding: 'utf8',
		timeout: 90_000,
		env: {
			...process.env,
			HOME: folder,
			PATH: `${bin}:${process.env.PATH}`,
			CFILE: file,
			REPORT: report,
			SERVERS: String(servers),
			LINE: String(line),
			COLUMN: String(column),
		},
	});
	assert.ok(existsSync(report), `Neovim did not get to its end: ${done.stdout}${done.stderr}`);
	return JSON.parse(readFileSync(report, 'utf8'));
}

describe('Neovim', () => {
	before(() => needPackages({ neovim: '/usr/bin/nvim', 'clangd-19': '/usr/bin/clangd-19' }));

	it('works with the settings of the documentation', () => {
		const seen = neovim([documented('Neovim', 'lua')], 1, 26, 5, true);
		assert.deepEqual(seen.clients, ['bpfls']);
		// The header is found, so the settings have arrived.
		assert.deepEqual(
			seen.diagnostics.map((one) => [one.code, one.lnum]),
			[['unreleased-reference', 27]],
		);
		assert.match(seen.hovers.bpfls?.join('\n') ?? '', /trusted pointer to `struct task_struct`, not NULL; reference #1/);
		assert.ok(seen.actions[0]?.startsWith('Release it with'), `offered: ${seen.actions.join(' | ')}`);
		assert.match(seen.written, /bpf_task_release\(held\);/);
		assert.equal(seen.left, 0);
	});

	it('tells of a missing header, once', () => {
		const seen = neovim([documented('Neovim', 'lua')], 1, 26, 5, false);
		const codes = seen.diagnostics.map((one) => one.code).sort();
		assert.deepEqual(codes, ['missing-header', 'unreleased-reference']);
	});

	it('has nothing twice beside clangd', () => {
		// On the release, which is a function of C as well as a kfunc.
		const seen = neovim([CLANGD, documented('Neovim', 'lua')], 2, 30, 5, false);
		assert.deepEqual([...seen.clients].sort(), ['bpfls', 'clangd']);
		const of = (server: string) => seen.diagnostics.filter((one) => one.server === server);
		assert.ok(
			of('clangd').some((one) => /file not found/.test(one.message)),
			'clangd misses the header',
		);
		// What this server says is the verifier's, and clangd has nothing at that line.
		assert.deepEqual(
			of('bpfls').map((one) => one.code),
			['unreleased-reference'],
		);
		const lines = new Set(of('clangd').map((one) => one.lnum));
		for (const { lnum, message } of of('bpfls')) assert.ok(!lines.has(lnum), `both speak at line ${lnum}: ${message}`);
		assert.equal(seen.definitions.bpfls, undefined, 'clangd leads to the declaration');
	});
});
