import { hostname, networkInterfaces, release } from 'node:os'
import { readText } from '../disk/read-text.ts'

/** What the node tells about itself, in the words of DescribeInstanceInformation. */
export interface Platform {
  readonly type: 'Linux' | 'MacOS' | 'Windows'
  /** Such as `Debian GNU/Linux`. */
  readonly name: string
  /** Such as `12`. */
  readonly version: string
  readonly computerName: string
  readonly ipAddress: string
}

export function readPlatform(): Platform {
  return { ...readSystem(), computerName: hostname().slice(0, 255), ipAddress: firstAddress() }
}

function readSystem(): Pick<Platform, 'type' | 'name' | 'version'> {
  if (process.platform === 'darwin') return { type: 'MacOS', name: 'macOS', version: release() }
  if (process.platform === 'win32') return { type: 'Windows', name: 'Microsoft Windows', version: release() }
  const { NAME, VERSION_ID } = parseOsRelease(readText('/etc/os-release') ?? readText('/usr/lib/os-release') ?? '')
  return { type: 'Linux', name: NAME ?? 'Linux', version: VERSION_ID ?? release() }
}

/** os-release(5): lines of NAME=value, the value perhaps in quotes. */
export function parseOsRelease(text: string): Partial<Record<'NAME' | 'VERSION_ID', string>> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const [, name, value = ''] = /^(NAME|VERSION_ID)=(.*)$/.exec(line) ?? []
      return name === undefined ? [] : [[name, value.replace(/^(["'])(.*)\1$/, '$2')]]
    }),
  )
}

function firstAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const outside = addresses.filter((address) => !address.internal)
  const best = outside.find((address) => address.family === 'IPv4') ?? outside[0]
  return best?.address ?? '127.0.0.1'
}
