import type { DocumentContent, DocumentStep } from './document.ts'

const scripts: readonly string[] = ['aws:runShellScript', 'aws:runPowerShellScript']

/**
 * Gives scripts the parameters that their document wants in the environment, as `SSM_NAME`: there a value is data,
 * whatever is in it. Amazon's agent does so by itself from 3.3.2746 on; the environment that a step has of its own is
 * known to older ones too, and to ours.
 */
export function withEnvironment(content: DocumentContent): DocumentContent {
  const { mainSteps, parameters } = content
  const names = Object.entries(parameters)
    .filter(([, { interpolationType }]) => interpolationType === 'ENV_VAR')
    .map(([name]) => name)
  if (names.length === 0 || mainSteps === undefined) return content
  const variables = Object.fromEntries(names.map((name) => [`SSM_${name}`, `{{ ${name} }}`]))
  return { ...content, mainSteps: mainSteps.map((step) => withVariables(step, variables)) }
}

function withVariables(step: DocumentStep, variables: Readonly<Record<string, string>>): DocumentStep {
  const { environment = {} } = step.inputs
  // One that is a parameter as a whole cannot be added to.
  if (!scripts.includes(step.action) || typeof environment !== 'object') return step
  return { ...step, inputs: { ...step.inputs, environment: { ...variables, ...environment } } }
}
