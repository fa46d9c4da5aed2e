/** Owns the process that a test kills while it migrates: opens a database and migrates it. For tests only. */
import { openConnection } from '@/db/sqlite/connection'
import { migrate } from '@/db/sqlite/migrate'

const [path = '', migrationsDir = '', backupDir = ''] = process.argv.slice(2)
const db = openConnection({ path })
process.send?.('migrating')
migrate(db, migrationsDir, backupDir)
db.close()
