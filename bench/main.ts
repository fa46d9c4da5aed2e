/** Owns `npm run bench`: runs the parts that were asked for (all by default) and prints their figures. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { measureAlertPage } from '@/bench/parts/alert-page'
import { measureEndToEnd } from '@/bench/parts/end-to-end'
import { measureFootprint } from '@/bench/parts/footprint'
import { measureGrowth } from '@/bench/parts/growth'
import { measureIngest } from '@/bench/parts/ingest'
import { measureKernels } from '@/bench/parts/kernels'
import { measureOverload } from '@/bench/parts/overload'
import { measurePages } from '@/bench/parts/page'
import { measurePlanted } from '@/bench/parts/planted'
import { measureShippers } from '@/bench/parts/shippers'
import { measureTick } from '@/bench/parts/tick'
import { measureValidate } from '@/bench/parts/validate'
import { measureVerdict } from '@/bench/parts/verdict'
import { measureViewers } from '@/bench/parts/viewers'
import { type BenchPart, type Figure, formatTable, isMet } from '@/bench/support/figures'

const PARTS: Readonly<Record<string, BenchPart>> = {
  kernels: measureKernels,
  planted: measurePlanted,
  ingest: measureIngest,
  shippers: measureShippers,
  verdict: measureVerdict,
  tick: measureTick,
  validate: measureValidate,
  'end-to-end': measureEndToEnd,
  footprint: measureFootprint,
  page: measurePages,
  'alert-page': measureAlertPage,
  overload: measureOverload,
  viewers: measureViewers,
  growth: measureGrowth,
}

/** The server of these parts serves its pages too. */
const PARTS_WITH_PAGES: ReadonlySet<string> = new Set(['footprint', 'page', 'alert-page', 'viewers'])

/** Makes the pages when they are stale; what the build says goes to stderr, so that stdout stays figures. */
function buildPages(): void {
  const built = spawnSync(process.execPath, ['scripts/ensure-built.mjs', 'server', 'pages'], {
    stdio: ['ignore', process.stderr, process.stderr],
  })
  if (built.status !== 0) throw new Error('The pages could not be built.')
}

/**
 * @param argv names of parts, and `--json` for one JSON document instead of a table
 * @returns 0; a missed figure is a finding, not a failure of the bench
 */
export async function main(argv: readonly string[]): Promise<number> {
  const names = argv.filter((word) => !word.startsWith('--'))
  const unknown = names.find((name) => !PARTS[name])
  if (unknown !== undefined) {
    console.error(`There is no part ${unknown}; the parts are ${Object.keys(PARTS).join(', ')}.`)
    return 1
  }
  // The bundle lies in dist/cli; servers and floors are named from the root of the project, wherever the person stands.
  process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
  const figures: Figure[] = []
  const wanted = names.length > 0 ? names : Object.keys(PARTS)
  if (wanted.some((name) => PARTS_WITH_PAGES.has(name))) buildPages()
  for (const name of wanted) {
    console.error(`measuring ${name} …`)
    figures.push(...((await PARTS[name]?.()) ?? []))
  }
  const told = figures.map((figure) => ({ ...figure, met: isMet(figure) }))
  console.log(argv.includes('--json') ? JSON.stringify({ figures: told }, null, 2) : formatTable(figures))
  return 0
}
