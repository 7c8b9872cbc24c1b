import type { OutputPosition } from '@fairlead/wire/control-message'
import type { Blobs } from '../../blobs/blobs.ts'
import type { LivePiece } from '../../domain/command-watches.ts'
import type { Invocation } from '../../domain/invocation.ts'
import { cut, stderrCharacters, stdoutCharacters } from '../../domain/output-text.ts'
import { outputText } from '../ssm/invocation-steps.ts'

/** What is kept of an invocation's output, as far as GetCommandInvocation shows it, from a position on. */
export async function storedOutput(
  { plugins }: Invocation,
  position: OutputPosition,
  blobs: Blobs,
): Promise<readonly LivePiece[]> {
  const pieces = await Promise.all(
    plugins.slice(position.step).map(async ({ step: stepName, plugin, stdoutRef, stderrRef, outputRef }, index) => {
      const [stdout, stderr] = await Promise.all([
        outputText(blobs, stdoutRef ?? outputRef),
        outputText(blobs, stderrRef),
      ])
      const from = index === 0 ? position : { stdout: 0, stderr: 0 }
      return [
        { stepName, plugin, stream: 'stdout' as const, ...restOf(cut(stdout, stdoutCharacters), from.stdout) },
        { stepName, plugin, stream: 'stderr' as const, ...restOf(cut(stderr, stderrCharacters), from.stderr) },
      ]
    }),
  )
  return pieces.flat().filter(({ bytes }) => bytes.length > 0)
}

function restOf(text: string, offset: number): Pick<LivePiece, 'offset' | 'bytes' | 'missed'> {
  return { offset, bytes: Buffer.from(text).subarray(offset), missed: 0 }
}
