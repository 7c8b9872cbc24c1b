import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface HistorySize {
  readonly nodes: number
  /** Commands to all nodes. */
  readonly wide: number
  /** Commands to ten nodes. */
  readonly narrow: number
  readonly sessions: number
}

/** What there is to ask for. */
export interface StoredHistory {
  readonly invocations: number
  /** Of a command to all nodes. */
  readonly wideCommand: string
  /** It has a part in every command. */
  readonly busyNode: string
  /** It had no command but the wide ones, and alone has the tag Rare. */
  readonly quietNode: string
  /** All but a hundredth is younger. */
  readonly longAgo: Date
}

/** The one invocation that has run for real: all others are copies of it, with its outputs. */
export interface Specimen {
  readonly commandId: string
  readonly nodeId: string
}

export const owner = 'arn:aws:iam::123456789012:user/alice'
/** Of the oldest session alone. */
export const rareOwner = 'arn:aws:iam::123456789012:user/bob'
/** Of the oldest command alone: whoever looks for it from the newest on looks at every other one. */
export const rareDocument = 'Rare'

const historyMs = 20 * 24 * 3600 * 1000

// Ids are spread as random ones are, which is what indexes have to bear.
const spread = (number: string) => `((${number}) * 2654435761) & 4294967295`
const commandId = (kind: 'wide' | 'narrow', number: string) =>
  `printf('%08x-${kind === 'wide' ? '1111' : '2222'}-4000-8000-%012x', ${spread(number)}, ${number})`
const nodeId = (number: string) => `printf('mi-%08x%09x', ${spread(number)}, ${number})`
const counter = (name: string, count: number) =>
  `${name}(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM ${name} WHERE i < ${count - 1})`

/**
 * Puts commands and sessions of twenty days into the tables of a server that does not run: sending so many commands would
 * take an hour. All of them have ended well.
 */
export function storeHistory(dataDir: string, size: HistorySize, specimen: Specimen, now: Date): StoredHistory {
  const db = new DatabaseSync(join(dataDir, 'fairlead.db'))
  try {
    db.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; BEGIN')
    const tables = new Tables(db, specimen)
    copyNodes(tables, size, now)
    copyCommands(tables, 'wide', [size.wide, size.nodes], now, nodeId('n.i'))
    // The nodes of narrow commands are one and the same, and nine of the first half.
    const others = nodeId(`1 + (c.i * 9 + n.i) % ${Math.floor(size.nodes / 2)}`)
    const node = `CASE n.i WHEN 0 THEN ${nodeId('0')} ELSE ${others} END`
    copyCommands(tables, 'narrow', [size.narrow, 10], now, node)
    const oldest = commandId('narrow', String(size.narrow - 1))
    db.exec(`UPDATE commands SET document_name = '${rareDocument}' WHERE command_id = ${oldest}`)
    addSessions(db, size, now)
    db.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)')
    const one = (sql: string) => String(Object.values(db.prepare(`SELECT ${sql}`).get() ?? {})[0])
    return {
      invocations: Number(one('COUNT(*) FROM invocations')),
      wideCommand: one(commandId('wide', '0')),
      busyNode: one(nodeId('0')),
      quietNode: one(nodeId(String(size.nodes - 1))),
      longAgo: new Date(now.getTime() - 0.99 * historyMs),
    }
  } finally {
    db.close()
  }
}

type Others = Readonly<Record<string, string>>

/** Tables that are filled with copies of the specimen's rows, whatever columns these have. */
class Tables {
  readonly #db: DatabaseSync
  readonly #parameters: readonly string[]

  constructor(db: DatabaseSync, { commandId: command, nodeId: node }: Specimen) {
    this.#db = db
    this.#parameters = [command, node]
  }

