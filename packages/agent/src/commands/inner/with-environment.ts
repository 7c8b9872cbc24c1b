import { isObject } from '../../disk/read-text.ts'

const scripts: readonly unknown[] = ['aws:runShellScript', 'aws:runPowerShellScript']

/**
 * Gives the scripts of a document the parameters that it wants in the environment (`interpolationType: ENV_VAR`), as
 * `SSM_NAME`: there a value is data, whatever is in it. For documents that a command brings the server has done it.
 */
export function withEnvironment(document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { mainSteps, parameters } = document
  const variables = Object.fromEntries(
    Object.entries(isObject(parameters) ? parameters : {})
      .filter(([, declared]) => isObject(declared) && declared['interpolationType'] === 'ENV_VAR')
      .map(([name]) => [`SSM_${name}`, `{{ ${name} }}`]),
  )
  if (Object.keys(variables).length === 0 || !Array.isArray(mainSteps)) return document
  return { ...document, mainSteps: mainSteps.map((step: unknown) => withVariables(step, variables)) }
}

function withVariables(step: unknown, variables: Readonly<Record<string, string>>): unknown {
  if (!isObject(step) || !scripts.includes(step['action'])) return step
  const inputs = isObject(step['inputs']) ? step['inputs'] : {}
  const { environment = {} } = inputs
  // One that is a parameter as a whole cannot be added to.
  return isObject(environment)
    ? { ...step, inputs: { ...inputs, environment: { ...variables, ...environment } } }
    : step
}
