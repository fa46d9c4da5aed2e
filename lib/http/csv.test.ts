import { expect, it } from 'vitest'
import { csvLine } from '@/lib/http/csv'

it('quotes what needs quotes and leaves gaps for nothing', () => {
  expect(csvLine(['a', 1.5, null, undefined, true, 'x,y', 'say "hi"', 'two\nlines'])).toBe(
    'a,1.5,,,true,"x,y","say ""hi""","two\nlines"\r\n',
  )
})

it.each(['=1+1', '+1', '-1', '@x', '\tx', '\rx', '\nx', '\0x', '＝1', '＋1', '－1', '＠x'])(
  'takes the power from the formula %j',
  (text) => {
    expect(csvLine([text])).toContain(`'${text}`)
  },
)

it('leaves negative numbers alone', () => {
  expect(csvLine([-1.5])).toBe('-1.5\r\n')
})
