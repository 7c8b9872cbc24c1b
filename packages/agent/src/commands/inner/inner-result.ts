import { writeFileSync } from 'node:fs'
import { StepFolder } from '../../process/step-folder.ts'
import { keepPieces } from '../live/kept-pieces.ts'
import { endedPieces } from '../live/live-steps.ts'
import type { StepResult, StepStatus } from '../record.ts'
import { readStreams } from '../reply.ts'
import { exitCodes, type StepRun } from '../step-result.ts'

// As Amazon's agent merges them (contracts.MergeResultStatus): the last one in this list wins.
const worstLast: readonly StepStatus[] = ['Skipped', 'Success', 'Failed', 'Cancelled', 'TimedOut']

/**
 * What the steps of an inner document make of the step that ran it: the worst of their statuses, and their output one
 * after the other. The code is that of the first step that ended so; codes that steer a document steered the inner one
 * only.
 */
export function resultOfInner(results: readonly StepResult[], run: StepRun): StepResult {
  const status = joinOutput(results, run)
  return { ...run, status, code: codeOf(results.find((result) => result.status === status)) }
}

/**
 * What the runs of one plugin make of its step: the worst of their statuses, their output one after the other, and the
 * first code that is not 0. If that is one that steers the document, it does: as in Amazon's agent (runPlugin).
 */
export function resultOfRuns(results: readonly StepResult[], run: StepRun): StepResult {
  const status = joinOutput(results, run)
  const code = results.find((result) => result.code !== 0)?.code ?? 0
  return { ...run, status: code === exitCodes.succeedAndSkipRest ? 'Success' : status, code }
}

/** Writes the output down as that of `run`, for the report and for those who watch, and answers the worst of the statuses. */
function joinOutput(results: readonly StepResult[], run: StepRun): StepStatus {
  const streams = results.filter(({ status }) => status !== 'Skipped').map(readStreams)
  const folder = new StepFolder(run.folder)
  keepPieces(run.folder, endedPieces(results))
  writeFileSync(folder.stdout, joined(streams.map(({ stdout }) => stdout)), { mode: 0o600 })
  writeFileSync(folder.stderr, joined(streams.map(({ stderr }) => stderr)), { mode: 0o600 })

  const worst = Math.max(0, ...results.map(({ status }) => worstLast.indexOf(status)))
  return worstLast[worst] ?? 'Success'
}

function codeOf(result: StepResult | undefined): number {
  if (result === undefined || result.status === 'Success' || result.status === 'Skipped') return 0
  const { code } = result
  return code === exitCodes.succeedAndSkipRest || code === exitCodes.failAndSkipRest ? 1 : code
}

function joined(texts: readonly string[]): string {
  return texts
    .filter((text) => text !== '')
    .reduce((all, text) => all + (all === '' || all.endsWith('\n') ? text : `\n${text}`), '')
}
