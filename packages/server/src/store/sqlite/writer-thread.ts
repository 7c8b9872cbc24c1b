import { DatabaseSync } from 'node:sqlite'
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { commitGroup, type Outcome, type Write } from './group.ts'
import { statementsOf, writing } from './statement.ts'

/**
 * The only connection that writes, in a thread of its own, so that no fsync holds up the event loop.
 * It takes everything that has queued up since it last looked, commits that as one group and answers.
 */

/** What the thread is started with. */
export interface WriterStart {
  readonly path: string
  /** Pages of 4096 bytes that the database may grow to; the disk's own limit when left out. */
  readonly maxPages?: number
}

/** To the thread: writes to do, or 'close'. */
export type ToWriter = readonly Write[] | 'close'

/** From the thread: an outcome for each write, in the order in which they were sent. */
export type FromWriter = readonly Outcome[]

// Bounds how long a group keeps its first writer waiting for its last.
const groupSize = 2_000

function serve(port: MessagePort, { path, maxPages }: WriterStart): void {
  const db = new DatabaseSync(path, { timeout: 5_000 })
  // FULL: the log is on disk before a COMMIT returns. https://sqlite.org/pragma.html#pragma_synchronous
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
  db.exec('PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 67108864; PRAGMA trusted_schema = OFF')
  if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${Math.trunc(maxPages)}`)
  const prepare = statementsOf(db, writing)

  port.on('message', (first: ToWriter) => {
    const group: Write[] = []
    let next: ToWriter | undefined = first
    while (next !== undefined && next !== 'close') {
      for (const write of next) group.push(write)
      next = group.length < groupSize ? received(port) : undefined
    }
    if (group.length > 0) port.postMessage(commitGroup(db, prepare, group))
    if (next === 'close') {
      db.close()
      port.close()
    }
  })
}

function received(port: MessagePort): ToWriter | undefined {
  return receiveMessageOnPort(port)?.message
}

if (parentPort) serve(parentPort, workerData)
