import { spawn } from 'node:child_process'

export interface Outcome {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a program with exactly this environment, and kills it when it takes longer than `limitMs`. Answers what it said;
 * throws only when it cannot be started.
 */
export function run(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  limitMs = 50_000,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment, timeout: limitMs })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }))
  })
}
