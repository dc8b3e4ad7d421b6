// What rests on a struct whose fields are not known is neither refused nor accepted.
import { strict as assert } from 'node:assert';
import { createChecker } from '../../server/src/rules/create-checker.js';

/** The kernel's struct is only declared, as where no vmlinux.h is included; the program has a flavour of its own. */
const PROGRAM = `#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

struct bpf_xfrm_info;
struct bpf_xfrm_info___local {
	unsigned if_id;
	int link;
};

extern int bpf_skb_get_xfrm_info(struct __sk_buff *skb_ctx, struct bpf_xfrm_info *to) __ksym;

SEC("tc")
int flavour(struct __sk_buff *skb)
{
	struct bpf_xfrm_info___local info = {};

	return bpf_skb_get_xfrm_info(skb, (struct bpf_xfrm_info *)&info);
}
`;

describe('types that are not known', () => {
	it('memory for a struct of which no field is known is no objection', async () => {
		const checker = await createChecker({ files: { read: () => undefined } });
		const { programs, findings } = checker.check('/flavour.bpf.c', PROGRAM, { kernel: '6.12', includePaths: [], defines: [] });
		assert.deepEqual(
			programs.map(({ verdict, reason }) => [verdict, reason]),
			[['unknown', 'argument 2 (to) is a struct whose fields are not known']],
		);
		assert.deepEqual(findings, []);
	});

	it('once its fields are known, it may be filled', async () => {
		const checker = await createChecker({ files: { read: () => undefined } });
		const text = PROGRAM.replace('struct bpf_xfrm_info;', 'struct bpf_xfrm_info {\n\tunsigned if_id;\n\tint link;\n};');
		const { programs } = checker.check('/flavour.bpf.c', text, { kernel: '6.12', includePaths: [], defines: [] });
		assert.deepEqual(
			programs.map(({ verdict }) => verdict),
			['accept'],
		);
	});
});
