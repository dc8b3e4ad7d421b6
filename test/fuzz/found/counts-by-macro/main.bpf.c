// Arguments whose places are counted by macros: 50,000 tokens of one declaration, most of them the same ones again.
#include <vmlinux.h>
#include <bpf/bpf_helpers.h>

#define WORDS(t) \
	__builtin_choose_expr(sizeof(t) == 1, 1, __builtin_choose_expr(sizeof(t) == 2, 1, \
	__builtin_choose_expr(sizeof(t) == 4, 1, __builtin_choose_expr(sizeof(t) == 8, 1, \
	__builtin_choose_expr(sizeof(t) == 16, 2, (void)0)))))
#define AT0() 0
#define AT1(t) (AT0() + WORDS(t))
#define AT2(t, ...) (AT1(__VA_ARGS__) + WORDS(t))
#define AT3(t, ...) (AT2(__VA_ARGS__) + WORDS(t))
#define AT4(t, ...) (AT3(__VA_ARGS__) + WORDS(t))
#define AT5(t, ...) (AT4(__VA_ARGS__) + WORDS(t))
#define AT6(t, ...) (AT5(__VA_ARGS__) + WORDS(t))
#define AT7(t, ...) (AT6(__VA_ARGS__) + WORDS(t))
#define AT8(t, ...) (AT7(__VA_ARGS__) + WORDS(t))

#define READ(t, n) ({ union { char bytes[sizeof(t)]; t value; } u = { .bytes = { ctx[n], ctx[(n) + 1] } }; u.value; })
#define ARGUMENT(t, n) \
	__builtin_choose_expr(sizeof(t) == 1, READ(t, n), __builtin_choose_expr(sizeof(t) == 2, READ(t, n), \
	__builtin_choose_expr(sizeof(t) == 4, READ(t, n), __builtin_choose_expr(sizeof(t) == 8, READ(t, n), \
	__builtin_choose_expr(sizeof(t) == 16, READ(t, n), (void)0)))))

#define TAKE1(t, ...) ARGUMENT(t, AT1(t))
#define TAKE2(t, ...) TAKE1(__VA_ARGS__), ARGUMENT(t, AT2(t, __VA_ARGS__))
#define TAKE3(t, ...) TAKE2(__VA_ARGS__), ARGUMENT(t, AT3(t, __VA_ARGS__))
#define TAKE4(t, ...) TAKE3(__VA_ARGS__), ARGUMENT(t, AT4(t, __VA_ARGS__))
#define TAKE5(t, ...) TAKE4(__VA_ARGS__), ARGUMENT(t, AT5(t, __VA_ARGS__))
#define TAKE6(t, ...) TAKE5(__VA_ARGS__), ARGUMENT(t, AT6(t, __VA_ARGS__))
#define TAKE7(t, ...) TAKE6(__VA_ARGS__), ARGUMENT(t, AT7(t, __VA_ARGS__))
#define TAKE8(t, ...) TAKE7(__VA_ARGS__), ARGUMENT(t, AT8(t, __VA_ARGS__))

int seen;

static int look(char a, short b, int c, long d, char e, short f, int g, long h)
{
	return a + b + c + d + e + f + g + h;
}

SEC("fentry/bpf_fentry_test1")
int counted(unsigned long *ctx)
{
	seen = look(TAKE8(long, int, short, char, long, int, short, char));
	seen += look(TAKE8(long, int, short, char, long, int, short, char));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
