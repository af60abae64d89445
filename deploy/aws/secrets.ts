import { SecretValue } from 'aws-cdk-lib'
import type * as kms from 'aws-cdk-lib/aws-kms'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'

// Each property is a setting of a process, as External Secrets hands it on. What databases need is in databases.ts.

export interface ShopSecrets {
  readonly shared: Secret
  readonly gateway: Secret
  readonly firstAccount: Secret
  readonly mail: Secret
}

export function shopSecrets(scope: Construct, key: kms.IKey, valkeyUrl: string): ShopSecrets {
  const encryptionKey = key
  return {
    shared: new Secret(scope, 'SharedSecret', {
      secretName: 'rialto/shared',
      encryptionKey,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ NATS_URL: 'nats://nats.nats:4222' }),
        generateStringKey: 'RIALTO_SECRET',
        passwordLength: 64,
        excludePunctuation: true,
      },
    }),
    gateway: new Secret(scope, 'GatewaySecret', {
      secretName: 'rialto/gateway',
      encryptionKey,
      // An address, and no secret; who may connect there is told by the network.
      secretObjectValue: { VALKEY_URL: SecretValue.unsafePlainText(valkeyUrl) },
    }),
    firstAccount: new Secret(scope, 'FirstAccountSecret', {
      secretName: 'rialto/first-account',
      encryptionKey,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ RIALTO_ADMIN_EMAIL: 'admin@example.com' }),
        generateStringKey: 'RIALTO_ADMIN_PASSWORD',
        passwordLength: 32,
      },
    }),
    mail: new Secret(scope, 'MailSecret', {
      secretName: 'rialto/mail',
      encryptionKey,
      // Whoever installs the shop puts the address of the mail server here.
      secretObjectValue: { SMTP_URL: SecretValue.unsafePlainText('smtp://mail.invalid:587') },
    }),
  }
}
