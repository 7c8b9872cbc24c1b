import type { Row } from '../database.ts'
import type { BindingPolicy, PrincipalName } from '../identity-store.ts'
import { number, text } from '../row.ts'
import type { AccountRows } from './account-rows.ts'
import type { AwsManagedPolicies } from './aws-managed-policies.ts'

/** The id of a principal by its name, for each kind. */
const idOf: Readonly<Record<PrincipalName['kind'], string>> = {
  user: 'SELECT user_id AS id FROM iam_users WHERE account = $1 AND name_key = $2',
  role: 'SELECT role_id AS id FROM iam_roles WHERE account = $1 AND name_key = $2',
}

/**
 * Gathers what binds a user or role: its inline policies and the current text of the managed ones.
 * An attached policy without a text (one of AWS's that we no longer carry) allows nothing; it cannot
 * deny anything either, which is why the list of those we carry may only grow.
 */
export async function bindingPolicies(
  rows: AccountRows,
  awsManaged: AwsManagedPolicies,
  { kind, name }: PrincipalName,
): Promise<readonly BindingPolicy[]> {
  const [principal] = await rows.read(idOf[kind], name.toLowerCase())
  if (!principal) return []
  const ownerId = text(principal, 'id')
  const inline = await rows.read(
    'SELECT * FROM iam_inline_policies WHERE account = $1 AND owner_id = $2 ORDER BY policy_name',
    ownerId,
  )
  const attached = await rows.read(
    `SELECT a.policy_arn, p.policy_id, p.policy_name, v.version, v.document FROM iam_attachments a
     LEFT JOIN iam_policies p ON p.account = a.account AND p.arn = a.policy_arn
     LEFT JOIN iam_policy_versions v
       ON v.account = p.account AND v.policy_id = p.policy_id AND v.version = p.default_version
     WHERE a.account = $1 AND a.owner_id = $2 ORDER BY a.policy_arn`,
    ownerId,
  )
  return [...inline.map(inlinePolicyOf), ...attached.flatMap((row) => managedPolicyOf(row, awsManaged))]
}

function inlinePolicyOf(row: Row): BindingPolicy {
  const name = text(row, 'policy_name')
  return {
    key: `${text(row, 'owner_id')}/${name}/${text(row, 'digest')}`,
    name,
    document: text(row, 'document'),
  }
}

function managedPolicyOf(row: Row, awsManaged: AwsManagedPolicies): BindingPolicy[] {
  const arn = text(row, 'policy_arn')
  if (row['document'] !== null) {
    const key = `${text(row, 'policy_id')}/v${number(row, 'version')}`
    return [{ key, name: text(row, 'policy_name'), arn, document: text(row, 'document') }]
  }
  const version = awsManaged.version(arn)
  const name = awsManaged.find(arn)?.policyName
  if (!version || name === undefined) return []
  return [{ key: `${arn}/${version.versionId}`, name, arn, document: version.document }]
}