  /** `counters` name what `others` count with; `which` picks the row s, by ?1 (the command) and ?2 (the node). */
  copy(table: string, which: string, counters: Readonly<Record<string, number>>, others: Others): void {
    const columns = this.#db.prepare(`SELECT name FROM pragma_table_info('${table}')`).all()
    const names = columns.map(({ name }) => String(name))
    const values = names.map((name) => others[name] ?? `s.${name}`)
    const counting = Object.entries(counters).map(([name, count]) => counter(name, count))
    this.#db
      .prepare(
        `WITH RECURSIVE ${counting.join(', ')} INSERT INTO ${table} (${names.join(', ')})
         SELECT ${values.join(', ')} FROM ${Object.keys(counters).join(', ')}, ${table} s WHERE ${which} AND ?1 <> ?2`,
      )
      .run(...this.#parameters)
  }
}

function copyNodes(tables: Tables, { nodes }: HistorySize, now: Date): void {
  tables.copy(
    'nodes',
    's.node_id = ?2',
    { n: nodes },
    {
      node_id: nodeId('n.i'),
      fingerprint: "printf('fingerprint-%d', n.i)",
      computer_name: "printf('web-%05d.example.com', n.i)",
      ping_status: "CASE n.i % 2 WHEN 0 THEN 'ConnectionLost' ELSE 'Online' END",
      last_ping_at: String(now.getTime()),
    },
  )
  tables.copy('tags', 's.resource_id = ?2', { n: nodes }, { resource_id: nodeId('n.i') })
  const rare = { resource_id: nodeId(String(nodes - 1)), tag_key: "'Rare'", tag_value: "'yes'" }
  tables.copy('tags', 's.resource_id = ?2', { n: 1 }, rare)
}

function copyCommands(
  tables: Tables,
  kind: 'wide' | 'narrow',
  [commands, nodes]: readonly [number, number],
  now: Date,
  node: string,
): void {
  const which = 's.command_id = ?1'
  const id = { command_id: commandId(kind, 'c.i') }
  // The first of them is the newest.
  const at = `(${now.getTime() - 60_000} - c.i * ${Math.floor(historyMs / commands)})`
  const counted = Object.fromEntries(['target', 'completed', 'success', 'started'].map((name) => [name, `${nodes}`]))
  tables.copy('commands', which, { c: commands }, { ...id, requested_at: at, expires_at: `${at} + 3600000` })
  tables.copy('command_contents', which, { c: commands }, id)
  tables.copy('command_counts', which, { c: commands }, { ...id, ...counted })
  tables.copy(
    'invocations',
    `${which} AND s.node_id = ?2`,
    { c: commands, n: nodes },
    {
      ...id,
      node_id: node,
      requested_at: at,
      deliver_by: `${at} + 3600000`,
      delivered_at: `${at} + 10`,
      ended_at: `${at} + 2000`,
    },
  )
}

/** No row of theirs is there to be copied: what a bench cannot start, it writes. */
function addSessions(db: DatabaseSync, { nodes, sessions }: HistorySize, now: Date): void {
  const at = `(${now.getTime() - 60_000} - i * ${Math.floor(historyMs / sessions)})`
  db.exec(`WITH RECURSIVE ${counter('s', sessions)}
    INSERT INTO sessions (account, region, session_id, node_id, owner_arn, owner_user_id, owner_name, document_name,
      document_version, session_type, state, started_at, ended_at, idle_timeout_ms, tags, version, agent_content)
    SELECT (SELECT account FROM nodes LIMIT 1), (SELECT region FROM nodes LIMIT 1),
      printf('alice-%017x', ${spread('i')}), ${nodeId(`i % ${nodes - 1}`)},
      CASE i WHEN ${sessions - 1} THEN '${rareOwner}' ELSE '${owner}' END, 'AIDA0000000000000000', 'alice',
      'SSM-SessionManagerRunShell', '1', 'Standard_Stream', 'Terminated', ${at}, ${at} + 30000, 1200000, '{}', 3, '{}'
    FROM s`)
}
