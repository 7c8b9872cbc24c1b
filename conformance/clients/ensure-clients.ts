import { run } from './run.ts'

/**
 * Installs the AWS CLI and boto3 from Debian where that is ours to do: in CI, as root, when one of them is missing. Never
 * throws; a client that is not there afterwards is a reason to skip its tests.
 */
export async function ensureClients(): Promise<void> {
  if (process.env['CI'] !== 'true' || process.getuid?.() !== 0) return
  const environment = { PATH: process.env['PATH'] ?? '', HOME: '/root', DEBIAN_FRONTEND: 'noninteractive' }
  if ((await isThere('aws', ['--version'])) && (await isThere('python3', ['-c', 'import boto3']))) return
  try {
    const install = ['install', '-y', '--no-install-recommends', 'awscli', 'python3-boto3']
    if ((await run('apt-get', install, environment, 300_000)).exitCode === 0) return
    await run('apt-get', ['update'], environment, 120_000)
    await run('apt-get', install, environment, 300_000)
  } catch {
    // No apt-get here: not Debian.
  }

  async function isThere(program: string, args: readonly string[]): Promise<boolean> {
    try {
      return (await run(program, args, environment)).exitCode === 0
    } catch {
      return false
    }
  }
}
