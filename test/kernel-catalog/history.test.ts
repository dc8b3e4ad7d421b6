// What changed between releases, as `bpfls kfunc NAME --kernel V` tells it on both sides of each change.
import assert from 'node:assert/strict';
import { describeKfunc } from '../../server/src/kernel/describe.js';
import { loadCatalog } from '../../server/src/kernel/load.js';
import { bpfls } from '../cli/run-cli.js';

const NOT_YET = /does not have it yet/;
const GONE = /does not have it any more/;

/** Name, release, what the page must say and, where there is one, what its part before the history must not. */
const ANSWERS: readonly (readonly [name: string, release: string, says: RegExp, not?: RegExp])[] = [
	['bpf_task_acquire', '6.1', NOT_YET],
	['bpf_task_acquire', '6.2', /KF_TRUSTED_ARGS/, /KF_RET_NULL/],
	['bpf_task_acquire', '6.3', /KF_TRUSTED_ARGS/, /KF_RET_NULL/],
	['bpf_task_acquire', '6.4', /KF_RCU.*KF_RET_NULL/, /KF_TRUSTED_ARGS/],
	['bpf_task_acquire', '7.2', /KF_RCU.*KF_RET_NULL/, /KF_TRUSTED_ARGS/],
	['bpf_task_acquire_not_zero', '6.2', NOT_YET],
	['bpf_task_acquire_not_zero', '6.3', /Linux 6\.3 has it.*KF_ACQUIRE \| KF_RCU \| KF_RET_NULL/],
	['bpf_task_acquire_not_zero', '6.4', /any more\. Use bpf_task_acquire\./],
	['bpf_task_kptr_get', '6.1', NOT_YET],
	['bpf_task_kptr_get', '6.2', /Linux 6\.2 has it.*KF_KPTR_GET/],
	['bpf_task_kptr_get', '6.3', /Linux 6\.3 has it.*KF_KPTR_GET/],
	['bpf_task_kptr_get', '6.4', /any more\. Use bpf_task_acquire\..*bpf_rcu_read_lock\(\)/],
	['bpf_cgroup_kptr_get', '6.1', NOT_YET],
	['bpf_cgroup_kptr_get', '6.2', /Linux 6\.2 has it.*KF_KPTR_GET/],
	['bpf_cgroup_kptr_get', '6.3', /Linux 6\.3 has it.*KF_KPTR_GET/],
	['bpf_cgroup_kptr_get', '6.4', /any more\. Use bpf_cgroup_acquire\./],
	['bpf_cpumask_kptr_get', '6.2', NOT_YET],
	['bpf_cpumask_kptr_get', '6.3', /Linux 6\.3 has it.*KF_KPTR_GET/],
	['bpf_cpumask_kptr_get', '6.4', GONE],
	['bpf_cgroup_acquire', '6.1', NOT_YET],
	['bpf_cgroup_acquire', '6.2', /KF_TRUSTED_ARGS/, /KF_RET_NULL/],
	['bpf_cgroup_acquire', '6.3', /KF_TRUSTED_ARGS/, /KF_RET_NULL/],
	['bpf_cgroup_acquire', '6.4', /KF_RCU.*KF_RET_NULL/, /KF_TRUSTED_ARGS/],
	['KF_KPTR_GET', '5.19', NOT_YET],
	['KF_KPTR_GET', '6.0', /Linux 6\.0 has it/],
	['KF_KPTR_GET', '6.3', /Linux 6\.3 has it/],
	['KF_KPTR_GET', '6.4', GONE],
	['KF_TRUSTED_ARGS', '5.19', NOT_YET],
	['KF_TRUSTED_ARGS', '6.0', /Linux 6\.0 has it/],
	['KF_TRUSTED_ARGS', '6.19', /Linux 6\.19 has it/],
	['KF_TRUSTED_ARGS', '7.0', /does not have it any more.*every kfunc behaves so/],
	['kfunc return', '6.19', NOT_YET],
	['kfunc return', '7.0', /a pointer to a kernel object that a kfunc returns is trusted/],
	['kfunc return', '7.2', /a pointer to a kernel object that a kfunc returns is trusted/],
	['KF_OWNED_ARGS', '6.12', /No release of Linux has it: proposed, never merged/],
	['PTR_WALKED', '6.12', /No release of Linux has it: proposed.*PTR_TRUSTED/],
	['KF_DEPRECATED', '6.2', NOT_YET],
	['KF_DEPRECATED', '6.3', /documentation; no header defines it/],
	['KF_DEPRECATED', '7.2', /documentation; no header defines it/],
	['BTF_TYPE_SAFE_NESTED', '6.1', NOT_YET],
	['BTF_TYPE_SAFE_NESTED', '6.2', /Linux 6\.2 has it/],
	['BTF_TYPE_SAFE_NESTED', '6.3', /Linux 6\.3 has it/],
	['BTF_TYPE_SAFE_NESTED', '6.4', /any more\. Use BTF_TYPE_SAFE_TRUSTED/],
	['BTF_SET8_START', '5.19', NOT_YET],
	['BTF_SET8_START', '6.0', /Linux 6\.0 has it/],
	['BTF_SET8_START', '6.8', /Linux 6\.8 has it/],
	['BTF_SET8_START', '6.9', /any more\. Use BTF_KFUNCS_START/],
	['__kptr_ref', '5.18', NOT_YET],
	['__kptr_ref', '5.19', /Linux 5\.19 has it/],
	['__kptr_ref', '6.3', /Linux 6\.3 has it/],
	['__kptr_ref', '6.4', /any more\. Use __kptr\./],
	['__kptr', '5.18', NOT_YET],
	['__kptr', '5.19', /Linux 5\.19 has it: an unreferenced kptr/],
	['__kptr', '6.3', /Linux 6\.3 has it: an unreferenced kptr/],
	['__kptr', '6.4', /Linux 6\.4 has it: a referenced kptr/],
	['__kptr_untrusted', '6.3', NOT_YET],
	['__kptr_untrusted', '6.4', /an unreferenced kptr/],
	['__percpu_kptr', '6.6', NOT_YET],
	['__percpu_kptr', '6.7', /Linux 6\.7 has it/],
	['__uptr', '6.12', NOT_YET],
	['__uptr', '6.13', /Linux 6\.13 has it/],
	['bpf_obj_new', '6.1', NOT_YET],
	['bpf_obj_new', '6.2', /Linux 6\.2 has it: as a macro/],
	['bpf_obj_new', '7.0', /Linux 7\.0 has it: as a macro/],
	['bpf_obj_new', '6.12', /Linux 6\.12 has it: as a macro .* bpf_obj_new_impl/],
	['bpf_obj_new', '7.2', /^void \*bpf_obj_new\(u64 local_type_id__k\);.*KF_IMPLICIT_ARGS/],
];

describe('the history of the kernel', () => {
	for (const [name, release, says, not] of ANSWERS)
		it(`${name} in ${release}`, () => {
			const page = (describeKfunc(loadCatalog(release), name) ?? '').replace(/\s+/g, ' ');
			assert.match(page, says);
			if (not) assert.doesNotMatch(page.split(' History ')[0]!, not);
		});

	it('is what the command line prints', () => {
		const { status, out } = bpfls(['kfunc', '__kptr_ref', '--kernel', '6.4']);
		assert.equal(status, 0);
		assert.equal(out, describeKfunc(loadCatalog('6.4'), '__kptr_ref'));
	});
});
