import type { InstanceInformation } from '@fairlead/wire/model/generated/ssm'

/** What AWS calls ConnectionLost and Inactive, in a word. */
export function stateText(status: InstanceInformation['PingStatus']): string {
  if (status === 'Online') return 'online'
  return status === 'ConnectionLost' ? 'lost' : 'inactive'
}

export function platformText({ PlatformName = '', PlatformVersion = '' }: InstanceInformation): string {
  return `${PlatformName} ${PlatformVersion}`.trim()
}

const units: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
]

/** How long ago in the largest unit that fits. */
export function ago(at: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - at.getTime()) / 1000))
  const [size, unit] = units.find(([most]) => seconds >= most) ?? [1, 's']
  return `${Math.floor(seconds / size)} ${unit} ago`
}
