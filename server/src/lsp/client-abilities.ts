// What the client said that it can do, read once from its initialize request.
import type { InitializeParams } from 'vscode-languageserver';

export interface ClientAbilities {
	/** It asks for diagnostics itself; then none are pushed. */
	readonly pullDiagnostics: boolean;
	readonly refreshDiagnostics: boolean;
	readonly relatedInformation: boolean;
	readonly codeDescription: boolean;
	readonly deprecatedTag: boolean;
	readonly documentChanges: boolean;
	/** Edits may make files. */
	readonly createFiles: boolean;
	/** An action may come without its edit, which is asked for when the action is chosen. */
	readonly resolveActions: boolean;
	readonly markdownHover: boolean;
	/** It shows the symbols of a document as a tree. */
	readonly symbolTree: boolean;
	readonly snippets: boolean;
	readonly markdownCompletion: boolean;
	/** It opens completion again after an item with a command for that: an ability of our own extension. */
	readonly suggestAgain: boolean;
	/** Items may be marked as deprecated. */
	readonly deprecatedItems: boolean;
	readonly markdownSignature: boolean;
	/** Parameters of a signature may be named by their place in it. */
	readonly labelOffsets: boolean;
	/** Settings are asked for, folder by folder. */
	readonly configuration: boolean;
	readonly watchConfiguration: boolean;
	readonly watchFiles: boolean;
	readonly workspaceFolders: boolean;
	readonly inlayHints: boolean;
	readonly refreshInlayHints: boolean;
	readonly documentHighlights: boolean;
	readonly codeLenses: boolean;
	readonly refreshCodeLenses: boolean;
	/** It has the command `bpfls.showPath`, which walks the steps of `bpfls/path`: an ability of our own extension. */
	readonly walkPath: boolean;
	/** It wants `bpfls/status` notifications: an ability of our own extension. */
	readonly status: boolean;
}

/** Tolerates clients that leave out or misuse whole branches: what is not there is not supported. */
export function clientAbilities(params: InitializeParams): ClientAbilities {
	const capabilities = params.capabilities ?? {};
	const { textDocument, workspace } = capabilities;
	// A client that pulls may still leave out how it shows diagnostics: pulled ones are at least as able as pushed ones.
	const shown = textDocument?.publishDiagnostics;
	const pull = textDocument?.diagnostic !== undefined && textDocument.diagnostic !== null;
	const formats = textDocument?.hover?.contentFormat;
	const item = textDocument?.completion?.completionItem;
	const codeAction = textDocument?.codeAction;
	const signature = textDocument?.signatureHelp?.signatureInformation;
	return {
		pullDiagnostics: pull,
		refreshDiagnostics: workspace?.diagnostics?.refreshSupport === true,
		relatedInformation: shown ? shown.relatedInformation === true : pull,
		codeDescription: shown ? shown.codeDescriptionSupport === true : pull,
		deprecatedTag: shown?.tagSupport?.valueSet?.includes(2) === true,
		documentChanges: workspace?.workspaceEdit?.documentChanges === true,
		createFiles: workspace?.workspaceEdit?.resourceOperations?.includes?.('create') === true,
		resolveActions: codeAction?.dataSupport === true && codeAction.resolveSupport?.properties?.includes?.('edit') === true,
		markdownHover: Array.isArray(formats) ? formats.includes('markdown') : true,
		symbolTree: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
		snippets: item?.snippetSupport === true,
		markdownCompletion: item?.documentationFormat?.includes?.('markdown') === true,
		suggestAgain: params.initializationOptions?.suggestAgain === true,
		deprecatedItems: item?.tagSupport?.valueSet?.includes?.(1) === true,
		markdownSignature: signature?.documentationFormat?.includes?.('markdown') === true,
		labelOffsets: signature?.parameterInformation?.labelOffsetSupport === true,
		configuration: workspace?.configuration === true,
		watchConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
		watchFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
		workspaceFolders: workspace?.workspaceFolders === true,
		inlayHints: isGiven(textDocument?.inlayHint),
		refreshInlayHints: workspace?.inlayHint?.refreshSupport === true,
		documentHighlights: isGiven(textDocument?.documentHighlight),
		codeLenses: isGiven(textDocument?.codeLens),
		refreshCodeLenses: workspace?.codeLens?.refreshSupport === true,
		walkPath: params.initializationOptions?.walkPath === true,
		status: params.initializationOptions?.status === true,
	};
}

function isGiven(branch: unknown): boolean {
	return typeof branch === 'object' && branch !== null;
}
