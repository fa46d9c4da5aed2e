import { readdir } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { isAppError } from '@/lib/domain/errors'
import { openReference } from '@/lib/profile/read-rows'
import { type Cell, REFERENCE_LIMITS, type ReferenceLimits } from '@/lib/profile/rows'
import { testFolder } from '@/lib/profile/testing'

interface Table {
  readonly format: string
  readonly columns: readonly string[]
  readonly rows: Cell[][]
}

async function read(
  content: string | Uint8Array,
  limits: ReferenceLimits = REFERENCE_LIMITS,
): Promise<Table> {
  await using folder = await testFolder()
  const reference = await openReference(await folder.write('file', content), folder.dir, limits)
  const source = await reference.open()
  const rows: Cell[][] = []
  for await (const batch of source.rows()) rows.push(...batch.map((row) => [...row]))
  await reference.dispose()
  return { format: source.format, columns: source.columns, rows }
}

async function readSlices(content: string | Uint8Array): Promise<Map<string, Cell[]>> {
  await using folder = await testFolder()
  const reference = await openReference(await folder.write('file', content), folder.dir)
  const source = await reference.open()
  const columns = new Map<string, Cell[]>()
  for await (const { column, rowStart, cells } of source.slices()) {
    const name = source.columns[column] ?? ''
    const known = columns.get(name) ?? []
    while (known.length < rowStart) known.push(null)
    columns.set(name, [...known, ...cells])
  }
  await reference.dispose()
  return columns
}

async function refusal(content: string | Uint8Array, limits?: ReferenceLimits) {
  try {
    await read(content, limits)
  } catch (error) {
    if (isAppError(error)) return { code: error.code, message: error.message, ...error.details }
    throw error
  }
  return null
}

const parquet = (rows = 3) =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'x', data: Array.from({ length: rows }, (_, i) => i / 2), type: 'DOUBLE' },
        { name: 'big', data: Array.from({ length: rows }, (_, i) => 2n ** 60n + BigInt(i)), type: 'INT64' },
        { name: 'n', data: Array.from({ length: rows }, (_, i) => BigInt(i)), type: 'INT64' },
        { name: 's', data: Array.from({ length: rows }, (_, i) => (i % 2 ? 'a' : null)), type: 'STRING' },
        { name: 'at', data: Array.from({ length: rows }, (_, i) => new Date(i * 1_000)), type: 'TIMESTAMP' },
      ],
      rowGroupSize: 2,
    }),
  )

describe('reading a reference file', () => {
  it.each([
    [',', 'csv'],
    [';', 'csv (;)'],
    ['\t', 'csv (tab)'],
    ['|', 'csv (|)'],
  ])('finds the delimiter %j by itself', async (delimiter, format) => {
    const text = [
      ['a', 'b', 'c'],
      ['1', '"x, y; z|"', '3'],
    ]
      .map((row) => row.join(delimiter))
      .join('\n')
    expect(await read(text)).toEqual({ format, columns: ['a', 'b', 'c'], rows: [['1', 'x, y; z|', '3']] })
  })

  it('does not take a comma inside numbers for the delimiter of a semicolon file', async () => {
    expect((await read('a;b\n1,5;2,5\n3;4,25\n')).rows).toEqual([
      ['1,5', '2,5'],
      ['3', '4,25'],
    ])
  })

  it('reads a byte order mark, Windows line ends, blank lines and no last line end', async () => {
    expect(await read('\uFEFFa,b\r\n1,2\r\n\r\n3,4')).toMatchObject({
      columns: ['a', 'b'],
      rows: [
        ['1', '2'],
        ['3', '4'],
      ],
    })
  })

  it('reads gzip, by its content', async () => {
    expect((await read(gzipSync('a,b\n1,2\n'))).rows).toEqual([['1', '2']])
  })

  it('reads JSON Lines with columns that appear late and nested objects', async () => {
    const { columns, rows } = await read('{"a":1,"features":{"b":"x"}}\n\n{"a":null,"o":{"c":true}}\n')
    expect(columns).toEqual(['a', 'b', 'o.c'])
    expect(rows).toEqual([
      [1, 'x'],
      [null, null, true],
    ])
  })

  it('reads one JSON array of objects', async () => {
    const { format, rows } = await read('\n[ {"a":"x]\\"},", "b":[1,2]},\n {"a":2} ]\n')
    expect(format).toBe('json')
    expect(rows).toEqual([['x]"},', '[1,2]'], [2]])
  })

  it('reads a name such as __proto__ as a column like any other', async () => {
    expect((await read('{"__proto__":1,"constructor":2}\n')).columns).toEqual(['__proto__', 'constructor'])
  })

  it('reads Parquet by rows and by columns alike', async () => {
    const { columns, rows } = await read(parquet())
    expect(columns).toEqual(['x', 'big', 'n', 's', 'at'])
    expect(rows[1]).toEqual([0.5, '1152921504606846977', 1, 'a', '1970-01-01T00:00:01.000Z'])
    const slices = await readSlices(parquet())
    for (const [index, name] of columns.entries())
      expect(slices.get(name)).toEqual(rows.map((row) => row[index]))
  })

  it('unpacks a Parquet file that was compressed as a whole and removes what it unpacked', async () => {
    await using folder = await testFolder()
    const file = await folder.write('x', gzipSync(parquet()))
    const before = await readdir(folder.dir)
    const reference = await openReference(file, folder.dir)
    expect((await reference.open()).columns).toHaveLength(5)
    await reference.dispose()
    expect(await readdir(folder.dir)).toEqual(before)
  })

  it('rounds DECIMAL values to their scale', async () => {
    const schema = [
      { name: 'root', num_children: 1 },
      {
        name: 'd',
        type: 'INT32' as const,
        converted_type: 'DECIMAL' as const,
        scale: 4,
        precision: 9,
        repetition_type: 'REQUIRED' as const,
      },
    ]
    const file = parquetWriteBuffer({ schema, columnData: [{ name: 'd', data: [1, 0.1, 2.3457] }] })
    expect((await read(new Uint8Array(file))).rows).toEqual([[1], [0.1], [2.3457]])
  })
})

