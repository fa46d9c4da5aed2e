/**
 * The floor of the ingest benches: plain node:http, JSON.parse, and one SQLite transaction a request with
 * synchronous=FULL, one row a record. No validation, no de-duplication, no summaries. Prints its port when ready.
 */
import http from 'node:http'
import Database from 'better-sqlite3'

const database = new Database(process.argv[2])
database.pragma('journal_mode = WAL')
database.pragma('synchronous = FULL')
database.exec('CREATE TABLE record (seq INTEGER PRIMARY KEY, at INTEGER, model TEXT, body TEXT) STRICT')
const insert = database.prepare('INSERT INTO record (at, model, body) VALUES (?, ?, ?)')
const insertAll = database.transaction((records) => {
  for (const record of records) insert.run(record.timestamp ?? Date.now(), 'bench', JSON.stringify(record))
})

const server = http.createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const parsed = JSON.parse(Buffer.concat(chunks).toString())
    const records = Array.isArray(parsed) ? parsed : [parsed]
    insertAll.immediate(records)
    response.end(`{"accepted":${records.length}}`)
  })
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
