import { printable } from '../session/copy/printable.ts'
import type { Paint } from '../terminal/paint.ts'
import { type DiffLine, hunks, lineDiff } from './line-diff.ts'
import type { OutcomeGroup } from './outcome-groups.ts'
import type { ReportOptions } from './run-report.ts'

const linesAround = 1
/** Shorter texts are read more quickly than their differences. */
const shortLines = 4

/** What a group said; of a long text only how it differs from `model`, where that is less. */
export function groupText(
  { stdout, stderr }: OutcomeGroup,
  model: OutcomeGroup | undefined,
  paint: Paint,
  { full, raw }: ReportOptions,
): string {
  const shown = raw ? (text: string) => text : printable
  const out = model === undefined || full ? undefined : differences(model.stdout, stdout, paint, shown)
  const errors = stderr === '' ? '' : `${stdout === '' ? '' : paint('dim', '(stderr)\n')}${ended(shown(stderr))}`
  return `${out ?? ended(shown(stdout))}${errors}`
}

function differences(from: string, to: string, paint: Paint, shown: (text: string) => string): string | undefined {
  const [oldLines, newLines] = [from.split('\n'), to.split('\n')]
  if (from === to || newLines.length <= shortLines) return undefined
  const diff = lineDiff(oldLines, newLines)
  if (diff === undefined) return undefined
  const parts = hunks(diff, linesAround)
  if (parts.length >= newLines.length) return undefined
  return parts.map((line) => `${diffLine(line, paint, shown)}\n`).join('')
}

function diffLine(line: DiffLine | undefined, paint: Paint, shown: (text: string) => string): string {
  if (line === undefined) return paint('dim', ' …')
  const text = `${line.sign}${shown(line.text)}`
  return line.sign === ' ' ? text : paint(line.sign === '+' ? 'green' : 'red', text)
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}
