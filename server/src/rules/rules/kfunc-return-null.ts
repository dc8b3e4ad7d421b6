// kfunc-return-null: a kfunc can return NULL, and its flags promise that it does not.
import { semanticsOf } from '../../kernel/semantics.js';
import { addFlag, definedKfuncs, hasFlag, type KernelSideRule, pointedTo } from '../kernel-side/rule.js';
import { functionName } from '../words.js';

export const kfuncReturnNull: KernelSideRule = {
	id: 'kfunc-return-null',
	summary: 'A kfunc returns NULL and is listed without `KF_RET_NULL`, so programs use the result unchecked.',
	category: 'Memory Safety',
	severity: 'error',
	since: '0.1.0',
	fixable: true,
	*check({ source, catalog }) {
		const trusted = semanticsOf(catalog.release).trustedResults;
		for (const { fn, entries } of definedKfuncs(source)) {
			const [first] = fn.nullReturns;
			// For a result that points to nothing in particular the verifier has rules by the kfunc's name.
			if (!first || pointedTo(fn.result) === undefined) continue;
			for (const entry of entries) {
				if (hasFlag(entry, 'KF_RET_NULL')) continue;
				// An object that is not acquired is not trusted in older releases: a load from NULL is caught there, and no kfunc that asks for trust takes it.
				if (!hasFlag(entry, 'KF_ACQUIRE') && !trusted) continue;
				const fix = addFlag(entry, 'KF_RET_NULL');
				yield {
					at: entry.at,
					message: `${functionName(entry.name)} can return NULL and is listed without \`KF_RET_NULL\`, so the verifier lets programs use the result without a check. Add \`KF_RET_NULL\`.`,
					related: fn.nullReturns.map((at) => ({ at, message: 'NULL is returned here' })),
					...(fix ? { fixes: [fix] } : {}),
				};
			}
		}
	},
};
