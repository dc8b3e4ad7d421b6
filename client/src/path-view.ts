// "Show the Path": a finding's way through the source, decorated and walked step by step. An edit or Escape ends it.
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { type FindingPath, type PathPosition, type PathRange, PathWalk } from './path-walk.js';

/** True for keys and buttons while a path is shown. */
const WALKING = 'bpfls.walkingPath';

export class PathView implements vscode.Disposable {
	#walk: PathWalk | undefined;
	readonly #passed = vscode.window.createTextEditorDecorationType({
		backgroundColor: new vscode.ThemeColor('editor.wordHighlightBackground'),
		overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.infoForeground'),
		overviewRulerLane: vscode.OverviewRulerLane.Center,
		borderRadius: '2px',
	});
	readonly #current = vscode.window.createTextEditorDecorationType({
		backgroundColor: new vscode.ThemeColor('editor.wordHighlightStrongBackground'),
		border: '1px solid',
		borderColor: new vscode.ThemeColor('focusBorder'),
		borderRadius: '2px',
	});
	readonly #notes = vscode.window.createTextEditorDecorationType({});
	readonly #status = vscode.window.createStatusBarItem('bpfls.path', vscode.StatusBarAlignment.Left);
	readonly #subscriptions: vscode.Disposable[];

	constructor(private readonly client: LanguageClient) {
		this.#status.name = 'BPF path';
		this.#status.command = 'bpfls.nextPathStep';
		this.#subscriptions = [
			this.#passed,
			this.#current,
			this.#notes,
			this.#status,
			vscode.commands.registerCommand('bpfls.showPath', (uri?: string, position?: PathPosition) => this.show(uri, position)),
			vscode.commands.registerCommand('bpfls.nextPathStep', () => this.move(1)),
			vscode.commands.registerCommand('bpfls.previousPathStep', () => this.move(-1)),
			vscode.commands.registerCommand('bpfls.hidePath', () => this.hide()),
			vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
				if (contentChanges.length > 0 && this.#walk?.touches(this.uriOf(document))) this.hide();
			}),
			vscode.workspace.onDidCloseTextDocument((document) => this.#walk?.touches(this.uriOf(document)) && this.hide()),
			vscode.window.onDidChangeVisibleTextEditors(() => this.decorate()),
		];
	}

	/** Without arguments, as from the palette: the finding at the cursor. */
	private async show(uri?: string, position?: PathPosition): Promise<void> {
		const editor = vscode.window.activeTextEditor;
		const cursor = editor && this.client.code2ProtocolConverter.asPosition(editor.selection.active);
		const asked = uri ?? (editor && this.uriOf(editor.document));
		if (asked === undefined || !(position ?? cursor)) return;
		const path = await this.client.sendRequest<FindingPath | null>('bpfls/path', {
			textDocument: { uri: asked },
			position: position ?? cursor,
		});
		if (!path || path.steps.length === 0) {
			void vscode.window.showInformationMessage('There is no BPF finding here whose path could be shown.');
			return;
		}
		// The server may spell a URI in another way than the editor does.
		const steps = path.steps.map(({ location, message }) => ({
			message,
			location: { uri: vscode.Uri.parse(location.uri).toString(), range: location.range },
		}));
		this.#walk = new PathWalk({ ...path, steps });
		await vscode.commands.executeCommand('setContext', WALKING, true);
		await this.reveal();
	}

	private async move(by: number): Promise<void> {
		if (!this.#walk) return;
		this.#walk.move(by);
		await this.reveal();
	}

	private async reveal(): Promise<void> {
		const walk = this.#walk;
		if (!walk) return;
		const { location } = walk.step;
		const range = rangeOf(location.range);
		const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(location.uri));
		const editor = await vscode.window.showTextDocument(document, { preserveFocus: false });
		editor.selection = new vscode.Selection(range.start, range.start);
		editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
		this.#status.text = `$(debug-step-over) Path ${walk.label}`;
		this.#status.tooltip = `${walk.step.message}\n\nClick for the next step; Escape ends the path.`;
		this.#status.show();
		this.decorate();
	}

	private decorate(): void {
		for (const editor of vscode.window.visibleTextEditors) {
			const uri = this.uriOf(editor.document);
			const ranges = this.#walk?.ranges(uri);
			editor.setDecorations(this.#passed, ranges?.passed.map(rangeOf) ?? []);
			editor.setDecorations(this.#current, ranges?.current ? [rangeOf(ranges.current)] : []);
			editor.setDecorations(this.#notes, this.#walk?.notes(uri).map((note) => noteDecoration(editor.document, note)) ?? []);
		}
	}

	private hide(): void {
		if (!this.#walk) return;
		this.#walk = undefined;
		this.#status.hide();
		this.decorate();
		void vscode.commands.executeCommand('setContext', WALKING, false);
	}

	private uriOf(document: vscode.TextDocument): string {
		return document.uri.toString();
	}

	dispose(): void {
		this.hide();
		for (const subscription of this.#subscriptions) subscription.dispose();
	}
}

function rangeOf({ start, end }: PathRange): vscode.Range {
	return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** A note stands behind its line, in the colour of what is information and not text. */
function noteDecoration(document: vscode.TextDocument, { line, text, current }: { line: number; text: string; current: boolean }) {
	const { end } = document.lineAt(Math.min(line, document.lineCount - 1)).range;
	return {
		range: new vscode.Range(end, end),
		renderOptions: {
			after: {
				contentText: text,
				margin: '0 0 0 2em',
				color: new vscode.ThemeColor(current ? 'editorInfo.foreground' : 'editorCodeLens.foreground'),
				...(current && { fontWeight: 'bold' }),
			},
		},
	};
}
