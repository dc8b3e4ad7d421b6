/*
 * Asks this machine's verifier about single programs of BPF objects. It loads them and never attaches them.
 *
 * Input, a request a line: FILE.o TAB PROGRAM. Output, an answer a line: FILE.o TAB PROGRAM TAB STATUS TAB SOURCE TAB LOG.
 * STATUS is 0 or a negative errno; SOURCE is the last source line that the verifier's log names; LOG is the log's end, its lines
 * joined by '\x1f'. An empty LOG with a status other than 0 means that the program did not get as far as the verifier: then it holds
 * the library's words behind a leading '!'.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The kernel refuses a load whose log does not fit, so room for the longest; its pages are only used when written. */
#define LOG_ROOM (96u << 20)
#define LOG_END 1200
#define WORDS_ROOM 8192
/* What a map gets whose size is left to its loader. */
#define USUAL_ENTRIES 1024

static char words[WORDS_ROOM];

static int remember(enum libbpf_print_level level, const char *format, va_list arguments)
{
	size_t used = strlen(words);

	if (level == LIBBPF_WARN && used < sizeof(words) - 1)
		vsnprintf(words + used, sizeof(words) - used, format, arguments);
	return 0;
}

/* Text as one field: no tabs, no line ends, nothing outside of ASCII. */
static void field(const char *text, const char *end)
{
	for (; text < end; text++) {
		unsigned char c = *text;

		putchar(c == '\n' ? 0x1f : c == '\t' ? ' ' : c < 32 || c > 126 ? '?' : c);
	}
}

/* The last line of the log that quotes the source: those begin with a semicolon. */
static void source_line(const char *log)
{
	const char *last = NULL;

	if (!strncmp(log, "; ", 2))
		last = log;
	for (const char *at = log; (at = strstr(at, "\n; ")); at++)
		last = at + 1;
	if (last)
		field(last, last + strcspn(last, "\n"));
}

/* Local storage has no entries by its nature; libbpf knows the sizes of ring buffers only as far as the object states them. */
static int may_be_sized(enum bpf_map_type type)
{
	return type != BPF_MAP_TYPE_SK_STORAGE && type != BPF_MAP_TYPE_TASK_STORAGE && type != BPF_MAP_TYPE_INODE_STORAGE &&
	       type != BPF_MAP_TYPE_CGRP_STORAGE && type != BPF_MAP_TYPE_STRUCT_OPS;
}

static int load(const char *path, const char *name, char *log)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);
	struct bpf_program *program, *wanted;
	struct bpf_map *map;
	int status;

	if (!object)
		return -errno;
	wanted = bpf_object__find_program_by_name(object, name);
	if (!wanted) {
		bpf_object__close(object);
		return -ENOENT;
	}
	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, program == wanted);
	bpf_object__for_each_map(map, object) {
		/* Nothing of a test may outlive it. */
		bpf_map__set_pin_path(map, NULL);
		if (!bpf_map__max_entries(map) && may_be_sized(bpf_map__type(map)))
			bpf_map__set_max_entries(map, bpf_map__type(map) == BPF_MAP_TYPE_RINGBUF ? 4096 : USUAL_ENTRIES);
	}
	bpf_program__set_log_buf(wanted, log, LOG_ROOM);
	status = bpf_object__load(object);
	bpf_object__close(object);
	return status;
}

int main(void)
{
	static char line[8192];
	char *log = malloc(LOG_ROOM);

	if (!log)
		return 1;
	libbpf_set_print(remember);
	while (fgets(line, sizeof(line), stdin)) {
		char *path = strtok(line, "\t\n"), *name = strtok(NULL, "\t\n");
		size_t length;
		int status;

		if (!path || !name)
			continue;
		log[0] = words[0] = 0;
		status = load(path, name, log);
		length = status ? strlen(log) : 0;
		printf("%s\t%s\t%d\t", path, name, status);
		if (length)
			source_line(log);
		putchar('\t');
		if (length) {
			field(log + (length > LOG_END ? length - LOG_END : 0), log + length);
		} else if (status) {
			length = strlen(words);
			putchar('!');
			field(words + (length > LOG_END ? length - LOG_END : 0), words + length);
		}
		putchar('\n');
		fflush(stdout);
	}
	free(log);
	return 0;
}
