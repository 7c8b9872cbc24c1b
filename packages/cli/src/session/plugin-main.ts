import { ApiClient } from '../api/api-client.ts'
import { proxyAgent } from '../api/proxy-agent.ts'
import { explain } from '../cli-error.ts'
import { clientVersion } from './client-version.ts'
import { dataKeys } from './encryption/data-key.ts'
import { kmsEndpoint } from './encryption/kms-endpoint.ts'
import { findCredentials } from './find-credentials.ts'
import { readPluginCall } from './plugin-arguments.ts'
import { processWorld } from './process-world.ts'
import { runSession } from './run-session.ts'
import { certificateAuthorityOf, sessionApi } from './session-api.ts'

const installed = `
The Session Manager plugin was installed successfully. Use the AWS CLI to start a session.

`

/** `session-manager-plugin`, as the AWS CLI calls it. Returns the exit status. */
export async function pluginMain(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  if (args.length === 0) {
    process.stdout.write(installed)
    return 0
  }
  if (args[0] === '--version') {
    process.stdout.write(`${clientVersion}\n`)
    return 0
  }
  try {
    const { session, region, profile, targetId, endpoint } = readPluginCall(args, environment)
    const certificateAuthority = certificateAuthorityOf(environment)
    const clientAt = (url: string) => async () =>
      new ApiClient({
        endpoint: { url, certificateAuthority, agent: proxyAgent(url, environment, certificateAuthority) },
        region,
        credentials: await findCredentials(profile, environment),
        now: () => new Date(),
      })
    const calls = sessionApi(clientAt(endpoint))
    const newDataKey = dataKeys(clientAt(kmsEndpoint(endpoint, region, environment)), targetId)
    return await runSession(session, { ...processWorld(environment, certificateAuthority), ...calls, newDataKey })
  } catch (error) {
    process.stderr.write(`session-manager-plugin: ${explain(error)}\n`)
    return 1
  }
}
