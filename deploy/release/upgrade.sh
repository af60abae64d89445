#!/usr/bin/env bash
# Changes one service of the release: canary puts one beside it, keep brings the service there, back takes it away.
# Needs RELEASE, NAMESPACE and SERVICE, and DIGEST but for going back.
set -euo pipefail
cd "$(dirname "$0")/../.."

own="services.$SERVICE"
case "${1:-}" in
  canary) changes=("$own.canary.replicas=1" "$own.canary.image.digest=$DIGEST") ;;
  keep) changes=("$own.canary.replicas=0" "$own.image.digest=$DIGEST") ;;
  back) changes=("$own.canary.replicas=0") ;;
  *)
    echo "upgrade.sh canary, keep or back" >&2
    exit 2
    ;;
esac

words=()
for change in "${changes[@]}"; do words+=(--set "$change"); done
exec "${HELM:-helm}" upgrade "$RELEASE" deploy/helm/rialto --namespace "$NAMESPACE" --reset-then-reuse-values \
  --timeout 30m "${words[@]}"
