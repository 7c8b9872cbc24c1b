import assert from 'node:assert/strict'
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, type TestContext, test } from 'node:test'
import { ConflictError, type Database, StoreUnavailable } from '../database.ts'
import { contractMigrations, databaseContract, lengths, put } from '../database-contract.ts'
import { openSqlite, type SqliteOptions } from './sqlite.ts'

const made: string[] = []
after(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true })
})

databaseContract('sqlite', () => openIn(temporary()))

test('sqlite: what was written is there after close and open', async () => {
  const directory = temporary()
  const first = await openIn(directory)
  await first.write([put('A', 1)])
  await first.close()

  const second = await openIn(directory)

  assert.deepEqual(await lengths(second), { A: 1 })
  await second.close()
})

test('sqlite: every write that was answered survives kill -9, and none is torn', async (t) => {
  const directory = temporary()
  for (let round = 1; round <= 3; round++) {
    const answered = await writeUntilKilled(directory, round * 150)

    const db = await open(t, directory)
    const kept = await lengths(db)
    for (const ship of answered) assert.ok(`${ship}/out` in kept, `${ship} was answered and is gone`)
    for (const ship of Object.keys(kept)) assert.ok(ship.replace('/out', '/back') in kept, `${ship} has no return`)
    await db.write([{ sql: 'DELETE FROM ship', params: [] }])
    await db.close()
  }
})

test('sqlite: a second server is refused the directory, and has it when the first is gone', async () => {
  const directory = temporary()
  const first = await openIn(directory)

  await assert.rejects(openIn(directory), { name: 'DirectoryInUse', message: new RegExp(directory) })

  await first.write([put('A', 1)])
  await first.close()
  await (await openIn(directory)).close()
})

test('sqlite: another process is refused the directory', async (t) => {
  const directory = temporary()
  await open(t, directory)

  const other = fork(writeUntilKilledFile, [directory], { execArgv: [], silent: true })
  let said = ''
  other.stderr?.on('data', (chunk) => {
    said += chunk
  })
  const [code] = await once(other, 'close')

  assert.equal(code, 1)
  assert.match(said, /DirectoryInUse: Another Fairlead server is using/)
})

test('sqlite: a backup made while others write opens, and holds whole writes only', async (t) => {
  const directory = temporary()
  const db = await open(t, directory)
  await db.write([put('before', 7, 4_000_000)])
  let done = false
  const writing = Promise.all(
    Array.from({ length: 8 }, async (_, caller) => {
      for (let n = 1; !done; n++) await db.write([put(`${caller}/out`, n, 500), put(`${caller}/back`, n, 500)])
    }),
  )

  await db.backup(join(directory, 'copy', '..', 'copy.db'))
  const answered = await lengths(db)
  done = true
  await writing

  const copies = temporary()
  execFileSync('cp', [join(directory, 'copy.db'), join(copies, 'fairlead.db')])
  const kept = await lengths(await open(t, copies))
  assert.equal(kept['before'], 7)
  for (let caller = 0; caller < 8; caller++) assert.equal(kept[`${caller}/out`], kept[`${caller}/back`])
  for (const [ship, length] of Object.entries(kept)) assert.ok(Number(length) <= Number(answered[ship]))
})

test('sqlite: a read holds up no checkpoint once its turn of the event loop is over', async (t) => {
  const directory = temporary()
  const db = await open(t, directory)
  await db.write([put('A', 1)])
  await lengths(db)
  await db.write([put('A', 2)])
  await lengths(db)
  const other = new DatabaseSync(join(directory, 'fairlead.db'))
  t.after(() => other.close())

  await new Promise(setImmediate)

  assert.equal(other.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'], 0)
})

test('sqlite: a read that fails leaves those after it as they were', async (t) => {
  const db = await open(t, temporary())
  await db.write([put('A', 1)])

  const [failed, found] = await Promise.allSettled([db.read('SELECT abs(-9223372036854775808)', []), lengths(db)])

  assert.equal(failed.status, 'rejected')
  assert.deepEqual(found, { status: 'fulfilled', value: { A: 1 } })
})

test('sqlite: a backup that fails leaves nothing behind and says why', async (t) => {
  const db = await open(t, temporary())

  await assert.rejects(db.backup(join(temporary(), 'nowhere', 'copy.db')))
})

test('sqlite: a full database refuses the write, does nothing of it, and goes on when there is room', async (t) => {
  const db = await open(t, temporary(), { maxPages: 60 })
  await db.write([put('A', 1, 100_000)])

  const full = Promise.allSettled([db.write([put('small', 1)]), db.write([put('B', 1), put('C', 1, 500_000)])])

  for (const outcome of await full) {
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof StoreUnavailable)
    assert.match(outcome.reason.message, /full/)
  }
  assert.deepEqual(await lengths(db), { A: 1 })
  await db.write([{ sql: 'DELETE FROM ship', params: [] }])
  await db.write([put('C', 1, 100_000)])
  assert.deepEqual(await lengths(db), { C: 1 })
})

