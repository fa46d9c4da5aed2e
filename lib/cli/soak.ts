/** Owns the command `npm run soak`: kills the built server a thousand times under load and holds it against its ledger. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { killAgainAndAgain, type Reckoning, reckon } from '@/lib/runtime/testing-crash'

const USAGE = `Usage: npm run soak -- [--cycles 1000] [--seed NUMBER] [--keep]

Starts the built server on a new folder, sends records from eight connections, kills it with SIGKILL at a random
instant, and starts it again; in half of the lives its worker is killed first. Half of the deaths fall into the start. Afterwards every acknowledged record must
be stored once, nothing else may be, and the summaries must count exactly what is stored. About a second a cycle.

  --cycles   how often it is killed
  --seed     repeats the instants of an earlier run
  --keep     leaves the folder where it is and says where

Exit code: 0 when every promise was kept, 1 when one was broken.`

const TELL_EVERY = 25

/** @returns the exit code */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      cycles: { type: 'string', default: '1000' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const [cycles, seed] = [Number(values.cycles), Number(values.seed)]
  if (values.help || !Number.isSafeInteger(cycles) || cycles < 1 || !Number.isSafeInteger(seed)) {
    console.error(USAGE)
    return values.help ? 0 : 2
  }
  // The bundle lies in dist/cli; the server is named from the root of the project.
  process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
  const dataDir = mkdtempSync(path.join(tmpdir(), 'plumbline-soak-'))
  const startedMs = performance.now()
  console.log(`${cycles} deaths, seed ${seed}`)
  const ledger = await killAgainAndAgain({
    dataDir,
    cycles,
    seed,
    onCycle: async (cycle, { batches }) => {
      if (cycle % TELL_EVERY === 0) {
        const seconds = Math.round((performance.now() - startedMs) / 1_000)
        console.log(`${cycle} deaths, ${batches.length} requests, ${seconds} s`)
      }
    },
  })
  const found = await reckon(dataDir, ledger)
  const sent = ledger.ids(ledger.batches).length
  const isKept = isKeptBy(found, sent) && ledger.unacknowledged().length === 0
  console.log(
    `${sent} records sent in the end, ${found.stored} stored, ${found.summarised} in the summaries; ${found.lost.length} lost, ${found.twice.length} twice, ${found.neverSent.length} never sent`,
  )
  console.log(
    isKept ? 'Every promise was kept.' : `A promise was broken. The folder is ${dataDir}, seed ${seed}.`,
  )
  if (isKept && !values.keep) rmSync(dataDir, { recursive: true, force: true })
  else if (isKept) console.log(dataDir)
  return isKept ? 0 : 1
}

function isKeptBy({ lost, twice, neverSent, stored, summarised }: Reckoning, sent: number): boolean {
  return lost.length + twice.length + neverSent.length === 0 && stored === sent && summarised === sent
}
