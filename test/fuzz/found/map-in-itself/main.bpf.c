#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct outer {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__array(values, struct outer);
} outer SEC(".maps");
