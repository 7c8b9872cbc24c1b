import { invocationColumns } from './invocation-rows.ts'

/** How many nodes one read asks for; a shorter list is filled up, so that there is one text. */
const block = 64

/** Of one command, in the order of node ids: who it is for, and how it stands there. */
export const selectStandings = `SELECT node_id, status FROM invocations
  WHERE account = $1 AND region = $2 AND command_id = $3 AND node_id > $4
  ORDER BY node_id LIMIT $5`

/** Some invocations of one command. */
export const selectSome = `SELECT ${invocationColumns} FROM invocations i
  WHERE i.account = $1 AND i.region = $2 AND i.command_id = $3
    AND i.node_id IN (${Array.from({ length: block }, (_, index) => `$${index + 4}`).join(', ')})`

/** The parameters of `selectSome`, after the scope: one list for each read that it takes. */
export function blocksOf(commandId: string, nodeIds: readonly string[]): readonly (readonly string[])[] {
  const blocks: string[][] = []
  for (let from = 0; from < nodeIds.length; from += block) {
    const last = nodeIds.at(-1) ?? ''
    blocks.push([commandId, ...Array.from({ length: block }, (_, index) => nodeIds[from + index] ?? last)])
  }
  return blocks
}
