import type { ScriptOutcome } from '../process/script.ts'
import type { PlannedStep } from './document.ts'
import type { StepResult } from './record.ts'
import { textInput } from './step-inputs.ts'

/** Exit codes by which a script steers the rest of its document. */
export const exitCodes = { succeedAndSkipRest: 168, failAndSkipRest: 169, reboot: 194, killed: 137 } as const

const skipsRest = 'Further document steps will be skipped.'

/** Where and when a start of a step took place. */
export type StepRun = Required<Pick<StepResult, 'startedAt' | 'endedAt' | 'folder'>>

/** What a script's end means for its step. The texts are those of Amazon's agent. */
export function resultOf(step: PlannedStep, outcome: ScriptOutcome, run: StepRun): StepResult {
  switch (outcome.kind) {
    case 'exited':
      return withOnFailure(step, exited(outcome.code, run))
    case 'killed':
      return { ...run, status: outcome.reason, code: exitCodes.killed }
    case 'vanished':
      return failed(
        run,
        'The step ended without an exit status: it was killed by someone else, or the node was restarted while it ran. It was not run again.',
      )
    case 'not-run':
      return withOnFailure(step, failed(run, `The step could not be started: ${outcome.reason}`))
  }
}

function exited(code: number, run: StepRun): StepResult {
  if (code === 0) return { ...run, status: 'Success', code }
  if (code === exitCodes.succeedAndSkipRest) {
    const note = `Step exited with code 168. Therefore, marking step as succeeded. ${skipsRest}`
    return { ...run, status: 'Success', code, outputNote: note, hideErrors: true }
  }
  const reason = `failed to run commands: exit status ${code}`
  if (code === exitCodes.failAndSkipRest) {
    const note = `Step exited with code 169. Therefore, marking step as Failed. ${skipsRest}`
    return { ...run, status: 'Failed', code, outputNote: note, errorNote: `${reason}\n${note}` }
  }
  return { ...run, status: 'Failed', code, errorNote: reason }
}

export function failed(run: Omit<StepRun, 'folder'> & { readonly folder?: string }, reason: string): StepResult {
  return { ...run, status: 'Failed', code: 1, errorNote: reason }
}

/** A failure of a step that says what its failure means for the document. */
export function withOnFailure(step: PlannedStep, result: StepResult): StepResult {
  const onFailure = textInput(step.inputs, 'onFailure')
  if (result.status !== 'Failed' || result.code === exitCodes.failAndSkipRest) return result
  if (onFailure !== 'exit' && onFailure !== 'successAndExit') return result

  const note = `Step was found to have onFailure property. ${skipsRest}`
  const noted = { ...result, outputNote: note, errorNote: `${result.errorNote ?? ''}\n${note}` }
  return onFailure === 'exit' ? noted : { ...noted, status: 'Success', code: exitCodes.succeedAndSkipRest }
}

/** True when an earlier step ended the document. The last step runs all the same if it is marked `finallyStep`. */
export function isSkipped(steps: readonly PlannedStep[], results: readonly StepResult[]): boolean {
  const place = results.length
  const step = steps[place]
  if (step !== undefined && place === steps.length - 1 && textInput(step.inputs, 'finallyStep') === 'true') return false
  return results.some((result, index) => {
    if (result.code === exitCodes.succeedAndSkipRest || result.code === exitCodes.failAndSkipRest) return true
    const inputs = steps[index]?.inputs ?? {}
    if (result.status === 'Failed') return textInput(inputs, 'onFailure') === 'exit'
    return result.status === 'Success' && textInput(inputs, 'onSuccess') === 'exit'
  })
}