describe('refusing a file that is no reference', () => {
  it.each([
    ['an empty file', '', 'empty_reference'],
    ['blanks only', ' \n \n', 'empty_reference'],
    ['a single column', 'name\nanna\nben\n', 'single_column'],
    ['a delimiter that is none of the four', 'a^b^c\n1^2^3\n', 'single_column'],
    ['a row with a field too many', 'a,b\n1,2\n1,2,3\n', 'ragged_row'],
    ['a row with a field too few', 'a,b\n1,2\n3\n', 'ragged_row'],
    ['a quote that is never closed', 'a,b\n1,2\n"3,4\n5,6\n', 'unclosed_quote'],
    ['a quote inside a field', 'a,b\n1,2\nx"y,4\n', 'misplaced_quote'],
    ['a column name twice', 'a,b,a\n1,2,3\n', 'duplicate_column_name'],
    ['a column without a name', 'a,,c\n1,2,3\n', 'empty_column_name'],
    ['a line that is no JSON', '{"a":1}\n{"a":\n', 'malformed_json'],
    ['a line that is no object', '{"a":1}\n7\n', 'row_not_object'],
    ['an array that is not closed', '[{"a":1},{"a":2}', 'malformed_json'],
    ['text after the array', '[{"a":1}] x', 'malformed_json'],
    [
      'bytes that are no UTF-8',
      Uint8Array.from([...Buffer.from('{"a":"'), 0xff, ...Buffer.from('"}\n')]),
      'invalid_utf8',
    ],
    ['damaged gzip', gzipSync('a,b\n'.repeat(100_000)).subarray(0, 200), 'corrupt_gzip'],
  ])('refuses %s', async (_what, content, reason) => {
    expect(await refusal(content)).toMatchObject({ code: 'invalid', reason })
  })

  it.each([
    ['ragged', 'a,b\n1,2\n1,2,3\n', 3],
    ['misplaced', 'a,b\n1,2\n3,4\nx"y,4\n', 4],
    ['broken JSON', '{"a":1}\n\n{"a"\n', 3],
  ])('says on which line a row is %s', async (_what, content, line) => {
    expect((await refusal(content))?.message).toContain(`ine ${line}`)
  })

  it('says that NaN is not JSON', async () => {
    expect((await refusal('{"a":NaN}\n'))?.message).toContain('NaN and Infinity are not JSON')
  })

  it('stops at a field of eight million characters', async () => {
    expect(await refusal(`a,b\n1,"${'x'.repeat(8 << 20)}\n`)).toMatchObject({ reason: 'row_too_large' })
  })

  it('refuses five thousand columns', async () => {
    const names = Array.from({ length: 5_000 }, (_, i) => `c${i}`).join(',')
    expect(await refusal(`${names}\n`)).toMatchObject({ reason: 'too_many_columns', limit: 1_000 })
  })

  it('stops a JSON file that invents columns', async () => {
    const lines = Array.from({ length: 2_000 }, (_, i) => `{"c${i}":1}`).join('\n')
    expect(await refusal(lines)).toMatchObject({ reason: 'too_many_columns' })
  })

  it('stops a gzip bomb at the limit of unpacked bytes', async () => {
    const bomb = gzipSync(`a,b\n${'1,2\n'.repeat(1_000_000)}`)
    expect(await refusal(bomb, { ...REFERENCE_LIMITS, maxBytes: 1_000_000 })).toMatchObject({
      code: 'too_large',
      reason: 'file_too_large',
    })
  })

  it.each([
    ['a zip archive', [0x50, 0x4b, 3, 4, 0, 0]],
    ['gzip within gzip', [...gzipSync(gzipSync('a,b\n1,2\n'))]],
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd, 0]],
    ['text in UTF-16', [...Buffer.from('\uFEFFa,b\n1,2\n', 'utf16le')]],
    ['bytes of no known kind', [1, 2, 0, 3, 4]],
  ])('calls %s unsupported', async (_what, bytes) => {
    expect(await refusal(Uint8Array.from(bytes))).toMatchObject({ code: 'unsupported' })
  })
})

describe('refusing a damaged Parquet file', () => {
  const whole = parquet(200)
  it.each([5, 12, 100, 500, whole.length - 1, whole.length - 8])('cut after %d bytes', async (length) => {
    expect(await refusal(whole.subarray(0, length))).toMatchObject({
      code: 'invalid',
      reason: 'corrupt_parquet',
    })
  })

  it('with a footer that claims to be larger than the file', async () => {
    const file = Uint8Array.from(whole)
    new DataView(file.buffer).setUint32(file.length - 8, 0xffffff, true)
    expect(await refusal(file)).toMatchObject({ reason: 'corrupt_parquet' })
  })

  it('without rows', async () => {
    const empty = parquetWriteBuffer({ columnData: [{ name: 'x', data: [], type: 'DOUBLE' }] })
    expect(await refusal(new Uint8Array(empty))).toMatchObject({ reason: 'empty_reference' })
  })
})
