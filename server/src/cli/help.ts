// What `bpfls --help` prints.
import { DEFAULT_KERNEL } from '../options.js';

export const HELP = `bpfls: what the kernel's verifier would say of BPF C, without a build

Usage:
  bpfls check [OPTION]... FILE...    findings in BPF C files
  bpfls serve --stdio                the language server, for editors
  bpfls explain RULE                 a rule's page
  bpfls kfunc NAME [--kernel V]      what is known of a kfunc or helper

Options of check:
  --format FORMAT       pretty (default), json, sarif or github
  --kernel V            target: a release (default ${DEFAULT_KERNEL}), a range like 6.6..${DEFAULT_KERNEL}, or host
  --kernel-config FILE  the target kernel's .config
  --rodata VALUES       what const volatile variables hold when the program is loaded: any value (default), or initial, as written
  -I DIR                folder to look for headers in; may be repeated
  -D NAME[=VALUE]       macro to define; may be repeated
  -p DIR                folder of compile_commands.json (default: upward from each file)
  --btf FILE            BTF to take kernel types from where no vmlinux.h is included
  --fix                 apply the preferred fixes to the files
  --dump WHAT           print what the analysis saw: cfg or states
  --color WHEN          auto (default), always or never; NO_COLOR is honoured

  --help, --version

Exit status: 0 nothing found, 1 findings of severity error, 2 the command could not do its work (bad arguments, unreadable
file; the other files are still checked). In JSON and SARIF, lines and columns start at 1 and columns count UTF-16 units.
A comment "// bpfls: ignore[rule]" on a line or the line before silences that rule there.
`;