test('sqlite: a full disk refuses writes, does nothing of them, and takes them when it has room again', async (t) => {
  const directory = temporary()
  if (!mounted(directory, '4m')) return t.skip('needs the right to mount a small tmpfs')
  try {
    const db = await openIn(join(directory, 'store'))
    await db.write([put('A', 1)])
    const ballast = join(directory, 'ballast')
    assert.throws(() => writeFileSync(ballast, new Uint8Array(8 * 1024 * 1024)), { code: 'ENOSPC' })

    await assert.rejects(db.write([put('B', 1), put('C', 1, 300_000)]), StoreUnavailable)

    assert.deepEqual(await lengths(db), { A: 1 })
    rmSync(ballast)
    await db.write([put('D', 1, 300_000)])
    assert.deepEqual(await lengths(db), { A: 1, D: 1 })
    await db.close()
  } finally {
    execFileSync('umount', ['-l', directory])
  }
})

test('sqlite: more than may wait is refused at once, and room comes back', async (t) => {
  const db = await open(t, temporary(), { limits: { statements: 10, bytes: 1_000 } })

  const many = await Promise.allSettled(Array.from({ length: 12 }, (_, n) => db.write([put(`ship ${n}`, n)])))
  await assert.rejects(db.write([put('large', 1, 2_000)]), StoreUnavailable)

  assert.equal(many.filter((outcome) => outcome.status === 'rejected').length, 2)
  await db.write([put('after', 1)])
})

test('sqlite: the files are for their owner alone', async (t) => {
  const directory = join(temporary(), 'store')
  const db = await open(t, directory)
  await db.write([put('A', 1)])

  assert.equal(statSync(directory).mode & 0o777, 0o700)
  for (const file of ['fairlead.db', 'fairlead.db-wal', 'fairlead.lock']) {
    assert.equal(statSync(join(directory, file)).mode & 0o077, 0, file)
  }
})

test('sqlite: a database newer than the program is refused and let go of', async () => {
  const directory = temporary()
  await (await openIn(directory)).close()

  await assert.rejects(openIn(directory, { migrations: [] }), { name: 'MigrationError', message: /newer Fairlead/ })

  await (await openIn(directory)).close()
})

test('sqlite: a migration that fails leaves the version before the start, whole', async () => {
  const directory = temporary()
  const good = { version: 2, name: '0002-good.sql', checksum: 'x', sql: 'CREATE TABLE port (name TEXT)' }
  const broken = { version: 3, name: '0003-broken.sql', checksum: 'x', sql: 'DROP TABLE port; SELECT nonsense' }
  await (await openIn(directory)).close()

  await assert.rejects(openIn(directory, { migrations: [...contractMigrations, good, broken] }), {
    message: 'Migration 0003-broken.sql failed; the database stays at version 1',
  })

  const db = new DatabaseSync(join(directory, 'fairlead.db'))
  assert.deepEqual({ ...db.prepare('SELECT max(version) AS version FROM schema_version').get() }, { version: 1 })
  assert.equal(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'port'").get()?.['n'], 0)
  db.close()
})

test('sqlite: another program that holds the database is waited for', async (t) => {
  const directory = temporary()
  const db = await open(t, directory)
  const other = new DatabaseSync(join(directory, 'fairlead.db'))
  other.exec('BEGIN IMMEDIATE')

  const written = db.write([put('A', 1)])
  setImmediate(() => other.close())
  await written

  await assert.rejects(db.write([{ ...put('A', 1), expect: 2 }]), ConflictError)
})

const writeUntilKilledFile = new URL('./testing/write-until-killed.ts', import.meta.url)

async function writeUntilKilled(directory: string, count: number): Promise<string[]> {
  const answered: string[] = []
  const child = fork(writeUntilKilledFile, [directory], { execArgv: [] })
  child.on('message', (ship: string) => {
    if (answered.push(ship) === count) child.kill('SIGKILL')
  })
  await once(child, 'close')
  return answered
}

function openIn(directory: string, options: Partial<SqliteOptions> = {}): Promise<Database> {
  return openSqlite({ directory, migrations: contractMigrations, now: () => new Date(0), ...options })
}

async function open(t: TestContext, directory: string, options: Partial<SqliteOptions> = {}): Promise<Database> {
  const db = await openIn(directory, options)
  t.after(() => db.close())
  return db
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-sqlite-'))
  made.push(directory)
  return directory
}

function mounted(directory: string, size: string): boolean {
  try {
    mkdirSync(directory, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'fairlead-test', directory], { stdio: 'ignore' })
  } catch {
    return false
  }
  return true
}
