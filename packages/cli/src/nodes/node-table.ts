import type { InstanceInformation, Tag } from '@fairlead/wire/model/generated/ssm'
import { printable } from '../session/copy/printable.ts'
import { type Column, table } from '../terminal/table.ts'
import { nodeName } from './list-nodes.ts'
import { tagText } from './node-tags.ts'
import { ago, platformText, stateText } from './node-text.ts'

/** A node with its tags; undefined when those are not known. */
export interface TaggedNode extends InstanceInformation {
  readonly Tags: readonly Tag[] | undefined
}

/** Without tags when there are none, or none that may be read. */
export function nodeTable(rows: readonly TaggedNode[], now: Date, width: number | undefined): string {
  const hasTags = rows.some(({ Tags = [] }) => Tags.length > 0)
  return table(hasTags ? [...columns(now), tagColumn] : columns(now), rows, width)
}

const tagColumn: Column<TaggedNode> = {
  title: 'TAGS',
  expendable: 2,
  least: 12,
  cell: ({ Tags }) => printable(tagText(Tags)),
}

function columns(now: Date): readonly Column<TaggedNode>[] {
  return [
    { title: 'NAME', expendable: 0, cell: (node) => printable(nodeName(node)) },
    { title: 'NODE', expendable: 0, cell: ({ InstanceId = '' }) => InstanceId },
    { title: 'STATE', expendable: 1, cell: ({ PingStatus }) => stateText(PingStatus) },
    { title: 'PLATFORM', expendable: 3, cell: (node) => printable(platformText(node)) },
    { title: 'AGENT', expendable: 5, cell: ({ AgentVersion = '' }) => AgentVersion },
    { title: 'LAST PING', expendable: 4, cell: ({ LastPingDateTime: at }) => (at === undefined ? '' : ago(at, now)) },
  ]
}
