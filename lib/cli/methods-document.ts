/** Owns the text of `docs/methods.md`, made from the tables; it must not add facts of its own about a method. */
import { DRIFT_METHODS, MONITOR_METHODS } from '@/lib/stats/methods'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { FAMILIES, type Kernel } from '@/lib/stats/registry/kernel'
import { KERNELS } from '@/lib/stats/registry/kernels'

const HEAD = `# Methods

Every statistic that Plumbline computes, where it comes from, and what it is held against. This page is made from the
tables \`lib/stats/methods.ts\` and \`lib/stats/registry/kernels.ts\`; a test fails when it is stale, and
\`npm run methods\` writes it again. A method answers a finite number or a named reason, never NaN.

Golden vectors are values from other implementations (SciPy, scikit-learn, statsmodels, or the peer's own formula);
\`npm run golden -- FOLDER\` checks any folder of them. "statistics.md" is the specification that they came with.`

const MONITORS = `## Distances that a monitor judges by

A drift monitor judges numeric columns by \`ks\` and categories by \`total_variation\`, unless it is told otherwise:
\`PATCH /api/v1/monitors/{id}\` with \`{"method": "jensen_shannon"}\`. All are computed from merged summaries, so a window
of ten million records costs what one of a hundred does. The floor is the smallest effect that matters; above it the limit
grows with what so few records do by chance. It is worked out in closed form from the counts of both sides; where that is
not exact it is drawn: a profile keeps, by column, a table of what samples of the reference give when they are compared with
one another ([how](verdicts.md#limits-that-are-drawn)). Both are [held against simulation](evidence.md#limits-by-chance).
Whatever the distance, significance is that of KS or chi-square ([verdicts](verdicts.md)).`

const BESIDE = `## Tests shown beside them

Their statistic grows with the sample, so it has no size that matters: a monitor never judges by it alone.`

const KIND_WORDS = { numeric: 'numeric', categorical: 'categories' } as const

const cell = (text: string) => text.replaceAll('|', '\\|')

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

const rangeOf = ({ range: [least, most] }: DriftMethod) => `${least} … ${most === Infinity ? '∞' : most}`

const kindsOf = ({ kinds }: DriftMethod) =>
  (['numeric', 'categorical'] as const)
    .filter((kind) => kinds.includes(kind))
    .map((kind) => KIND_WORDS[kind])
    .join(', ')

function familyTable(kernels: readonly Kernel[]): string {
  const rows = kernels.map(({ name, takes, yields, range, source, golden, file }) => [
    name,
    takes,
    yields,
    range,
    source,
    golden.map((vectors) => `\`${vectors}\``).join(' '),
    `\`lib/stats/${file}.ts\``,
  ])
  return table(['method', 'takes', 'yields', 'range', 'source', 'golden vectors', 'file'], rows)
}

/** The whole document, in Markdown. */
export function methodsDocument(): string {
  const monitors = MONITOR_METHODS.map((method) => [
    `\`${method.id}\``,
    method.name,
    kindsOf(method),
    rangeOf(method),
    String(method.effectFloor),
    method.sensitiveTo,
    method.chance,
    method.nullTable?.columns ?? '–',
  ])
  const tests = DRIFT_METHODS.filter((method) => !MONITOR_METHODS.includes(method)).map((method) => [
    `\`${method.id}\``,
    method.name,
    kindsOf(method),
    method.sensitiveTo,
  ])
  const families = Object.entries(FAMILIES).map(
    ([family, title]) =>
      `## ${title}\n\n${familyTable(KERNELS.filter((kernel) => kernel.family === family))}`,
  )
  return `${[
    HEAD,
    `${MONITORS}\n\n${table(['id', 'name', 'columns', 'range', 'floor', 'sensitive to', 'limit by chance, closed form', 'drawn instead for'], monitors)}`,
    `${BESIDE}\n\n${table(['id', 'name', 'columns', 'sensitive to'], tests)}`,
    ...families,
  ].join('\n\n')}\n`
}
