// Documents that the protocol's tests open: a program that leaks on one return, and tools to point into it.
import type { Position, TextDocumentEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';

export const LEAK_URI = 'file:///project/leak.bpf.c';
export const LEAK = `#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

int watched;

SEC("tp_btf/task_newtask")
int BPF_PROG(watch, struct task_struct *task, u64 clone_flags)
{
	struct task_struct *held = bpf_task_acquire(task);

	if (!held)
		return 0;
	if (held->tgid != watched)
		return 0; /* leaks */
	bpf_task_release(held);
	return 0;
}
`;

/** The position of a text's first (or a later) occurrence, `into` units behind its start. */
export function positionOf(text: string, what: string, into = 0, nth = 1): Position {
	let at = -1;
	for (let i = 0; i < nth; i++) at = text.indexOf(what, at + 1);
	if (at < 0) throw new Error(`${what} is not in the text`);
	return TextDocument.create('file:///x', 'c', 1, text).positionAt(at + into);
}

/** The text after an edit of that one document. */
export function applied(text: string, edit: WorkspaceEdit): string {
	const edits: TextEdit[] = [
		...Object.values(edit.changes ?? {}).flat(),
		...((edit.documentChanges ?? []) as TextDocumentEdit[]).flatMap((change) => change.edits as TextEdit[]),
	];
	return TextDocument.applyEdits(TextDocument.create('file:///x', 'c', 1, text), edits);
}
