import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { isAgentVersion, isPlatformWord } from '@fairlead/wire/agent-bundle'
import { bundleFileName, type PublishedBundle } from '../../domain/agent-bundles.ts'

/** The text of the file that tells what a bundle is. */
export function describeBundle({ signature, publishedAt, ...facts }: PublishedBundle): string {
  const texts = { signature: Buffer.from(signature).toString('base64'), publishedAt: publishedAt.toISOString() }
  return `${JSON.stringify({ ...facts, ...texts })}\n`
}

/** What such a file tells; undefined when it was removed meanwhile, or is not what `describeBundle` writes. */
export function readDescription(path: string): PublishedBundle | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof read !== 'object' || read === null) return undefined
    const { version, platform, arch, bytes, sha256, engines, signature, publishedAt } = read as Record<string, unknown>
    const texts = { version, platform, arch, sha256, engines, signature, publishedAt }
    if (!areTexts(texts) || typeof bytes !== 'number' || !Number.isSafeInteger(bytes)) return undefined
    const { signature: signed, publishedAt: date, ...facts } = texts
    const bundle = { ...facts, bytes, signature: Buffer.from(signed, 'base64'), publishedAt: new Date(date) }
    // Names of files are made of these.
    if (!isAgentVersion(bundle.version) || ![bundle.platform, bundle.arch].every(isPlatformWord)) return undefined
    return `${bundleFileName(bundle)}.json` === basename(path) ? bundle : undefined
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      return undefined
    }
    throw error
  }
}

function areTexts<Name extends string>(fields: Record<Name, unknown>): fields is Record<Name, string> {
  return Object.values(fields).every((value) => typeof value === 'string')
}
