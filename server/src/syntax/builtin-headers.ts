import type { FileText } from './file-text.js';
export function isCompilerHeader(_n: string): boolean {
	return false;
}
export function builtinHeader(_n: string): FileText | undefined {
	return undefined;
}
