// The BTF that clang 19 (-g -O1 --target=bpfel) makes of a kernel of four kfuncs, as base64: one of them with a parameter more than any release has,
// one that no release has. The last function is no kfunc.
//
//   #define KFUNC __attribute__((btf_decl_tag("bpf_kfunc"))) __attribute__((noinline))
//   typedef int s32;
//   struct task_struct { int pid; } one;
//   KFUNC struct task_struct *bpf_task_from_pid(s32 pid) { return pid ? &one : 0; }
//   KFUNC struct task_struct *bpf_task_acquire(struct task_struct *p, s32 how) { return how ? p : 0; }
//   KFUNC void bpf_task_release(struct task_struct *p) { p->pid = 0; }
//   KFUNC int bpf_kfunc_of_tomorrow(void) { return one.pid; }
//   int bpf_task_from_vpid(s32 pid) { return pid; }

export const HOST_BLOB = Buffer.from(
	[
		'n+sBABgAAAAAAAAASAEAAEgBAAD+AQAAAQAAAAAAAAgCAAAABQAAAAAAAAEEAAAAIAAAAQAAAAABAAANBAAAAAkAAAABAAAAAAAAAAAAAAIFAAAADQAAAAEAAAQEAAAA',
		'CQAAAAIAAAAAAAAAGQAAAAEAAAwDAAAAKwAAAAAAABEGAAAA/////wAAAAACAAANBAAAAJQAAAAEAAAAlgAAAAEAAACaAAAAAQAADAgAAAArAAAAAAAAEQkAAAD/////',
		'AAAAAAEAAA0AAAAAlAAAAAQAAAAOAQAAAQAADAsAAAArAAAAAAAAEQwAAAD/////AAAAAAAAAA0CAAAAYgEAAAEAAAwOAAAAKwAAAAAAABEPAAAA/////wAAAAABAAAN',
		'AgAAAAkAAAABAAAAsgEAAAEAAAwRAAAA9QEAAAAAAA4FAAAAAQAAAPkBAAABAAAPAAAAABMAAAAAAAAABAAAAABzMzIAaW50AHBpZAB0YXNrX3N0cnVjdABicGZfdGFz',
		'a19mcm9tX3BpZABicGZfa2Z1bmMALnRleHQALi9ob3N0LmMAS0ZVTkMgc3RydWN0IHRhc2tfc3RydWN0ICpicGZfdGFza19mcm9tX3BpZChzMzIgcGlkKSB7IHJldHVy',
		'biBwaWQgPyAmb25lIDogMDsgfQBwAGhvdwBicGZfdGFza19hY3F1aXJlAEtGVU5DIHN0cnVjdCB0YXNrX3N0cnVjdCAqYnBmX3Rhc2tfYWNxdWlyZShzdHJ1Y3QgdGFz',
		'a19zdHJ1Y3QgKnAsIHMzMiBob3cpIHsgcmV0dXJuIGhvdyA/IHAgOiAwOyB9AGJwZl90YXNrX3JlbGVhc2UAS0ZVTkMgdm9pZCBicGZfdGFza19yZWxlYXNlKHN0cnVj',
		'dCB0YXNrX3N0cnVjdCAqcCkgeyBwLT5waWQgPSAwOyB9AGJwZl9rZnVuY19vZl90b21vcnJvdwBLRlVOQyBpbnQgYnBmX2tmdW5jX29mX3RvbW9ycm93KHZvaWQpIHsg',
		'cmV0dXJuIG9uZS5waWQ7IH0AYnBmX3Rhc2tfZnJvbV92cGlkAGludCBicGZfdGFza19mcm9tX3ZwaWQoczMyIHBpZCkgeyByZXR1cm4gcGlkOyB9AG9uZQAuYnNzAA==',
	].join(''),
	'base64',
);
