import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2'
import type { Construct } from 'constructs'
import type { Scale } from './settings.ts'

/** What AWS knows to be bad is refused before it costs anything; so is who asks too often. */
export function firewall(scope: Construct, scale: Scale): CfnWebACL {
  const managed = [
    'AWSManagedRulesAmazonIpReputationList',
    'AWSManagedRulesCommonRuleSet',
    'AWSManagedRulesKnownBadInputsRuleSet',
  ]
  return new CfnWebACL(scope, 'Firewall', {
    scope: 'CLOUDFRONT',
    defaultAction: { allow: {} },
    visibilityConfig: seen('Firewall'),
    rules: [
      ...managed.map((name, index) => ({
        name,
        priority: index,
        overrideAction: { none: {} },
        statement: { managedRuleGroupStatement: { vendorName: 'AWS', name, ...exceptions(name) } },
        visibilityConfig: seen(name),
      })),
      {
        name: 'TooMany',
        priority: managed.length,
        action: { block: { customResponse: { responseCode: 429 } } },
        statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: scale.requestsOfAddress } },
        visibilityConfig: seen('TooMany'),
      },
    ],
  })
}

/** Imports of products are larger than what this rule takes for a form. */
function exceptions(group: string) {
  if (group !== 'AWSManagedRulesCommonRuleSet') return {}
  return { ruleActionOverrides: [{ name: 'SizeRestrictions_BODY', actionToUse: { count: {} } }] }
}

function seen(metricName: string) {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true }
}
