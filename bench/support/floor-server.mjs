/**
 * The floor of the ingest benches: plain node:http, JSON.parse, and one SQLite transaction a request with
 * synchronous=FULL, one row a record. No validation, no de-duplication, no summaries. Prints its port when ready.
 * Arguments: the file, and `grouped` for one transaction for all requests that arrived meanwhile: what this way of
 * building a server could reach if it did nothing else.
 */
import http from 'node:http'
import Database from 'better-sqlite3'

const [file, mode] = process.argv.slice(2)
const database = new Database(file)
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')
database.exec('CREATE TABLE record (seq INTEGER PRIMARY KEY, at INTEGER, model TEXT, body TEXT) STRICT')
const insert = database.prepare('INSERT INTO record (at, model, body) VALUES (?, ?, ?)')
const insertAll = database.transaction((records) => {
  for (const record of records) insert.run(record.timestamp ?? Date.now(), 'bench', JSON.stringify(record))
})

/** Requests that wait for the next transaction. */
let waiting = []
let seen = 0

/** Waits while a turn of the event loop brings more. */
function gather() {
  if (waiting.length > seen) {
    seen = waiting.length
    setImmediate(gather)
    return
  }
  const group = waiting
  waiting = []
  seen = 0
  insertAll.immediate(group.flatMap(({ records }) => records))
  for (const { records, response } of group) response.end(`{"accepted":${records.length}}`)
}

function take(records, response) {
  if (mode === 'grouped') {
    if (waiting.push({ records, response }) === 1) setImmediate(gather)
    return
  }
  insertAll.immediate(records)
  response.end(`{"accepted":${records.length}}`)
}

const server = http.createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const parsed = JSON.parse(Buffer.concat(chunks).toString())
    take(Array.isArray(parsed) ? parsed : [parsed], response)
  })
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
