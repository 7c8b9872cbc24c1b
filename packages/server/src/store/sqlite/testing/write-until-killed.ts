import { contractMigrations, put } from '../../database-contract.ts'
import { openSqlite } from '../sqlite.ts'

/** A process that writes without end and tells its parent what was answered, until it is killed. */
const directory = process.argv[2] ?? ''
const db = await openSqlite({ directory, migrations: contractMigrations, now: () => new Date(0) })

async function sail(caller: number): Promise<void> {
  for (let n = 0; process.connected; n++) {
    // Both or neither: a torn write would show as an outward ship without its return.
    await db.write([put(`${caller}/${n}/out`, n), put(`${caller}/${n}/back`, n)])
    process.send?.(`${caller}/${n}`)
  }
}

await Promise.all(Array.from({ length: 16 }, (_, caller) => sail(caller)))
