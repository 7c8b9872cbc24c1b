import type { Scope } from './scope.ts'

/**
 * ARNs of the things that policies speak of (formats: IAM service authorization reference).
 * AWS-owned documents have an empty account field, so `document/AWS-*` of our own account
 * never matches them, as on AWS.
 */
export function documentArn(scope: Scope, name: string): string {
  const account = isAwsOwned(name) ? '' : scope.account
  return `arn:aws:ssm:${scope.region}:${account}:document/${name}`
}

/** `i-` nodes are EC2 instances to IAM, `mi-` nodes are Systems Manager's own. */
export function nodeArn(scope: Scope, nodeId: string): string {
  return nodeId.startsWith('i-')
    ? `arn:aws:ec2:${scope.region}:${scope.account}:instance/${nodeId}`
    : `arn:aws:ssm:${scope.region}:${scope.account}:managed-instance/${nodeId}`
}

export function sessionArn(scope: Scope, sessionId: string): string {
  return `arn:aws:ssm:${scope.region}:${scope.account}:session/${sessionId}`
}

/** Ids of settings begin with a slash, as in `servicesetting/ssm/managed-instance/activation-tier`. */
export function serviceSettingArn(scope: Scope, settingId: string): string {
  return `arn:aws:ssm:${scope.region}:${scope.account}:servicesetting/${settingId.replace(/^\//, '')}`
}

/** Without the slash that names of hierarchies begin with: `/a/b` is `parameter/a/b`. */
export function parameterArn(scope: Scope, name: string): string {
  return `arn:aws:ssm:${scope.region}:${scope.account}:parameter/${name.replace(/^\//, '')}`
}

export function associationArn(scope: Scope, associationId: string): string {
  return `arn:aws:ssm:${scope.region}:${scope.account}:association/${associationId}`
}

export function resourceDataSyncArn(scope: Scope, syncName: string): string {
  return `arn:aws:ssm:${scope.region}:${scope.account}:resource-data-sync/${syncName}`
}

/**
 * What Systems Manager checks and names in denials for actions that have no resource of their own
 * (observed: "… ssm:DescribeInstanceInformation on resource: arn:aws:ssm:us-east-1:123456789012:*").
 */
export function accountWideArn(scope: Scope): string {
  return `arn:aws:ssm:${scope.region}:${scope.account}:*`
}

export function rootArn(scope: Scope): string {
  return `arn:aws:iam::${scope.account}:root`
}

/** `path` begins and ends with a slash, as IAM keeps it. */
export function userArn(scope: Scope, path: string, name: string): string {
  return `arn:aws:iam::${scope.account}:user${path}${name}`
}

export function roleArn(scope: Scope, path: string, name: string): string {
  return `arn:aws:iam::${scope.account}:role${path}${name}`
}

export function groupArn(scope: Scope, path: string, name: string): string {
  return `arn:aws:iam::${scope.account}:group${path}${name}`
}

export function instanceProfileArn(scope: Scope, path: string, name: string): string {
  return `arn:aws:iam::${scope.account}:instance-profile${path}${name}`
}

export function policyArn(scope: Scope, path: string, name: string): string {
  return `arn:aws:iam::${scope.account}:policy${path}${name}`
}

/** The caller ARN of a role session; role paths are not part of it (IAM user guide, identifiers). */
export function roleSessionArn(scope: Scope, roleName: string, sessionName: string): string {
  return `arn:aws:sts::${scope.account}:assumed-role/${roleName}/${sessionName}`
}

/** `serialNumber` of a virtual MFA device. */
export function mfaDeviceArn(scope: Scope, path: string, name: string): string {
  return `arn:aws:iam::${scope.account}:mfa${path}${name}`
}

/** Of an issuer of identity tokens; `url` has no `https://`. */
export function oidcProviderArn(scope: Scope, url: string): string {
  return `arn:aws:iam::${scope.account}:oidc-provider/${url}`
}

export function federatedUserArn(scope: Scope, name: string): string {
  return `arn:aws:sts::${scope.account}:federated-user/${name}`
}

export function resourceGroupArn(scope: Scope, name: string): string {
  return `arn:aws:resource-groups:${scope.region}:${scope.account}:group/${name}`
}

/** Whether a document is one of AWS's own, by its name alone. */
export function isAwsOwned(documentName: string): boolean {
  return /^(AWS|Amazon)[-_A-Z]/.test(documentName)
}

/** Customers cannot create documents under these prefixes (CreateDocument reference, which names each in one case). */
export function isReservedName(documentName: string): boolean {
  return /^(aws|amazon|amzn)/i.test(documentName)
}

/** One request to this server, as the audit has it. AWS has no such resource. */
export function requestArn(scope: Scope, requestId: string): string {
  return `arn:aws:fairlead:${scope.region}:${scope.account}:request/${requestId}`
}
