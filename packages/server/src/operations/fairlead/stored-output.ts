import type { OutputPosition } from '@fairlead/wire/control-message'
import type { Blobs } from '../../blobs/blobs.ts'
import type { LivePiece } from '../../domain/command-watches.ts'
import type { Invocation } from '../../domain/invocation.ts'
import { cut, cutMark, stderrCharacters, stdoutCharacters } from '../../domain/output-text.ts'
import { outputText } from '../ssm/invocation-steps.ts'

export interface StoredOutput {
  readonly pieces: readonly LivePiece[]
  /** There was more. */
  readonly isCut: boolean
}

/** What is kept of an invocation's output, as far as GetCommandInvocation shows it, from a position on. */
export async function storedOutput(
  { plugins }: Invocation,
  position: OutputPosition,
  blobs: Blobs,
): Promise<StoredOutput> {
  const steps = await Promise.all(
    plugins.slice(position.step).map(async ({ step: stepName, plugin, stdoutRef, stderrRef, outputRef }, index) => {
      const [stdout, stderr] = await Promise.all([
        outputText(blobs, stdoutRef ?? outputRef),
        outputText(blobs, stderrRef),
      ])
      const from = index === 0 ? position : { stdout: 0, stderr: 0 }
      const [shown, shownErrors] = [cut(stdout, stdoutCharacters), cut(stderr, stderrCharacters)]
      const pieces = [
        { stepName, plugin, stream: 'stdout' as const, ...restOf(shown, from.stdout) },
        { stepName, plugin, stream: 'stderr' as const, ...restOf(shownErrors, from.stderr) },
      ]
      return { pieces, isCut: shown.endsWith(cutMark) || shownErrors.endsWith(cutMark) }
    }),
  )
  return {
    pieces: steps.flatMap(({ pieces }) => pieces).filter(({ bytes }) => bytes.length > 0),
    isCut: steps.some(({ isCut }) => isCut),
  }
}

function restOf(text: string, offset: number): Pick<LivePiece, 'offset' | 'bytes' | 'missed'> {
  return { offset, bytes: Buffer.from(text).subarray(offset), missed: 0 }
}
