/**
 * Owns the table of all kernels. Adding a method is its file, a row here, and where it can judge windows a line in
 * `lib/stats/methods.ts`; `docs/methods.md` is made from both.
 */
import type { Kernel } from '@/lib/stats/registry/kernel'
import { BIN_KERNELS } from '@/lib/stats/registry/kernels-bins'
import { QUALITY_KERNELS } from '@/lib/stats/registry/kernels-quality'
import { ROW_KERNELS } from '@/lib/stats/registry/kernels-rows'
import { SAMPLE_KERNELS } from '@/lib/stats/registry/kernels-samples'
import { SUMMARY_KERNELS } from '@/lib/stats/registry/kernels-summaries'

export const KERNELS: readonly Kernel[] = [
  ...SAMPLE_KERNELS,
  ...BIN_KERNELS,
  ...ROW_KERNELS,
  ...QUALITY_KERNELS,
  ...SUMMARY_KERNELS,
]
