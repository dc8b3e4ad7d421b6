// Findings and ranges to the protocol's types. With from-protocol.ts, the only place that converts.
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
	type CodeAction,
	CodeActionKind,
	type Diagnostic,
	type DiagnosticRelatedInformation,
	DiagnosticSeverity,
	DiagnosticTag,
	type Location,
	type MarkupContent,
	MarkupKind,
	type TextEdit as ProtocolEdit,
	type Range,
	type WorkspaceEdit,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { rulePage } from '../report/package-files.js';
import type { Sources } from '../report/sources.js';
import type { Finding, Fix, ProgramVerdict, Severity, TextEdit, TextProblem, TextRange } from '../rules/finding.js';
import type { ClientAbilities } from './client-abilities.js';

export const DIAGNOSTIC_SOURCE = 'bpfls';

const SEVERITIES: Record<Severity, DiagnosticSeverity> = {
	error: DiagnosticSeverity.Error,
	warning: DiagnosticSeverity.Warning,
	info: DiagnosticSeverity.Information,
	hint: DiagnosticSeverity.Hint,
};

/** What conversion needs to know of the document that was checked. */
export interface Checked {
	readonly document: TextDocument;
	/** The path under which the analysis knows the document. */
	readonly path: string;
	/** Texts of other files. */
	readonly sources: Sources;
	readonly abilities: ClientAbilities;
}

/** A range of offsets in the document. */
export function range(document: TextDocument, start: number, end: number): Range {
	return { start: document.positionAt(start), end: document.positionAt(end) };
}

/** Markdown as it is or, for a client that shows none, without its marks. */
export function markup(markdown: string, showsMarkdown: boolean): MarkupContent {
	if (showsMarkdown) return { kind: MarkupKind.Markdown, value: markdown };
	const value = markdown
		.replace(/^```.*$\n?/gm, '')
		.replaceAll('**', '')
		.replaceAll('`', '');
	return { kind: MarkupKind.PlainText, value };
}

/** A place in any file; undefined for text that no file holds, which an editor could not open. */
export function location(at: TextRange, checked: Checked): Location | undefined {
	if (at.path === checked.path) return { uri: checked.document.uri, range: range(checked.document, at.start, at.end) };
	if (!isAbsolute(at.path)) return undefined;
	const { start, end } = checked.sources.range(at.path, at.start, at.end);
	const zeroBased = (position: { line: number; column: number }) => ({ line: position.line - 1, character: position.column - 1 });
	return { uri: pathToFileURL(at.path).href, range: { start: zeroBased(start), end: zeroBased(end) } };
}

/** The places that an editor can open. */
export function locations(places: readonly TextRange[], checked: Checked): Location[] {
	return places.flatMap((place) => location(place, checked) ?? []);
}

/** Where the document itself is marked for a place that may lie in another file: then its first character stands for it. */
function ownRange(at: TextRange | undefined, checked: Checked): Range {
	return at && at.path === checked.path ? range(checked.document, at.start, at.end) : range(checked.document, 0, 0);
}

/** A finding, with its path as related information and its repairs as data. */
export function findingDiagnostic(finding: Finding, checked: Checked): Diagnostic {
	const { abilities } = checked;
	const page = abilities.codeDescription ? rulePage(finding.rule) : undefined;
	const related = finding.related.flatMap((step): DiagnosticRelatedInformation[] => {
		const where = location(step.at, checked);
		return where ? [{ location: where, message: step.message }] : [];
	});
	if (finding.at.path !== checked.path) {
		const where = location(finding.at, checked);
		if (where) related.push({ location: where, message: finding.message });
	}
	return {
		range: ownRange(finding.at, checked),
		severity: SEVERITIES[finding.severity],
		code: finding.rule,
		source: DIAGNOSTIC_SOURCE,
		message: abilities.relatedInformation ? finding.message : withSteps(finding, related),
		...(page && { codeDescription: { href: pathToFileURL(page).href } }),
		...(finding.deprecated && abilities.deprecatedTag && { tags: [DiagnosticTag.Deprecated] }),
		...(abilities.relatedInformation && related.length > 0 && { relatedInformation: related }),
		// Repairs are proven by the analysis, which costs time: they are made when code actions are asked for, not with each diagnostic.
		data: { rule: finding.rule, program: finding.program, verifier: finding.verifier, category: finding.category },
	};
}

/** For clients without related information the path stands in the message, one step a line. */
function withSteps(finding: Finding, related: readonly DiagnosticRelatedInformation[]): string {
	const steps = related.map((step, index) => `${index + 1}. line ${step.location.range.start.line + 1}: ${step.message}`);
	return [finding.message, ...steps].join('\n');
}

export function problemDiagnostic(problem: TextProblem, checked: Checked): Diagnostic {
	return {
		range: ownRange(problem.at, checked),
		severity: SEVERITIES[problem.severity],
		code: problem.code,
		source: DIAGNOSTIC_SOURCE,
		message: problem.message,
	};
}

/** A program on which there is no verdict is marked too, softly: silence would read as consent. */
export function unknownDiagnostic(program: ProgramVerdict, checked: Checked): Diagnostic {
	return {
		range: ownRange(program.at, checked),
		severity: DiagnosticSeverity.Hint,
		code: 'unknown-verdict',
		source: DIAGNOSTIC_SOURCE,
		message: `No verdict on program ${program.name}: ${program.reason ?? 'the analysis stopped short'}`,
	};
}

export function textEdits(edits: readonly TextEdit[], document: TextDocument): ProtocolEdit[] {
	return edits.map((edit) => ({ range: range(document, edit.start, edit.end), newText: edit.newText }));
}

/** Edits of one document, bound to its version where the client can hold them to it. */
export function workspaceEdit(edits: readonly TextEdit[], document: TextDocument, abilities: ClientAbilities): WorkspaceEdit {
	const converted = textEdits(edits, document);
	if (!abilities.documentChanges) return { changes: { [document.uri]: converted } };
	return { documentChanges: [{ textDocument: { uri: document.uri, version: document.version }, edits: converted }] };
}

export function quickFix(fix: Fix, diagnostic: Diagnostic, checked: Checked): CodeAction {
	return {
		title: fix.title,
		kind: CodeActionKind.QuickFix,
		diagnostics: [diagnostic],
		...(fix.preferred && { isPreferred: true }),
		edit: workspaceEdit(fix.edits, checked.document, checked.abilities),
	};
}
