import { describe, expect, it } from 'vitest'
import { placeLabels } from '@/app/charts/place-labels'

const at = (...times: number[]) => times.map((atMs) => ({ atMs, label: `v${atMs}` }))

function placed(
  markers: readonly { atMs: number; label: string }[],
  onsetMs: number | null = null,
  width?: number,
) {
  return placeLabels(markers, { startMs: 0, endMs: 100, onsetMs }, width).map(({ text, side, isSpare }) =>
    text === null ? 'none' : `${side}${isSpare ? ', not on a phone' : ''}`,
  )
}

describe('labels of markers', () => {
  it('stand to the right of their line, or to the left where the plot ends', () => {
    expect(placed(at(50))).toEqual(['right'])
    expect(placed([{ atMs: 97, label: 'rolled back' }])).toEqual(['left'])
  })

  it('never lie on the word onset', () => {
    expect(placed(at(50), 50)).toEqual(['left'])
    expect(placed(at(46), 50)).toEqual(['left'])
    expect(placed(at(53), 50)).toEqual(['none'])
    expect(placed(at(1), 1)).toEqual(['none'])
  })

  it('never lie on one another, and on a phone there is room for fewer', () => {
    expect(placed(at(50, 51))).toEqual(['right', 'none'])
    expect(placed(at(20, 25, 36))).toEqual(['right', 'right, not on a phone', 'right'])
    expect(
      placed(
        [
          { atMs: 40, label: 'threshold lowered' },
          { atMs: 43, label: 'b' },
        ],
        null,
        1_000,
      ),
    ).toEqual(['right', 'none'])
  })

  it('are cut between letters', () => {
    const [marker] = placeLabels([{ atMs: 1, label: '🙂'.repeat(30) }], {
      startMs: 0,
      endMs: 100,
      onsetMs: null,
    })
    expect(marker?.text).toBe(`${'🙂'.repeat(17)}…`)
  })
})
