/**
 * Owns reading the rows of a request to a serving stack: KServe and TensorFlow V1 (`instances`), the Open Inference
 * Protocol V2 (`inputs` as tensors), MLflow and Databricks (`dataframe_split`, `dataframe_records`), pandas, Seldon.
 */
import {
  addSummary,
  isTensor,
  readTensor,
  rowOf,
  shapeOf,
  type Tensor,
  withoutLists,
} from '@/lib/ingest/formats/tensors'
import { isObject, type JsonObject, type JsonValue, own, parseAny, setOwn } from '@/lib/ingest/json-value'

/** One row: features by name, or values in the order of the model's features. */
export type Row = JsonObject | JsonValue[]

export interface Rows {
  readonly rows: readonly Row[]
  /** Name of the tensor that values without names came in, or null. */
  readonly prefix: string | null
}

/**
 * The rows of a payload; null for a value that is no payload, text for one that cannot be read.
 * @param payload  an object as servers take it, its JSON as text, or a list of rows
 */
export function readRows(payload: JsonValue | undefined): Rows | string | null {
  if (typeof payload === 'string') {
    const parsed = /^\s*[[{]/.test(payload) ? parseAny(payload) : undefined
    return typeof parsed === 'object' ? readRows(parsed) : null
  }
  if (Array.isArray(payload)) return listRows(payload)
  if (!isObject(payload)) return null
  for (const name of ['instances', 'inputs', 'dataframe_records']) {
    const value = own(payload, name)
    if (Array.isArray(value)) return listRows(value)
    if (name === 'inputs' && isObject(value)) return columnRows(value)
  }
  for (const name of ['dataframe_split', 'multiple', 'data']) {
    const value = own(payload, name)
    if (isObject(value)) return splitRows(value)
  }
  return Array.isArray(own(payload, 'columns')) && Array.isArray(own(payload, 'data'))
    ? splitRows(payload)
    : null
}

function listRows(list: readonly JsonValue[]): Rows | string {
  if (list.some(isTensor)) return tensorRows(list)
  return { rows: list.map((item) => (isObject(item) || Array.isArray(item) ? item : [item])), prefix: null }
}

function tensorRows(list: readonly JsonValue[]): Rows | string {
  const tensors: Tensor[] = []
  for (const [i, value] of list.entries()) {
    const tensor = isTensor(value) ? readTensor(value, i) : `Number ${i} of the tensors is none.`
    if (typeof tensor === 'string') return tensor
    tensors.push(tensor)
  }
  const [first] = tensors
  const count = first?.rows ?? 0
  if (tensors.some(({ rows }) => rows !== count)) return 'The tensors do not have the same number of rows.'
  const indexes = Array.from({ length: count }, (_, row) => row)
  if (first !== undefined && tensors.length === 1 && first.rowShape.length === 1) {
    return { rows: indexes.map((row) => [...rowOf(first, row)]), prefix: first.name }
  }
  return { rows: indexes.map((row) => tensorRow(tensors, row)), prefix: null }
}

function tensorRow(tensors: readonly Tensor[], row: number): JsonObject {
  const features: JsonObject = {}
  for (const tensor of tensors) {
    const values = rowOf(tensor, row)
    const { name, rowShape } = tensor
    if (rowShape.length > 1) addSummary(features, name, rowShape, values)
    else
      for (const [i, value] of values.entries())
        setOwn(features, values.length === 1 ? name : `${name}_${i}`, value)
  }
  return features
}

/** Lists by column, all of one length; an object of plain values is one row. */
function columnRows(columns: JsonObject): Rows | string {
  const lists = Object.entries(columns)
  const [, first] = lists[0] ?? []
  if (!Array.isArray(first)) return { rows: [columns], prefix: null }
  if (!lists.every(([, list]) => Array.isArray(list) && list.length === first.length))
    return 'The columns do not have the same number of rows.'
  const rows = first.map((_, i) => {
    const row: JsonObject = {}
    for (const [name, list] of lists) setOwn(row, name, (list as JsonValue[])[i] as JsonValue)
    return row
  })
  return { rows, prefix: null }
}

/** `{columns, data}` as pandas writes with `orient="split"`, or Seldon's `{names, ndarray}` and `{names, tensor}`. */
function splitRows(split: JsonObject): Rows | string | null {
  const names = own(split, 'columns') ?? own(split, 'names')
  const data = own(split, 'data') ?? own(split, 'ndarray') ?? tensorLists(own(split, 'tensor'))
  if (!Array.isArray(data)) return null
  if (!Array.isArray(names)) return listRows(data)
  const rows: Row[] = []
  for (const item of data) {
    if (!Array.isArray(item) || item.length !== names.length)
      return 'A row does not have a value for each column.'
    const row: JsonObject = {}
    for (const [i, name] of names.entries()) setOwn(row, String(name), item[i] as JsonValue)
    rows.push(row)
  }
  return { rows, prefix: null }
}

function tensorLists(value: JsonValue | undefined): JsonValue[] | undefined {
  if (!isObject(value)) return undefined
  const tensor = readTensor({ shape: own(value, 'shape') ?? null, data: own(value, 'values') ?? null }, 0)
  if (typeof tensor === 'string') return undefined
  return Array.from({ length: tensor.rows }, (_, row) => [...rowOf(tensor, row)])
}

/**
 * Features of a row by name.
 * @param names  of the model's features in their order, or null: used for values without names where there are as many
 */
export function nameRow(row: Row, prefix: string | null, names: readonly string[] | null): JsonObject {
  if (!Array.isArray(row)) return withoutLists(row)
  const features: JsonObject = {}
  if (row.some((value) => Array.isArray(value))) {
    addSummary(features, prefix ?? 'input', shapeOf(row), row.flat(8) as JsonValue[])
    return features
  }
  const fitting = names?.length === row.length ? names : null
  for (const [i, value] of row.entries()) {
    const name = fitting?.[i] ?? (prefix === null ? `f${i}` : row.length === 1 ? prefix : `${prefix}_${i}`)
    setOwn(features, name, value)
  }
  return features
}
