import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'

// A device with a passkey, as WebAuthn describes it: ES256, without attestation.

export interface DeviceOptions {
  readonly origin: string
  /** For which the device believes to act; the host of the origin unless given. */
  readonly host?: string
  /** Whether it has verified who holds it. */
  readonly verifies?: boolean
}

export interface Device {
  readonly id: string
  /** How often it says that it was used. Devices that do not count say 0. */
  counter: number
  create(options: { challenge: string }): { id: string; clientDataJSON: string; attestationObject: string }
  get(options: { challenge: string }): {
    id: string
    clientDataJSON: string
    authenticatorData: string
    signature: string
  }
}

export function openDevice({
  origin,
  host = new URL(origin).hostname,
  verifies = true,
}: DeviceOptions): Device {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const credentialId = randomBytes(16)
  const cose = Buffer.concat([
    // A map of five: key type EC2, algorithm ES256, curve P-256, and the point.
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ])
  const dataOf = (counter: number, more: Buffer = Buffer.alloc(0)) => {
    const flags = 0x01 | (verifies ? 0x04 : 0) | (more.length > 0 ? 0x40 : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([createHash('sha256').update(host).digest(), Buffer.from([flags]), count, more])
  }
  const clientData = (type: string, challenge: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))
  const device: Device = {
    id: credentialId.toString('base64url'),
    counter: 0,
    create: ({ challenge }) => {
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, 16]), credentialId, cose])
      const data = dataOf(device.counter, attested)
      const object = Buffer.concat([
        // A map of three: no attestation, hence an empty statement, and the data.
        Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746158', 'hex'),
        Buffer.from([data.length]),
        data,
      ])
      return {
        id: device.id,
        clientDataJSON: clientData('webauthn.create', challenge).toString('base64url'),
        attestationObject: object.toString('base64url'),
      }
    },
    get: ({ challenge }) => {
      const data = dataOf(device.counter)
      const client = clientData('webauthn.get', challenge)
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
      return {
        id: device.id,
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: createSign('sha256').update(signed).sign(privateKey, 'base64url'),
      }
    },
  }
  return device
}
