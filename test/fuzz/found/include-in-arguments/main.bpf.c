#include <bpf/bpf_helpers.h>
struct {
	__uint(type, 1);
	__uint(value_si
#include "vmlinux.h"
ze, 4);
} table SEC(".maps");
SEC("tc") int program(void *ctx) { return 0; }
