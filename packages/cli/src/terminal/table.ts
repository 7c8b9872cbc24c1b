/** A column of a table about rows of one kind. */
export interface Column<Row> {
  readonly title: string
  /** Those with the highest go first when there is no room. */
  readonly expendable: number
  /** To so many characters it may be cut before others go; undefined for a column that is whole or not there. */
  readonly least?: number
  cell(row: Row): string
}

const gap = 2
const mostShown = 400

/**
 * Lines of aligned columns. Columns go when there is no room for them, and what is still too wide is cut.
 *
 * @param width of the terminal in characters; undefined when nothing limits it
 */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number | undefined): string {
  const measured = columns.map((column) => {
    const cells = rows.map((row) => column.cell(row))
    // Not Math.max(...cells): there may be more of them than a call takes arguments.
    const widest = cells.reduce((most, { length }) => Math.max(most, length), column.title.length)
    return { ...column, cells, width: Math.min(widest, mostShown) }
  })
  let shown = measured
  const least = ({ width: own, least = own }: (typeof measured)[number]) => Math.min(own, least)
  const total = () => shown.reduce((sum, column) => sum + least(column) + gap, -gap)
  while (width !== undefined && total() > width && shown.length > 1) {
    const first = shown.toSorted((one, other) => other.expendable - one.expendable)[0]
    if (first === undefined || first.expendable === 0) break
    shown = shown.filter((column) => column !== first)
  }
  let room = width === undefined ? Number.POSITIVE_INFINITY : width - total()
  shown = shown.map((column) => {
    const more = Math.max(0, Math.min(column.width - least(column), room))
    room -= more
    return { ...column, width: least(column) + more }
  })
  const line = (cell: (column: (typeof shown)[number]) => string) => {
    const text = shown.map((column) => fitted(cell(column), column).padEnd(column.width + gap)).join('')
    return `${(width === undefined ? text : text.slice(0, width)).trimEnd()}\n`
  }
  return [line(({ title }) => title), ...rows.map((_, index) => line(({ cells }) => cells[index] ?? ''))].join('')
}

function fitted(text: string, { width, least }: { readonly width: number; readonly least?: number }): string {
  return least === undefined || text.length <= width ? text : `${text.slice(0, width - 1)}…`
}
