import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureClients } from './ensure-clients.ts'
import { run } from './run.ts'

export interface ServerOfClient {
  readonly url: string
  readonly region: string
  readonly credentialsFile: string
  readonly caFile?: string
}

/**
 * What a client of botocore needs to speak with our server and with nothing else: no settings of whoever runs the tests
 * reach it, and no metadata service is asked.
 */
export function clientEnvironment(t: { after(end: () => void): void }, server: ServerOfClient): Record<string, string> {
  const home = mkdtempSync(join(tmpdir(), 'fairlead-client-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    LANG: 'C.UTF-8',
    AWS_DEFAULT_REGION: server.region,
    AWS_REGION: server.region,
    AWS_SHARED_CREDENTIALS_FILE: server.credentialsFile,
    AWS_CONFIG_FILE: join(home, 'no-config'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    ...(server.caFile === undefined ? {} : { AWS_CA_BUNDLE: server.caFile }),
  }
}

/** False when the client is there, or the reason why its tests are skipped. */
export async function reasonToSkip(client: string, program: string, args: readonly string[]): Promise<string | false> {
  await ensureClients()
  try {
    const { exitCode, stderr } = await run(program, args, { PATH: process.env['PATH'] ?? '', HOME: tmpdir() })
    if (exitCode === 0) return false
    return `${client} is not usable here: ${stderr.trim().split('\n').at(-1) ?? ''}`
  } catch {
    return `${client} is not installed here (Debian: apt-get install awscli python3-boto3)`
  }
}
