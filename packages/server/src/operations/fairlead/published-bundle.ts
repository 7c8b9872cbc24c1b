import { type AgentBundles, newestOf, type PublishedBundle } from '../../domain/agent-bundles.ts'
import { ServiceError } from '../../domain/error.ts'

/**
 * A version of the agent for a platform; the newest when none is named.
 *
 * @throws {ServiceError} DoesNotExistException
 */
export function requireBundle(
  bundles: AgentBundles,
  { Version, Platform, Architecture }: { Version?: string | undefined; Platform: string; Architecture: string },
): PublishedBundle {
  const found = bundles.list().filter(({ platform, arch }) => platform === Platform && arch === Architecture)
  const wanted = Version === undefined ? newestOf(found) : found.find(({ version }) => version === Version)
  if (wanted !== undefined) return wanted
  throw new ServiceError(
    'DoesNotExistException',
    `This server has no ${Version === undefined ? 'version' : `version ${Version}`} of the agent for ${Platform}-${Architecture}. An administrator publishes one with fairlead admin publish-agent.`,
  )
}
