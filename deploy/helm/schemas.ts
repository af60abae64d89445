import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Manifest } from './manifests.ts'

// Kubernetes' own schemas, and those of what extends it, as npm has them: compiled to functions.

interface Validate {
  (data: unknown): boolean
  errors?:
    | readonly { readonly instancePath: string; readonly message?: string; readonly keyword: string }[]
    | null
}

const monitoring =
  '@kubernetes-models/prometheus-operator/_schemas/ComGithubPrometheusOperatorPrometheusOperatorPkgApisMonitoringV1'

const schemas: Readonly<Record<string, string>> = {
  'v1/Secret': 'kubernetes-models/_schemas/IoK8sApiCoreV1Secret',
  'v1/Service': 'kubernetes-models/_schemas/IoK8sApiCoreV1Service',
  'v1/ServiceAccount': 'kubernetes-models/_schemas/IoK8sApiCoreV1ServiceAccount',
  'apps/v1/Deployment': 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment',
  'batch/v1/Job': 'kubernetes-models/_schemas/IoK8sApiBatchV1Job',
  'autoscaling/v2/HorizontalPodAutoscaler':
    'kubernetes-models/_schemas/IoK8sApiAutoscalingV2HorizontalPodAutoscaler',
  'policy/v1/PodDisruptionBudget': 'kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget',
  'networking.k8s.io/v1/NetworkPolicy': 'kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy',
  'gateway.networking.k8s.io/v1/HTTPRoute':
    '@kubernetes-models/gateway-api/_schemas/IoK8sSigsGatewayApiApisV1HTTPRoute',
  'monitoring.coreos.com/v1/ServiceMonitor': `${monitoring}ServiceMonitor`,
  'monitoring.coreos.com/v1/PrometheusRule': `${monitoring}PrometheusRule`,
  'external-secrets.io/v1/ExternalSecret':
    '@kubernetes-models/external-secrets/_schemas/ComGithubExternalSecretsExternalSecretsApisExternalsecretsV1ExternalSecret',
}

/** What is wrong with a manifest: what its schema refuses, and fields that its schema does not know. */
export async function mistakesIn(manifest: Manifest): Promise<string[]> {
  const kind = `${manifest.apiVersion}/${manifest.kind}`
  const from = schemas[kind]
  if (!from) return [`${kind}: there is no schema for it`]
  // Not all of them are exported, so they are taken by their files.
  const file = join(import.meta.dirname, '../node_modules', `${from}.js`)
  const { validate } = (await import(pathToFileURL(file).href)) as { validate: Validate }
  const name = `${manifest.kind} ${manifest.metadata.name}`
  const unread = new Set<string>()
  const isValid = validate(watched(manifest, '', unread))
  // A schema lets pass what it does not know, and so never looks at it.
  const unknown = isValid ? [...unread].map((path) => `${path} is unknown`) : []
  const refused = isValid
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? error.keyword}`)
  return [...refused, ...unknown].map((mistake) => `${name}: ${mistake}`)
}

/** The value, and beside it the paths of all fields in it that nobody has read yet. */
function watched(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {}
  for (const [key, part] of Object.entries(value)) {
    const inside = `${path}/${key}`
    if (!Array.isArray(value)) unread.add(inside)
    const seen = watched(part, inside, unread)
    Object.defineProperty(copy, key, {
      enumerable: true,
      get: () => {
        unread.delete(inside)
        return seen
      },
    })
  }
  return copy
}
