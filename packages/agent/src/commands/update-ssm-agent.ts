import { isAgentVersion } from '@fairlead/wire/agent-bundle'
import type { WorkPlugin } from './plugin.ts'
import { textInput } from './step-inputs.ts'

/** Brings another version of this agent to the node. The step is ended by the version that runs afterwards. */
export const updateSsmAgent: WorkPlugin = {
  kind: 'work',
  name: 'aws:updateSsmAgent',
  async perform(inputs, { folder, signal }, { updates }) {
    const version = textInput(inputs, 'targetVersion').trim()
    if (textInput(inputs, 'source') !== '') {
      throw new Error('This agent takes its versions from its server alone: leave out source.')
    }
    const isNewest = version === '' || version === 'latest'
    if (!isNewest && !isAgentVersion(version)) throw new Error(`${version} is no version: it has to be like 1.2.3.`)
    const allowsDowngrade = textInput(inputs, 'allowDowngrade') === 'true'
    return updates.perform({ version: isNewest ? undefined : version, allowsDowngrade }, folder, signal)
  },
}
