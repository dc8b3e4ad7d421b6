// Semantic tokens: what a name is to BPF. Types are those that every theme knows; modifiers tell programs, kfuncs, helpers and maps apart.
import { type SemanticTokens, SemanticTokensBuilder, type SemanticTokensLegend, type SemanticTokensParams } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type ClassifiedName, classifiedNames, type SemanticClass } from '../../ide/semantic-classes.js';
import type { Session } from '../session.js';

const TYPES = ['function', 'variable'] as const;
const MODIFIERS = ['declaration', 'readonly', 'deprecated', 'defaultLibrary', 'program', 'kfunc', 'helper', 'map', 'kernel'] as const;
type Modifier = (typeof MODIFIERS)[number];

export const SEMANTIC_LEGEND: SemanticTokensLegend = { tokenTypes: [...TYPES], tokenModifiers: [...MODIFIERS] };

const CLASSES: Readonly<Record<SemanticClass, { readonly type: (typeof TYPES)[number]; readonly modifiers: readonly Modifier[] }>> = {
	program: { type: 'function', modifiers: ['program'] },
	subprogram: { type: 'function', modifiers: [] },
	kfunc: { type: 'function', modifiers: ['kfunc', 'defaultLibrary'] },
	helper: { type: 'function', modifiers: ['helper', 'defaultLibrary'] },
	map: { type: 'variable', modifiers: ['map'] },
	global: { type: 'variable', modifiers: [] },
	kernelVariable: { type: 'variable', modifiers: ['kernel', 'defaultLibrary'] },
};

/** Answers textDocument/semanticTokens/full. */
export async function semanticTokens(
	session: Session,
	document: TextDocument,
	_params: SemanticTokensParams,
): Promise<SemanticTokens | null> {
	const view = await session.view(document);
	if (!view) return null;
	const builder = new SemanticTokensBuilder();
	for (const name of classifiedNames(view)) {
		const { line, character } = document.positionAt(name.start);
		builder.push(line, character, name.end - name.start, TYPES.indexOf(CLASSES[name.class].type), modifierBits(name));
	}
	return builder.build();
}

function modifierBits(name: ClassifiedName): number {
	const modifiers: Modifier[] = [...CLASSES[name.class].modifiers];
	if (name.declaration) modifiers.push('declaration');
	if (name.readonly) modifiers.push('readonly');
	if (name.deprecated) modifiers.push('deprecated');
	return modifiers.reduce((bits, modifier) => bits | (1 << MODIFIERS.indexOf(modifier)), 0);
}
