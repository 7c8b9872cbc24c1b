import type { DocumentRequires } from '@fairlead/wire/model/generated/ssm'
import type { RequiredDocument } from '../../domain/document-version.ts'

/** Undefined for none, as AWS leaves it out. */
export function describeRequires(required: readonly RequiredDocument[]): readonly DocumentRequires[] | undefined {
  if (required.length === 0) return undefined
  return required.map(({ name, version, requireType, versionName }) => ({
    Name: name,
    Version: version,
    RequireType: requireType,
    VersionName: versionName,
  }))
}
