// A real Emacs with the settings of docs/editors.md.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../server/src/report/package-files.js';
import { needPackages } from '../debian.js';
import { addHeader, documented } from '../documented.js';
import { stage } from '../stage.js';

/** Waits for diagnostics of ours, asks for the hover at a place, and writes both down. */
const SCRIPT = `
(require 'json)
(setq make-backup-files nil inhibit-startup-screen t native-comp-async-report-warnings-errors nil)
(defun bpfls-test-diagnostics ()
  (mapcar (lambda (one) (list (line-number-at-pos (flymake-diagnostic-beg one)) (flymake-diagnostic-text one))) (flymake-diagnostics)))
(defun bpfls-test-finish ()
  (goto-char (point-min))
  (search-forward "if (held->")
  (backward-char 3)
  (let* ((hover (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover (eglot--TextDocumentPositionParams)))
         (contents (plist-get hover :contents)))
    (with-temp-file (getenv "REPORT_PART")
      (insert (json-encode (list :diagnostics (bpfls-test-diagnostics-of (getenv "CFILE")) :hover (plist-get contents :value))))))
  (rename-file (getenv "REPORT_PART") (getenv "REPORT"))
  (kill-emacs 0))
(defun bpfls-test-diagnostics-of (file) (vconcat (with-current-buffer (get-file-buffer file) (mapcar #'vconcat (bpfls-test-diagnostics)))))
(defun bpfls-test-look ()
  (with-current-buffer (or (get-file-buffer (getenv "CFILE")) (current-buffer))
    (when (and (bound-and-true-p eglot--managed-mode) (bpfls-test-diagnostics)) (bpfls-test-finish))))
(run-with-timer 0.3 0.3 #'bpfls-test-look)
`;

describe('Emacs', () => {
	before(() => needPackages({ 'emacs-nox': '/usr/bin/emacs', 'elpa-eglot': '/usr/share/emacs/site-lisp/elpa-src' }));

	it('works with the settings of the documentation', () => {
		const { home, bin } = stage();
		const folder = mkdtempSync(join(home, 'emacs-'));
		const file = join(folder, 'early-return-leak.bpf.c');
		copyFileSync(join(packageRoot(), 'examples', 'early-return-leak.bpf.c'), file);
		addHeader(folder);
		const settings = join(folder, 'settings.el');
		writeFileSync(settings, `(package-initialize)\n${documented('Emacs (eglot)', 'elisp')}${SCRIPT}`);
		const report = join(folder, 'report.json');
		// eglot starts after the first command of a real session, so Emacs gets a terminal.
		const done = spawnSync('script', ['-qefc', `emacs -nw -q -l ${settings} ${file}`, '/dev/null'], {
			cwd: folder,
			encoding: 'utf8',
			timeout: 60_000,
			env: {
				...process.env,
				HOME: folder,
				TERM: 'xterm',
				PATH: `${bin}:${process.env.PATH}`,
				CFILE: file,
				REPORT: report,
				REPORT_PART: `${report}.part`,
			},
		});
		assert.ok(existsSync(report), `Emacs did not get to its end: ${done.stdout.slice(-2000)}`);
		const seen: { diagnostics: [number, string][]; hover: string } = JSON.parse(readFileSync(report, 'utf8'));
		// The header is found, so the settings have arrived.
		assert.deepEqual(
			seen.diagnostics.map(([line]) => line),
			[28],
		);
		assert.match(seen.diagnostics[0]![1], /is never released/);
		assert.match(seen.hover, /trusted pointer to `?struct task_struct`?, not NULL; reference #1/);
	});
});
