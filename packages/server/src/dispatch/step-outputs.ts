import type { Blobs } from '../blobs/blobs.ts'
import type { PluginRecord } from '../domain/invocation.ts'
import type { StepReport } from '../domain/invocation-reports.ts'

/** Puts the outputs of a step on disk and answers the record that names them. */
export async function keepStep(blobs: Blobs, step: string, report: StepReport): Promise<PluginRecord> {
  const { name, status, code, startedAt, endedAt, standardOutput, standardError, output } = report
  // Both streams in one is what plugins without streams have; else it can be made from the two.
  const only = standardOutput === '' && standardError === '' ? output : ''
  const [stdoutRef, stderrRef, outputRef] = await Promise.all([
    keep(blobs, standardOutput),
    keep(blobs, standardError),
    keep(blobs, only),
  ])
  return { step, plugin: name, status, code, startedAt, endedAt, stdoutRef, stderrRef, outputRef }
}

function keep(blobs: Blobs, text: string): Promise<string> | undefined {
  return text === '' ? undefined : blobs.put(Buffer.from(text))
}
