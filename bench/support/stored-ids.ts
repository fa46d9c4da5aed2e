/** Owns counting what is in the log of a data folder beside its server: for holding it against what was acknowledged. */
import { forEachStored } from '@/lib/runtime/testing-stored'

/** Records stored of a model, and how many of them have different ids. */
export async function countStored(
  dataDir: string,
  model: string,
  each: (id: string) => void = () => {},
): Promise<{ stored: number; different: number }> {
  const ids = new Set<string>()
  let stored = 0
  await forEachStored(dataDir, (block, { id }) => {
    if (block.model !== model) return
    stored++
    ids.add(id)
    each(id)
  })
  return { stored, different: ids.size }
}
