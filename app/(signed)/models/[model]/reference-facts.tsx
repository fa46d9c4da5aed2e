/** Owns what the reference says of a column: type, range, moments, expectations in words. */

import { expectationSentence } from '@/app/components/expectation-sentence'
import { Tile, Tiles } from '@/app/components/page-parts'
import { formatCount, formatNumber, formatShare } from '@/app/format'
import type { ColumnProfile } from '@/lib/domain/profile'

export function ReferenceFacts({ column }: { column: ColumnProfile }) {
  const { moments, quantiles } = column
  return (
    <>
      <Tiles>
        <Tile label="Type" value={column.type} note={column.kind} />
        <Tile label="Rows" value={formatCount(column.rows)} />
        <Tile label="Missing" value={formatShare(column.rows === 0 ? 0 : column.missing / column.rows)} />
        <Tile label="Different values" value={formatCount(column.distinct)} />
        {moments && moments.n > 0 && (
          <>
            <Tile
              label="Mean"
              value={formatNumber(moments.mean)}
              note={`σ ${formatNumber(Math.sqrt(moments.m2 / moments.n))}`}
            />
            <Tile label="Median" value={formatNumber(quantiles?.['0.5'])} />
            <Tile label="Range" value={`${formatNumber(moments.min)} – ${formatNumber(moments.max)}`} />
          </>
        )}
      </Tiles>
      <ul>
        {column.expectations.map((expectation) => (
          <li key={expectation.kind}>{expectationSentence(expectation)}</li>
        ))}
      </ul>
    </>
  )
}
