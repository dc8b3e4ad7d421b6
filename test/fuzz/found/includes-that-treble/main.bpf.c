#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "h0.h"
SEC("tc") int program(void *ctx) { return 0; }
