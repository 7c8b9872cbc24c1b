/** What every engine is asked: may alice run a script on these nodes? */
export interface PolicyQuestion {
  readonly policyText: string
  /** The same statements in Cedar's language, one policy each. */
  readonly cedarText: string
  readonly account: string
  readonly principal: string
  readonly action: string
  /** Condition keys of the request. */
  readonly context: Readonly<Record<string, string>>
  /** The document first, as SendCommand asks, and then the nodes. */
  readonly resources: readonly AskedResource[]
}

export interface AskedResource {
  readonly arn: string
  readonly tags: Readonly<Record<string, string>>
}

const account = '123456789012'
const nodes = '"arn:aws:ec2:*:*:instance/*", "arn:aws:ssm:*:*:managed-instance/*"'
const isNode =
  '(resource.arn like "arn:aws:ec2:*:*:instance/*" || resource.arn like "arn:aws:ssm:*:*:managed-instance/*")'

/** Twenty statements as an operations team has them; the ten about SendCommand are about half. */
const statements: readonly { readonly iam: string; readonly cedar: string }[] = [
  {
    iam: `"Effect": "Allow", "Action": "ssm:SendCommand", "Resource": [${nodes}],
      "Condition": {"StringLike": {"ssm:resourceTag/Finance": ["WebServers"]}}`,
    cedar: `permit(principal, action == Action::"ssm:SendCommand", resource)
      when { ${isNode} && resource.tags has Finance && resource.tags.Finance == "WebServers" };`,
  },
  {
    iam: `"Effect": "Allow", "Action": "ssm:SendCommand", "Resource":
      ["arn:aws:ssm:*:*:document/AWS-RunShellScript", "arn:aws:ssm:*:*:document/AWS-RunPowerShellScript"]`,
    cedar: `permit(principal, action == Action::"ssm:SendCommand", resource)
      when { resource.arn like "arn:aws:ssm:*:*:document/AWS-RunShellScript" ||
        resource.arn like "arn:aws:ssm:*:*:document/AWS-RunPowerShellScript" };`,
  },
  {
    iam: `"Effect": "Allow", "Action": ["ssm:SendCommand", "ssm:StartSession"], "Resource": [${nodes}],
      "Condition": {"StringEquals": {"aws:ResourceTag/Owner": "\${aws:username}"}}`,
    cedar: `permit(principal, action in [Action::"ssm:SendCommand", Action::"ssm:StartSession"], resource)
      when { ${isNode} && resource.tags has Owner && resource.tags.Owner == context.username };`,
  },
  {
    iam: `"Effect": "Allow", "Action": "ssm:SendCommand", "Resource": [${nodes}],
      "Condition": {"StringLike": {"ssm:resourceTag/Role": ["web-*", "app-*"]}}`,
    cedar: `permit(principal, action == Action::"ssm:SendCommand", resource)
      when { ${isNode} && resource.tags has Role && (resource.tags.Role like "web-*" || resource.tags.Role like "app-*") };`,
  },
  {
    iam: `"Effect": "Allow", "Action": "ssm:SendCommand", "Resource": "arn:aws:ssm:*:${account}:document/ops-*"`,
    cedar: `permit(principal, action == Action::"ssm:SendCommand", resource)
      when { resource.arn like "arn:aws:ssm:*:${account}:document/ops-*" };`,
  },
  {
    iam: `"Effect": "Deny", "Action": ["ssm:SendCommand", "ssm:StartSession"], "Resource": "*",
      "Condition": {"StringEquals": {"aws:ResourceTag/Environment": "production"}}`,
    cedar: `forbid(principal, action in [Action::"ssm:SendCommand", Action::"ssm:StartSession"], resource)
      when { resource.tags has Environment && resource.tags.Environment == "production" };`,
  },
  {
    iam: `"Effect": "Deny", "Action": "ssm:*", "Resource": "*",
      "Condition": {"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}}`,
    cedar: `forbid(principal, action, resource)
      unless { context.sourceIp.isInRange(ip("10.0.0.0/8")) || context.sourceIp.isInRange(ip("192.168.0.0/16")) };`,
  },
  {
    iam: `"Effect": "Deny", "Action": "ssm:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}`,
    cedar: 'forbid(principal, action, resource) when { !context.secureTransport };',
  },
  {
    iam: `"Effect": "Deny", "Action": "ssm:SendCommand", "Resource": "*",
      "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "eu-central-1"]}}`,
    cedar: `forbid(principal, action == Action::"ssm:SendCommand", resource)
      unless { ["us-east-1", "eu-central-1"].contains(context.requestedRegion) };`,
  },
  {
    iam: `"Effect": "Deny", "Action": "ssm:SendCommand", "Resource": "arn:aws:ssm:*:*:document/AWS-ApplyPatch*",
      "Condition": {"StringNotLike": {"aws:UserAgent": "patching/*"}}`,
    cedar: `forbid(principal, action == Action::"ssm:SendCommand", resource)
      when { resource.arn like "arn:aws:ssm:*:*:document/AWS-ApplyPatch*" && !(context.userAgent like "patching/*") };`,
  },
  {
    iam: `"Effect": "Allow", "Action": ["ssm:ResumeSession", "ssm:TerminateSession"],
      "Resource": "arn:aws:ssm:*:*:session/\${aws:username}-*"`,
    cedar: `permit(principal, action in [Action::"ssm:ResumeSession", Action::"ssm:TerminateSession"], resource)
      when { resource.arn like "arn:aws:ssm:*:*:session/alice-*" };`,
  },
  {
    iam: `"Effect": "Allow", "Action": "ssm:StartSession", "Resource": [${nodes}],
      "Condition": {"StringEquals": {"ssm:resourceTag/Finance": "WebServers"}}`,
    cedar: `permit(principal, action == Action::"ssm:StartSession", resource)
      when { ${isNode} && resource.tags has Finance && resource.tags.Finance == "WebServers" };`,
  },
  {
    iam: `"Effect": "Allow", "Action": "ssm:StartSession", "Resource": "arn:aws:ssm:*:*:document/SSM-SessionManagerRunShell",
      "Condition": {"BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"}}`,
    cedar: `permit(principal, action == Action::"ssm:StartSession", resource)
      when { resource.arn like "arn:aws:ssm:*:*:document/SSM-SessionManagerRunShell" && context.accessCheck };`,
  },
  ...['ssm:Describe', 'ssm:Get', 'ssm:List'].map((start) => ({
    iam: `"Effect": "Allow", "Action": "${start}*", "Resource": "*"`,
    cedar: `permit(principal, action in Action::"${start}", resource);`,
  })),
  {
    iam: `"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::${account}:role/ops/*",
      "Condition": {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}}`,
    cedar: `permit(principal, action == Action::"iam:PassRole", resource)
      when { resource.arn like "arn:aws:iam::${account}:role/ops/*" && context.passedTo == "ssm.amazonaws.com" };`,
  },
  {
    iam: `"Effect": "Allow", "Action": "ssm:AddTagsToResource", "Resource": "*",
      "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["Owner", "Role"]}}`,
    cedar: `permit(principal, action == Action::"ssm:AddTagsToResource", resource)
      when { ["Owner", "Role"].containsAll(context.tagKeys) };`,
  },
  {
    iam: `"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::ops-logs/\${aws:username}/*"`,
    cedar: `permit(principal, action in [Action::"s3:GetObject", Action::"s3:PutObject"], resource)
      when { resource.arn like "arn:aws:s3:::ops-logs/alice/*" };`,
  },
  {
    iam: `"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*",
      "Condition": {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}}`,
    cedar: `permit(principal, action == Action::"kms:Decrypt", resource)
      when { context.viaService like "s3.*.amazonaws.com" };`,
  },
]

