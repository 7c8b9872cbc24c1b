import type { Database, SqlValue, Statement } from '../database.ts'
import { number, text } from '../row.ts'

/** Commands that one write drops at most, and invocations: the next write of somebody else waits for it. */
const mostCommands = 50
const mostInvocations = 500

/** The oldest that have ended; those that have not stay, however old they are. */
const endedBefore = `SELECT c.command_id, n.target FROM commands c
  JOIN command_counts n ON n.account = c.account AND n.region = c.region AND n.command_id = c.command_id
  WHERE c.account = $1 AND c.region = $2 AND c.requested_at < $3 AND n.completed >= n.target
  ORDER BY c.requested_at, c.command_id LIMIT ${mostCommands}`

const ofCommand = 'WHERE account = $1 AND region = $2 AND command_id = $3'
const someInvocations = `DELETE FROM invocations ${ofCommand} AND node_id IN
  (SELECT node_id FROM invocations ${ofCommand} ORDER BY node_id LIMIT ${mostInvocations})`
/** Last, so that a command which is not through yet is found by the next step. */
const emptied = (table: string) =>
  `DELETE FROM ${table} ${ofCommand} AND NOT EXISTS (SELECT 1 FROM invocations ${ofCommand})`

/** One bounded step of dropping old commands with all that belongs to them. Answers whether there may be more. */
export async function dropCommands(
  database: Database,
  scope: readonly [string, string],
  before: Date,
): Promise<boolean> {
  const ended = await database.read(endedBefore, [...scope, before.getTime()])
  const statements: Statement[] = []
  let invocations = 0
  for (const row of ended) {
    invocations += number(row, 'target')
    if (statements.length > 0 && invocations > mostInvocations) break
    const params: readonly SqlValue[] = [...scope, text(row, 'command_id')]
    for (const sql of [someInvocations, ...['command_contents', 'command_counts', 'commands'].map(emptied)]) {
      statements.push({ sql, params })
    }
  }
  if (statements.length > 0) await database.write(statements)
  return ended.length > 0
}
