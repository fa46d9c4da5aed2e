/** Owns summarising the quality of each chunk of the reference: how much the model's quality swung by itself. */
import type { InferredProblem } from '@/lib/profile/infer-problem'
import type { OutputColumns } from '@/lib/profile/measure-quality'
import type { Spill } from '@/lib/profile/spill'
import { readLabels, readNumbers, type TableColumn } from '@/lib/profile/table-values'
import { encodeSummary } from '@/lib/summary/codec'
import { addLabel } from '@/lib/summary/fold-quality'
import { emptyQuality, mergeQuality } from '@/lib/summary/merge-quality'

/**
 * @param chunkOfRow index of each row's chunk, -1 for none
 * @returns base64 of the encoded quality summary of each chunk; null without labels and predictions
 */
export async function qualityOfChunks(
  { label, prediction, score }: OutputColumns,
  { problem, positiveClass }: InferredProblem,
  chunkOfRow: Int32Array,
  chunkCount: number,
  spill: Spill,
): Promise<string[] | null> {
  if (!label || !prediction || problem === null) return null
  const read = problem === 'regression' ? readTargets : readLabels
  const actuals = await read(spill, label)
  const predictions = await read(spill, prediction)
  const scores = score && positiveClass !== null ? await readNumbers(spill, score) : null
  const chunks = Array.from({ length: chunkCount }, emptyQuality)
  for (const [row, index] of chunkOfRow.entries()) {
    const quality = chunks[index]
    if (!quality) continue
    addLabel(quality, {
      actual: actuals[row] ?? null,
      predicted: predictions[row] ?? null,
      score: scores?.[row] ?? null,
      positiveClass,
    })
  }
  // Merging into nothing applies the bounds on classes and scores.
  return chunks.map((quality) =>
    Buffer.from(encodeSummary(mergeQuality(emptyQuality(), quality))).toString('base64'),
  )
}

async function readTargets(spill: Spill, column: TableColumn): Promise<(number | null)[]> {
  return Array.from(await readNumbers(spill, column), (value) => (Number.isNaN(value) ? null : value))
}
