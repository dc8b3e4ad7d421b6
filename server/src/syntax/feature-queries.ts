// What clang 19 answers for --target=bpfel to __has_attribute and its like, for the names that BPF sources and C headers ask about.

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(Boolean));

const ATTRIBUTES = words(`
	alias align_value aligned alloc_align alloc_size always_inline annotate assume_aligned btf_decl_tag btf_type_tag
	cleanup cold common const constructor convergent counted_by deprecated destructor diagnose_if disable_tail_calls
	enable_if enum_extensibility error ext_vector_type fallthrough flag_enum format format_arg gnu_inline
	hot ifunc internal_linkage leaf loader_uninitialized malloc may_alias minsize mode musttail naked no_builtin no_instrument_function
	no_sanitize no_sanitize_address no_sanitize_memory no_sanitize_thread no_stack_protector nocommon nodebug
	noduplicate noescape noinline nomerge nonnull noreturn nothrow not_tail_called nouwtable objc_boxable optnone overloadable packed
	pass_object_size preserve_access_index preserve_static_offset pure reinitializes returns_nonnull
	returns_twice section selectany sentinel speculative_load_hardening standalone_debug suppress target tls_model transparent_union
	type_visibility unavailable uninitialized unused used vector_size visibility warn_unused warn_unused_result warning weak
	weak_import weakref zero_call_used_regs diagnose_as_builtin disable_sanitizer_instrumentation address_space matrix_type retain
	unsafe_buffer_usage
`);
const BUILTINS = words(`
	__builtin_abs __builtin_alloca __builtin_align_down __builtin_align_up __builtin_assume __builtin_assume_aligned __builtin_add_overflow
	__builtin_bcmp __builtin_bitreverse32 __builtin_bswap16 __builtin_bswap32 __builtin_bswap64 __builtin_btf_type_id __builtin_bzero
	__builtin_choose_expr __builtin_clz __builtin_clzl __builtin_clzll __builtin_constant_p __builtin_convertvector __builtin_ctz
	__builtin_ctzl __builtin_ctzll __builtin_debugtrap __builtin_dump_struct __builtin_dynamic_object_size __builtin_expect
	__builtin_expect_with_probability __builtin_extract_return_addr __builtin_ffs __builtin_ffsll __builtin_frame_address
	__builtin_memcmp __builtin_memcpy __builtin_memcpy_inline __builtin_memmove
	__builtin_memset __builtin_memset_inline __builtin_mul_overflow __builtin_object_size __builtin_offsetof __builtin_parity
	__builtin_popcount __builtin_popcountl __builtin_popcountll __builtin_prefetch __builtin_preserve_access_index
	__builtin_preserve_enum_value __builtin_preserve_field_info __builtin_preserve_type_info __builtin_return_address __builtin_rotateleft32
	__builtin_strcmp __builtin_strlen __builtin_strncmp __builtin_sub_overflow __builtin_trap __builtin_types_compatible_p
	__builtin_unreachable __builtin_va_arg __builtin_va_copy __builtin_va_end __builtin_va_start __sync_fetch_and_add __sync_fetch_and_sub
	__sync_fetch_and_and __sync_fetch_and_or __sync_fetch_and_xor __sync_lock_test_and_set __sync_val_compare_and_swap
	__sync_bool_compare_and_swap __atomic_load_n __atomic_store_n __atomic_fetch_add __atomic_fetch_sub __atomic_fetch_and __atomic_fetch_or
	__atomic_fetch_xor __atomic_exchange_n __atomic_compare_exchange_n __atomic_add_fetch
`);
const FEATURES = words(`
	attribute_deprecated_with_message attribute_overloadable c_alignas c_alignof c_atomic
	c_generic_selections c_static_assert enumerator_attributes nullability 	attribute_availability attribute_unavailable_with_message `);
const EXTENSIONS = words(`
	attribute_deprecated_with_message attribute_overloadable c_alignas c_alignof c_atomic c_generic_selections c_static_assert 	enumerator_attributes nullability gnu_asm gnu_asm_goto_with_outputs gnu_asm_goto_with_outputs_full
	statement_attributes_with_gnu_syntax cxx_binary_literals overloadable_unmarked
`);
const C_ATTRIBUTES: Record<string, string> = {
	fallthrough: '201910L',
	deprecated: '201904L',
	maybe_unused: '202106L',
	nodiscard: '202003L',
	noreturn: '202202L',
	_Noreturn: '202202L',
};

/** Names of the query operators, all of which count as defined macros. */
export const QUERIES = [
	'__has_attribute',
	'__has_builtin',
	'__has_feature',
	'__has_extension',
	'__has_c_attribute',
	'__has_declspec_attribute',
	'__has_warning',
	'__is_identifier',
	'__is_target_arch',
	'__is_target_vendor',
	'__is_target_os',
	'__is_target_environment',
	'__has_constexpr_builtin',
	'__building_module',
] as const;

/** The text that `query(name)` is replaced by. */
export function answerQuery(query: string, name: string): string {
	const bare = name.replace(/^__(.+)__$/, '$1');
	switch (query) {
		case '__has_attribute':
			return ATTRIBUTES.has(bare) ? '1' : '0';
		case '__has_builtin':
			return BUILTINS.has(name) ? '1' : '0';
		case '__has_feature':
			return FEATURES.has(bare) ? '1' : '0';
		case '__has_extension':
			return EXTENSIONS.has(bare) || FEATURES.has(bare) ? '1' : '0';
		case '__has_c_attribute':
			return C_ATTRIBUTES[bare.replace(/^clang::|^gnu::/, '')] ?? '0';
		case '__is_target_arch':
			return bare === 'bpfel' || bare === 'bpf' ? '1' : '0';
		case '__is_identifier':
			return '1';
		default:
			return '0';
	}
}
