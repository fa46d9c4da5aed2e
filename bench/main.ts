/** Owns `npm run bench`: runs the parts that were asked for (all by default) and prints their figures. */
import { measureEndToEnd } from '@/bench/parts/end-to-end'
import { measureFootprint } from '@/bench/parts/footprint'
import { measureIngest } from '@/bench/parts/ingest'
import { measurePages } from '@/bench/parts/page'
import { measureVerdict } from '@/bench/parts/verdict'
import { type BenchPart, type Figure, formatTable, isMet } from '@/bench/support/figures'

const PARTS: Readonly<Record<string, BenchPart>> = {
  ingest: measureIngest,
  verdict: measureVerdict,
  'end-to-end': measureEndToEnd,
  footprint: measureFootprint,
  page: measurePages,
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
  const figures: Figure[] = []
  for (const name of names.length > 0 ? names : Object.keys(PARTS)) {
    console.error(`measuring ${name} …`)
    figures.push(...((await PARTS[name]?.()) ?? []))
  }
  const told = figures.map((figure) => ({ ...figure, met: isMet(figure) }))
  console.log(argv.includes('--json') ? JSON.stringify({ figures: told }, null, 2) : formatTable(figures))
  return 0
}
