import type { PlatformType } from './managed-node.ts'

/** What an input must be; one that is nothing but `{{ name }}` may stand for any of them. */
export type InputRule = 'text' | 'texts' | 'map' | 'any' | readonly string[]

/** What is known of a plugin. Other inputs than these may be given: agents do not look at them, and AWS neither. */
export interface PluginRules {
  readonly platforms: readonly PlatformType[]
  readonly required?: readonly string[]
  readonly inputs: Readonly<Record<string, InputRule>>
}

const all: readonly PlatformType[] = ['Windows', 'Linux', 'MacOS']
const script = { runCommand: 'texts', workingDirectory: 'text', environment: 'map' } as const
const truth = ['true', 'false'] as const

/**
 * The plugins that agents have: the product's, and Amazon's on all its platforms (user guide, "Command document
 * plugin reference"; what inputs must be is what the agent reads them as).
 */
export const plugins: ReadonlyMap<string, PluginRules> = new Map<string, PluginRules>([
  ['aws:runShellScript', { platforms: ['Linux', 'MacOS'], required: ['runCommand'], inputs: script }],
  ['aws:runPowerShellScript', { platforms: all, required: ['runCommand'], inputs: script }],
  [
    'aws:downloadContent',
    {
      platforms: all,
      required: ['sourceType', 'sourceInfo'],
      inputs: {
        sourceType: ['Git', 'GitHub', 'HTTP', 'S3', 'SSMDocument'],
        sourceInfo: 'any',
        destinationPath: 'text',
      },
    },
  ],
  [
    'aws:runDocument',
    {
      platforms: all,
      required: ['documentType', 'documentPath'],
      inputs: { documentType: ['LocalPath', 'SSMDocument'], documentPath: 'text', documentParameters: 'any' },
    },
  ],
  [
    'aws:updateSsmAgent',
    {
      platforms: all,
      inputs: { agentName: 'text', allowDowngrade: truth, targetVersion: 'text', source: 'text' },
    },
  ],
  [
    'aws:configurePackage',
    {
      platforms: all,
      required: ['name', 'action'],
      inputs: { name: 'text', action: ['Install', 'Uninstall'], version: 'text', installationType: 'text' },
    },
  ],
  ['aws:softwareInventory', { platforms: all, inputs: {} }],
  ['aws:refreshAssociation', { platforms: all, inputs: { associationIds: 'texts' } }],
  [
    'aws:configureDocker',
    { platforms: ['Windows', 'Linux'], required: ['action'], inputs: { action: ['Install', 'Uninstall'] } },
  ],
  [
    'aws:runDockerAction',
    {
      platforms: ['Windows', 'Linux'],
      required: ['action'],
      inputs: { action: 'text', container: 'text', image: 'text' },
    },
  ],
  [
    'aws:domainJoin',
    {
      platforms: ['Windows', 'Linux'],
      required: ['directoryId', 'directoryName'],
      inputs: { directoryId: 'text', directoryName: 'text', directoryOU: 'text', dnsIpAddresses: 'texts' },
    },
  ],
  [
    'aws:psModule',
    { platforms: ['Windows'], inputs: { source: 'text', sourceHash: 'text', workingDirectory: 'text' } },
  ],
  [
    'aws:applications',
    {
      platforms: ['Windows'],
      required: ['action', 'source'],
      inputs: { action: ['Install', 'Repair', 'Uninstall'], source: 'text', sourceHash: 'text', parameters: 'text' },
    },
  ],
  ['aws:cloudWatch', { platforms: ['Windows'], inputs: {} }],
  ['aws:updateAgent', { platforms: ['Windows'], inputs: { agentName: 'text', allowDowngrade: truth, source: 'text' } }],
])

/** In the order in which AWS names them. */
export function platformsOf(actions: readonly string[]): readonly PlatformType[] {
  return all.filter((platform) => actions.some((action) => plugins.get(action)?.platforms.includes(platform)))
}
