import type { Row } from '../database.ts'
import type { BindingPolicy, PolicyHolder } from '../identity-store.ts'
import { number, text } from '../row.ts'
import type { AccountRows } from './account-rows.ts'
import type { AwsManagedPolicies } from './aws-managed-policies.ts'

/** The id of a principal by its name, for each kind. */
const idOf: Readonly<Record<PolicyHolder['kind'], string>> = {
  user: 'SELECT user_id AS id FROM iam_users WHERE account = $1 AND name_key = $2',
  role: 'SELECT role_id AS id FROM iam_roles WHERE account = $1 AND name_key = $2',
  group: 'SELECT group_id AS id FROM iam_groups WHERE account = $1 AND name_key = $2',
}

/** SQL: whether a policy hangs on the principal `$2` itself or on one of its groups. */
const binds = (ownerId: string) =>
  `(${ownerId} = $2 OR ${ownerId} IN (SELECT group_id FROM iam_group_members WHERE account = $1 AND user_id = $2))`

/** The current text of managed policies, beside `a`, which has their ARNs. */
const texts = `LEFT JOIN iam_policies p ON p.account = $1 AND p.arn = a.policy_arn
  LEFT JOIN iam_policy_versions v
    ON v.account = $1 AND v.policy_id = p.policy_id AND v.version = p.default_version`

/**
 * Gathers what binds a user or role, or every user of a group: its inline policies and the current text of the managed ones, a user's own
 * and its groups'. An attached policy without a text (one of AWS's that we no longer carry) allows nothing; it
 * cannot deny anything either, which is why the list of those we carry may only grow.
 */
export async function bindingPolicies(
  rows: AccountRows,
  awsManaged: AwsManagedPolicies,
  { kind, name }: PolicyHolder,
): Promise<readonly BindingPolicy[]> {
  const [principal] = await rows.read(idOf[kind], name.toLowerCase())
  if (!principal) return []
  const ownerId = text(principal, 'id')
  const inline = await rows.read(
    `SELECT i.owner_id, i.policy_name, i.document, i.digest, g.group_name FROM iam_inline_policies i
     LEFT JOIN iam_groups g ON g.account = $1 AND g.group_id = i.owner_id
     WHERE i.account = $1 AND ${binds('i.owner_id')} ORDER BY COALESCE(g.name_key, ''), i.policy_name`,
    ownerId,
  )
  const attached = await rows.read(
    `SELECT a.policy_arn, p.policy_id, p.policy_name, v.version, v.document FROM
       (SELECT DISTINCT policy_arn FROM iam_attachments WHERE account = $1 AND ${binds('owner_id')}) a
     ${texts} ORDER BY a.policy_arn`,
    ownerId,
  )
  const ownerOf = (row: Row): BindingPolicy['owner'] =>
    row['group_name'] === null ? { kind, name } : { kind: 'group', name: text(row, 'group_name') }
  return [
    ...inline.map((row) => ({ ...inlinePolicyOf(row), owner: ownerOf(row) })),
    ...attached.flatMap((row) => managedPolicyOf(row, awsManaged)),
  ]
}

/** The current text of one managed policy. */
export async function bindingPolicy(
  rows: AccountRows,
  awsManaged: AwsManagedPolicies,
  arn: string,
): Promise<BindingPolicy | undefined> {
  const found = await rows.read(
    `SELECT a.policy_arn, p.policy_id, p.policy_name, v.version, v.document
     FROM (SELECT CAST($2 AS TEXT) AS policy_arn) a ${texts}`,
    arn,
  )
  return found.flatMap((row) => managedPolicyOf(row, awsManaged))[0]
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
