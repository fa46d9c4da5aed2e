/** Owns looking into a data folder beside its server: what of the sent records is really there. For tests only. */
import type { LogPosition, RecordBlock } from '@/db/contracts/log-store'
import { openReaderStores } from '@/db/sqlite/open'
import type { PredictionRecord } from '@/lib/domain/record'

const RECORDS_A_READ = 10_000

/** How often each prediction id is stored in a data folder. */
export async function readStored(dataDir: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  await forEachStored(dataDir, (_block, { id }) => counts.set(id, (counts.get(id) ?? 0) + 1))
  return counts
}

/** Calls `take` with every stored record, in the order of the log. */
export async function forEachStored(
  dataDir: string,
  take: (block: RecordBlock, record: PredictionRecord) => void,
): Promise<void> {
  const stores = await openReaderStores({ dataDir })
  try {
    let position: LogPosition | null = null
    for (;;) {
      const blocks = await stores.log.readRecords(position, RECORDS_A_READ)
      for (const block of blocks) for (const record of block.records) take(block, record)
      const last = blocks.at(-1)
      if (!last) return
      position = last.position
    }
  } finally {
    await stores.close()
  }
}
