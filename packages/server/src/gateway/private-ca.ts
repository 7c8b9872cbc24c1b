import 'reflect-metadata'
import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto'
import { hostname, networkInterfaces } from 'node:os'
import * as x509 from '@peculiar/x509'
import { type KeyVault, type Pair, type PairName, TlsFiles } from './tls-files.ts'

const day = 24 * 60 * 60 * 1000
const caLifetime = 3650 * day
const leafLifetime = 397 * day
const renewBefore = 30 * day
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** PEM texts for an HTTPS listener. */
export interface ServerCertificate {
  readonly cert: string
  readonly key: string
  /** The authority that clients are to trust. */
  readonly ca: string
}

export interface CertificateRequest {
  /** DIR/tls */
  readonly folder: string
  readonly vault: KeyVault
  /** Every name and address under which clients ask for the server, besides those of this machine. */
  readonly hosts: readonly string[]
  readonly now: Date
}

/**
 * A certificate for this server, signed by a private authority that is made on the first start.
 * DIR/tls/ca.pem is what clients trust; private keys are sealed with the master key. The server's own certificate is made anew
 * when it is about to expire, does not name a host that it should, or was left half-written. The
 * authority never is: clients trust it. Throws when its two files are there and are no pair.
 */
export function serverCertificate(request: CertificateRequest): Promise<ServerCertificate> {
  return certify('server', namesOf(request.hosts), request)
}

/** The same for hosts that are not this machine's, and for these alone: those of AWS's that are answered under. */
export function awsCertificate(request: CertificateRequest): Promise<ServerCertificate> {
  return certify('aws-hostnames', request.hosts, request)
}

async function certify(
  name: PairName,
  hosts: readonly string[],
  { folder, vault, now }: CertificateRequest,
): Promise<ServerCertificate> {
  x509.cryptoProvider.set(webcrypto as Crypto)
  const files = new TlsFiles(folder, vault)
  const ca = readAuthority(files) ?? (await makeAuthority(files, now))
  const kept = files.read(name)
  const isGood = kept !== undefined && isGoodFor(kept, hosts, ca, now)
  const leaf = isGood ? kept : await makeLeaf(files, name, ca, hosts, now)
  return { cert: leaf.cert + ca.cert, key: leaf.key, ca: ca.cert }
}

async function makeAuthority(files: TlsFiles, now: Date): Promise<Pair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: 'CN=Fairlead private authority',
    // Clients whose clocks are a little behind are to believe it too.
    notBefore: new Date(now.getTime() - day),
    notAfter: new Date(now.getTime() + caLifetime),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey as CryptoKey),
    ],
  })
  return keep(files, 'ca', certificate, keys.privateKey)
}

async function makeLeaf(files: TlsFiles, name: PairName, ca: Pair, hosts: readonly string[], now: Date): Promise<Pair> {
  const issuer = new x509.X509Certificate(ca.cert)
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    x509.PemConverter.decode(ca.key)[0] ?? new ArrayBuffer(0),
    algorithm,
    false,
    ['sign'],
  )
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: 'CN=fairlead',
    issuer: issuer.subject,
    notBefore: new Date(now.getTime() - day),
    notAfter: new Date(now.getTime() + leafLifetime),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey as CryptoKey,
    signingKey: signingKey as CryptoKey,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        hosts.map((host) => ({ type: isAddress(host) ? 'ip' : 'dns', value: host })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  })
  return keep(files, name, certificate, keys.privateKey)
}

async function keep(
  files: TlsFiles,
  name: PairName,
  certificate: x509.X509Certificate,
  privateKey: unknown,
): Promise<Pair> {
  const der = await webcrypto.subtle.exportKey('pkcs8', privateKey as CryptoKey)
  const pair = { cert: `${certificate.toString('pem')}\n`, key: `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n` }
  files.write(name, pair)
  return pair
}

function readAuthority(files: TlsFiles): Pair | undefined {
  const ca = files.read('ca')
  if (ca === undefined || certificateOf(ca) !== undefined) return ca
  throw new Error(
    `${files.pathOf('ca')} and ca.key do not belong together, one of them is damaged, or the key was sealed with another master key. Put them back from a backup; or remove both of them, and every client will have to trust the new ca.pem.`,
  )
}

/** The certificate of a pair, or undefined when its parts are damaged or of two pairs. */
function certificateOf({ cert, key }: Pair): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(cert)
    return certificate.checkPrivateKey(createPrivateKey(key)) ? certificate : undefined
  } catch {
    // OpenSSL's reasons for not reading it do not matter: it is of no use.
    return undefined
  }
}

function isGoodFor(leaf: Pair, names: readonly string[], ca: Pair, now: Date): boolean {
  const certificate = certificateOf(leaf)
  if (certificate === undefined || certificate.validToDate.getTime() - renewBefore < now.getTime()) return false
  // By the signature, not by the name: every authority of ours has the same one.
  if (!certificate.verify(new X509Certificate(ca.cert).publicKey)) return false
  const hosts = new Set(certificate.subjectAltName?.split(', '))
  return names.every((name) => (isAddress(name) ? certificate.checkIP(name) : hosts.has(`DNS:${name}`)))
}

/** Every name under which a client on this machine or its network may ask for us. */
function namesOf(hosts: readonly string[]): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap(
    (list) => list?.map(({ address }) => address.split('%')[0] ?? '') ?? [],
  )
  const wanted = ['localhost', '127.0.0.1', '::1', hostname(), ...hosts.map(withoutBrackets), ...addresses]
  return [...new Set(wanted)].filter((name) => name !== '' && name !== '0.0.0.0' && name !== '::')
}

/** As URLs write IPv6 addresses. */
function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}

function isAddress(name: string): boolean {
  return name.includes(':') || /^\d+(\.\d+){3}$/.test(name)
}

function serial(): string {
  return Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)))
    .toString('hex')
    .replace(/^[89a-f]/, '1')
}
