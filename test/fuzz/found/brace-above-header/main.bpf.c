{
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
SEC("tc") int program(void *ctx) { return 0; }
