import type { DocumentDescription } from '@fairlead/wire/model/generated/ssm'
import type { Ask } from '../api/keep-asking.ts'
import { printable } from '../session/copy/printable.ts'
import type { Surroundings } from '../surroundings.ts'
import { localTime } from '../terminal/local-time.ts'

/** `fairlead documents NAME`: what it is and which parameters it takes. */
export async function describeDocument(ask: Ask, Name: string, json: boolean, { stdout }: Surroundings): Promise<void> {
  const { Document = {} } = await ask((api) => api.ssm('DescribeDocument', { Name }))
  stdout.write(json ? `${JSON.stringify(Document, undefined, 2)}\n` : text(Document))
}

function text(document: DocumentDescription): string {
  const { Name = '', Description = '', DocumentType = '', CreatedDate: at, Parameters = [] } = document
  const facts: readonly (readonly [string, string])[] = [
    ['document', Name],
    ['type', `${DocumentType}, schema ${document.SchemaVersion ?? ''}, ${document.DocumentFormat ?? ''}`],
    ['owner', document.Owner ?? ''],
    [
      'version',
      `${document.DocumentVersion ?? ''}; default ${document.DefaultVersion ?? ''}, latest ${document.LatestVersion ?? ''}`,
    ],
    ['platforms', (document.PlatformTypes ?? []).join(' ')],
    ['created', at === undefined ? '' : localTime(at)],
    ['about', Description],
  ]
  const width = 12
  const lines = facts.filter(([, value]) => value !== '').map(([name, value]) => `${name.padEnd(width)}${value}`)
  for (const { Name: name = '', Type = '', Description: about = '', DefaultValue } of Parameters) {
    const usual = DefaultValue === undefined ? 'must be given' : `usually ${JSON.stringify(DefaultValue)}`
    lines.push(`  -p ${name}=…  ${Type}, ${usual}${about === '' ? '' : `. ${about}`}`)
  }
  return printable(`${lines.join('\n')}\n`)
}
