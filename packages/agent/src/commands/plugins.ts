import type { PlannedStep } from './document.ts'
import { downloadContent } from './download/download-content.ts'
import { runDocument } from './inner/run-document.ts'
import type { Plugin } from './plugin.ts'
import { runPowerShellScript } from './run-powershell-script.ts'
import { runShellScript } from './run-shell-script.ts'
import { updateSsmAgent } from './update-ssm-agent.ts'

const plugins: ReadonlyMap<string, Plugin> = new Map(
  [runShellScript, runPowerShellScript, downloadContent, runDocument, updateSsmAgent].map((plugin) => [
    plugin.name,
    plugin,
  ]),
)

// In a document for several platforms these are meant for the others.
const windowsOnly: ReadonlySet<string> = new Set([
  'aws:psModule',
  'aws:applications',
  'aws:cloudWatch',
  'aws:updateAgent',
])

export type StepVerdict =
  | { readonly kind: 'run'; readonly plugin: Plugin }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'fail'; readonly reason: string }

/** Whether a step is for this node. The texts are those of Amazon's agent. */
export function judgeStep(step: PlannedStep): StepVerdict {
  const plugin = plugins.get(step.plugin)
  if (step.crossPlatform && windowsOnly.has(step.plugin)) {
    return {
      kind: 'skip',
      reason: `Step execution skipped due to unsupported plugin: ${step.plugin}. Step name: ${step.name}`,
    }
  }
  const { precondition } = step
  if (precondition.kind === 'unmet') {
    return {
      kind: 'skip',
      reason: `Step execution skipped due to unsatisfied preconditions: '${precondition.terms}'. Step name: ${step.name}`,
    }
  }
  if (plugin === undefined) {
    return {
      kind: 'fail',
      reason: `Plugin with name ${step.plugin} is not supported by this version of the agent. Step name: ${step.name}`,
    }
  }
  if (precondition.kind === 'too-early') {
    const reason = 'Precondition is not supported for document schema version prior to 2.2.'
    return { kind: 'fail', reason: `${reason} Step name: ${step.name}` }
  }
  if (precondition.kind === 'unknown') {
    return { kind: 'fail', reason: `Unrecognized precondition(s): '${precondition.terms}'. Step name: ${step.name}` }
  }
  return { kind: 'run', plugin }
}
