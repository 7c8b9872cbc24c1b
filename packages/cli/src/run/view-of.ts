import type { Surroundings } from '../surroundings.ts'
import { GroupedView } from './grouped-view.ts'
import { JsonView } from './json-view.ts'
import { LinesView } from './lines-view.ts'
import type { RunView } from './run-view.ts'
import { SingleView } from './single-view.ts'

export interface ShowOptions {
  readonly json?: boolean
  /** Lines as they come, in place of groups. */
  readonly stream?: boolean
  readonly raw?: boolean
  readonly full?: boolean
}

export function viewOf(
  nodes: number,
  { json = false, stream = false, raw = false, full = false }: ShowOptions,
  surroundings: Surroundings,
): RunView {
  if (json) return new JsonView(surroundings.stdout)
  if (nodes === 1) return new SingleView(surroundings, raw)
  return stream ? new LinesView(surroundings, { raw, full }) : new GroupedView(surroundings, { raw, full })
}
