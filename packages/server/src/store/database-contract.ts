import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConflictError, type Database, type Statement, StatementError, StoreUnavailable } from './database.ts'
import type { Migration } from './migrate.ts'

/** The schema that the contract is told on; `open` applies it. */
export const contractMigrations: readonly Migration[] = [
  {
    version: 1,
    name: '0001-contract.sql',
    checksum: 'contract',
    sql: `CREATE TABLE ship (name TEXT PRIMARY KEY, length BIGINT NOT NULL CHECK (length >= 0), cargo BLOB, captain TEXT);
          CREATE TABLE boat (name TEXT PRIMARY KEY, ship TEXT NOT NULL REFERENCES ship (name));`,
  },
]

/** What every engine promises. `open` gives a fresh, empty database, which the test closes. */
export function databaseContract(engine: string, open: () => Promise<Database>): void {
  function promise(name: string, check: (db: Database) => Promise<void>): void {
    test(`${engine}: ${name}`, async () => {
      const db = await open()
      try {
        await check(db)
      } finally {
        await db.close()
      }
    })
  }

  promise('a read sees a write as soon as it is answered', async (db) => {
    for (let length = 0; length < 50; length++) {
      await db.write([put('Aurora', length)])
      assert.deepEqual(await lengths(db), { Aurora: length })
    }
  })

  promise('a read sees an answered write also when others have just read what was there before', async (db) => {
    let done = false
    const others = (async () => {
      while (!done) {
        await lengths(db)
        await new Promise(setImmediate)
      }
    })()
    for (let length = 0; length < 50; length++) {
      await db.write([put('Aurora', length)])
      assert.deepEqual(await lengths(db), { Aurora: length })
    }
    done = true
    await others
  })

  promise('a read after a conflict sees what there was a conflict with', async (db) => {
    await lengths(db)
    const [added, refused] = [db.write([insert('A', 1)]), db.write([insert('A', 2)])]

    const found = await refused.catch(() => lengths(db))

    assert.deepEqual(found, { A: 1 })
    await added
  })

  promise('values come back as they went in', async (db) => {
    const cargo = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    const values = ['日本丸 🚢 \'"$1?', Number.MAX_SAFE_INTEGER, cargo, null]

    await db.write([{ sql: 'INSERT INTO ship (name, length, cargo, captain) VALUES ($1, $2, $3, $4)', params: values }])

    const [row] = await db.read('SELECT name, length, cargo, captain FROM ship', [])
    assert.deepEqual(Object.keys(row ?? {}), ['name', 'length', 'cargo', 'captain'])
    assert.deepEqual(Object.values(row ?? {}).slice(0, 2), values.slice(0, 2))
    assert.deepEqual(new Uint8Array(bytesOf(row?.['cargo'])), cargo)
    assert.equal(row?.['captain'], null)
  })

  promise('bytes are taken as they were when write was called, and no more than the slice', async (db) => {
    const bytes = Buffer.from('abcdef').subarray(2, 4)

    const written = db.write([{ sql: "INSERT INTO ship VALUES ('A', 1, $1, NULL)", params: [bytes] }])
    bytes.fill(0)
    await written

    const [row] = await db.read('SELECT cargo FROM ship', [])
    assert.equal(Buffer.from(bytesOf(row?.['cargo'])).toString(), 'cd')
  })

  promise('a value of 8 MiB comes back whole', async (db) => {
    const cargo = new Uint8Array(8 * 1024 * 1024).fill(7)

    await db.write([{ sql: 'INSERT INTO ship (name, length, cargo) VALUES ($1, $2, $3)', params: ['A', 1, cargo] }])

    const [row] = await db.read('SELECT cargo FROM ship WHERE name = $1', ['A'])
    assert.equal(Buffer.compare(bytesOf(row?.['cargo']), cargo), 0)
  })

  promise('parameters go by number, however often and in whatever order they stand', async (db) => {
    const rows = await db.read('SELECT $2 || $1 || $2 AS word, \'$1\' AS text, 1 AS "$2" -- $9', ['b', 'a'])

    assert.deepEqual(rows, [{ word: 'aba', text: '$1', $2: 1 }])
  })

  promise('a write is done whole or not at all', async (db) => {
    await assert.rejects(db.write([put('A', 1), put('B', 2), insert('A', 3)]), ConflictError)
    await assert.rejects(db.write([put('A', 1), put('B', -1)]), StatementError)

    assert.deepEqual(await lengths(db), {})
  })

  promise('a write whose expectation is not met leaves no trace and says where', async (db) => {
    await db.write([put('A', 1), put('B', 1)])

    const writes: readonly [Statement[], number][] = [
      [[put('C', 1), { sql: 'UPDATE ship SET length = 9 WHERE name = $1', params: ['Z'], expect: 1 }], 1],
      [[{ sql: 'UPDATE ship SET length = 9', params: [], expect: 1 }], 0],
      [[put('C', 1), { sql: 'DELETE FROM ship WHERE length > 5', params: [], expect: 'some' }], 1],
      [[{ sql: 'DELETE FROM ship', params: [], expect: 0 }, put('C', 1)], 0],
      [[{ sql: 'UPDATE ship SET length = 9 RETURNING name', params: [], expect: 1 }], 0],
    ]
    for (const [write, statement] of writes) await assert.rejects(db.write(write), { name: 'ConflictError', statement })

    assert.deepEqual(await lengths(db), { A: 1, B: 1 })
  })

  promise('expectations that are met let the write through', async (db) => {
    const results = await db.write([
      { ...put('A', 1), expect: 1 },
      { ...put('B', 1), expect: 'some' },
      { sql: 'UPDATE ship SET length = 2', params: [], expect: 2 },
      { sql: "DELETE FROM ship WHERE name = 'Z'", params: [], expect: 0 },
      { sql: "INSERT INTO ship (name, length) VALUES ('A', 3) ON CONFLICT (name) DO NOTHING", params: [] },
    ])

    assert.deepEqual(
      results.map((result) => result.changes),
      [1, 1, 2, 0, 0],
    )
  })

  promise('a write that fails does not disturb those beside it', async (db) => {
    const outcomes = await Promise.allSettled([
      db.write([put('A', 1)]),
      db.write([insert('A', 2)]),
      db.write([put('B', 2), { sql: 'DELETE FROM ship WHERE name = $1', params: ['Z'], expect: 1 }]),
      db.write([{ sql: 'INSERT INTO nowhere VALUES (1)', params: [] }]),
      db.write([put('C', 3)]),
    ])

    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'done' : outcome.reason.name)),
      ['done', 'ConflictError', 'ConflictError', 'StatementError', 'done'],
    )
    assert.deepEqual(await lengths(db), { A: 1, C: 3 })
  })

  promise('RETURNING gives the rows, in every statement that asks', async (db) => {
    const [first, second] = await db.write([
      { sql: "INSERT INTO ship (name, length) VALUES ('A', 1), ('B', 2) RETURNING name, length", params: [] },
      { sql: 'UPDATE ship SET length = length + 1 WHERE name = $1 RETURNING length AS now', params: ['B'] },
    ])

    assert.deepEqual(first, { changes: 2, rows: [{ name: 'A', length: 1 }, { name: 'B', length: 2 }] }) // biome-ignore format: a table
    assert.deepEqual(second, { changes: 1, rows: [{ now: 3 }] })
  })

  promise('WITH serves reads and writes', async (db) => {
    await db.write([put('A', 1), put('B', 5)])

    await db.write([
      { sql: 'WITH long AS (SELECT name FROM ship WHERE length > $1) DELETE FROM ship WHERE name IN (SELECT name FROM long)', params: [3] }, // biome-ignore format: one text
    ])

    assert.deepEqual(await db.read('WITH all_ships AS (SELECT name FROM ship) SELECT name FROM all_ships', []), [{ name: 'A' }]) // biome-ignore format: one text
  })

  promise('writes are done in the order in which they were asked for', async (db) => {
    await Promise.all(Array.from({ length: 200 }, (_, length) => db.write([put('A', length)])))

    assert.deepEqual(await lengths(db), { A: 199 })
  })

  promise('of many who write only if it is as they read it, one gets through each time', async (db) => {
    await db.write([put('A', 0)])
    const swap = { sql: 'UPDATE ship SET length = length + 1 WHERE name = $1 AND length = $2', expect: 1 }

    for (let round = 0; round < 10; round++) {
      const tries = Array.from({ length: 20 }, () => db.write([{ ...swap, params: ['A', round] }]))
      const won = (await Promise.allSettled(tries)).filter((outcome) => outcome.status === 'fulfilled')
      assert.equal(won.length, 1)
    }

    assert.deepEqual(await lengths(db), { A: 10 })
  })

  promise('a foreign key without its row is a conflict', async (db) => {
    const boat = { sql: 'INSERT INTO boat (name, ship) VALUES ($1, $2)', params: ['Tender', 'A'] }

    await assert.rejects(db.write([boat]), ConflictError)
    await db.write([put('A', 1), boat])
    await assert.rejects(db.write([{ sql: 'DELETE FROM ship', params: [] }]), ConflictError)
  })

  promise('what no column can hold is refused before anything is done', async (db) => {
    for (const value of [1.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) {
      await assert.rejects(db.write([put('A', 1), put('B', value)]), StatementError, String(value))
      await assert.rejects(db.read('SELECT $1', [value]), StatementError, String(value))
    }

    assert.deepEqual(await lengths(db), {})
  })

  promise('a missing or a spare parameter is refused', async (db) => {
    for (const params of [[], ['A'], ['A', 1, 2]]) {
      await assert.rejects(db.write([{ sql: 'UPDATE ship SET name = $1 WHERE length = $2', params }]), StatementError)
      await assert.rejects(db.read('SELECT name FROM ship WHERE name = $1 AND length = $2', params), StatementError)
    }
  })

  promise('a read changes nothing, and a write has no say over transactions', async (db) => {
    await db.write([put('A', 1)])

    await assert.rejects(db.read('DELETE FROM ship', []), StatementError)
    for (const sql of ['COMMIT', 'ROLLBACK', 'PRAGMA foreign_keys = OFF', 'DROP TABLE ship']) {
      await assert.rejects(db.write([{ sql, params: [] }]), StatementError, sql)
    }

    assert.deepEqual(await lengths(db), { A: 1 })
  })

  test(`${engine}: close finishes what was asked for and refuses what comes after`, async () => {
    const db = await open()

    const writes = Array.from({ length: 100 }, (_, n) => db.write([put(`ship ${n}`, n)]))
    const closed = db.close()

    await assert.rejects(db.write([put('late', 1)]), StoreUnavailable)
    await Promise.all(writes)
    await closed
    await assert.rejects(db.read('SELECT 1', []), StoreUnavailable)
    await db.close()
  })
}

/** Sets a ship's length, whether it is there or not. */
export function put(name: string, length: number, cargo = 0): Statement {
  return {
    sql: `INSERT INTO ship (name, length, cargo) VALUES ($1, $2, $3)
          ON CONFLICT (name) DO UPDATE SET length = excluded.length`,
    params: [name, length, cargo === 0 ? null : new Uint8Array(cargo)],
  }
}

/** Every ship's length, by name. */
export async function lengths(db: Database): Promise<Record<string, unknown>> {
  const rows = await db.read('SELECT name, length FROM ship ORDER BY name', [])
  return Object.fromEntries(rows.map((row) => [row['name'], row['length']]))
}

function insert(name: string, length: number): Statement {
  return { sql: 'INSERT INTO ship (name, length) VALUES ($1, $2)', params: [name, length] }
}

function bytesOf(value: unknown): Uint8Array {
  assert.ok(value instanceof Uint8Array)
  return value
}
