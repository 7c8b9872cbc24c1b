import type { InstanceInformationStringFilter } from '@fairlead/wire/model/generated/ssm'
import { UsageError } from '../cli-error.ts'

/** Filters of DescribeInstanceInformation, with shorter names for those that people use. */
const shortKeys: Readonly<Record<string, string>> = {
  state: 'PingStatus',
  platform: 'PlatformType',
  agent: 'AgentVersion',
  role: 'IamRole',
  activation: 'ActivationIds',
}

const states: Readonly<Record<string, readonly string[]>> = {
  online: ['Online'],
  offline: ['ConnectionLost', 'Inactive'],
}

/** `tag:role=web,db`, `state=offline`, `platform=Linux`, or a filter by its name in the API. Throws CliError. */
export function readFilter(text: string): InstanceInformationStringFilter {
  const at = text.indexOf('=')
  const [key, values] = [text.slice(0, at), text.slice(at + 1).split(',')]
  if (at < 1 || values.includes(''))
    throw new UsageError(`${text} is no filter: it is like tag:role=web or state=offline.`)
  if (key === 'state') return { Key: 'PingStatus', Values: values.flatMap((value) => states[value] ?? [value]) }
  return { Key: shortKeys[key] ?? key, Values: values }
}
