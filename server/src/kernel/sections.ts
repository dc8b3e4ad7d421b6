// How `SEC("...")` names a program.
import type { SectionRule } from './catalog.js';

export const SECTION_RULES: readonly SectionRule[] = [];