/** A fifth of the nodes is production's, which nobody may touch; of the rest about half have a tag that allows. */
export function policyQuestion(nodeCount: number): PolicyQuestion {
  return {
    policyText: `{"Version": "2012-10-17", "Statement": [${statements.map(({ iam }) => `{${iam}}`).join(', ')}]}`,
    cedarText: statements.map(({ cedar }) => cedar).join('\n'),
    account,
    principal: `arn:aws:iam::${account}:user/alice`,
    action: 'ssm:SendCommand',
    context: {
      'aws:PrincipalArn': `arn:aws:iam::${account}:user/alice`,
      'aws:username': 'alice',
      'aws:SourceIp': '10.20.30.40',
      'aws:SecureTransport': 'true',
      'aws:RequestedRegion': 'us-east-1',
      'aws:UserAgent': 'aws-cli/2.0',
    },
    resources: [
      { arn: 'arn:aws:ssm:us-east-1::document/AWS-RunShellScript', tags: {} },
      ...Array.from({ length: nodeCount }, (_, index) => ({
        arn: `arn:aws:ssm:us-east-1:${account}:managed-instance/mi-${index.toString(16).padStart(17, '0')}`,
        tags: {
          Name: `node-${index}`,
          Environment: index % 5 === 4 ? 'production' : 'test',
          ...(index % 3 === 0 ? { Finance: 'WebServers' } : { Finance: 'Ledger' }),
          ...(index % 7 === 1 ? { Role: `web-${index % 10}` } : { Role: `db-${index % 10}` }),
          ...(index % 11 === 2 ? { Owner: 'alice' } : {}),
        },
      })),
    ],
  }
}
