{{- define "rialto.labels" -}}
app.kubernetes.io/name: rialto
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "rialto.selector" -}}
app.kubernetes.io/name: rialto
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end }}

{{/* A service's own values over what all have, as JSON. */}}
{{- define "rialto.service" -}}
{{- mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy (default dict .own)) | toJson -}}
{{- end }}

{{/* A digest says more than a tag. */}}
{{- define "rialto.image" -}}
{{- $image := mergeOverwrite (pick .root.Values.image "repository" "tag" "digest") .image -}}
{{- if .image.tag }}{{ $_ := set $image "digest" (default "" .image.digest) }}{{ end -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ default .root.Chart.AppVersion $image.tag }}
{{- end }}
{{- end }}

{{- define "rialto.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "rialto.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
privileged: false
capabilities: { drop: [ALL] }
{{- end }}

{{- define "rialto.databaseSetting" -}}
{{ . | upper | replace "-" "_" }}_DATABASE_URL
{{- end }}

{{- define "rialto.env" -}}
{{- $fixed := dict
  "PORT" .root.Values.ports.http
  "METRICS_PORT" .root.Values.ports.metrics
  "DRAIN_MS" .root.Values.drainMs
  "RIALTO_DATA" "/tmp/rialto"
  "SERVICE_DNS" (printf "%s-{service}:%v" .root.Release.Name .root.Values.ports.http) -}}
{{- if .root.Values.authorities }}{{ $_ := set $fixed "NODE_EXTRA_CA_CERTS" "/etc/rialto/ca.pem" }}{{ end -}}
{{- range $key, $value := mergeOverwrite $fixed (deepCopy .root.Values.settings) (deepCopy .service.settings) }}
- name: {{ $key }}
  value: {{ $value | toString | quote }}
{{- end }}
- name: ANNOUNCED_HOST
  valueFrom: { fieldRef: { fieldPath: status.podIP } }
{{- end }}

{{- define "rialto.mounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if .Values.authorities }}
- { name: authorities, mountPath: /etc/rialto, readOnly: true }
{{- end }}
{{- end }}

{{- define "rialto.volumes" -}}
- name: tmp
  emptyDir: { sizeLimit: 1Gi }
{{- if .Values.authorities }}
- name: authorities
  configMap: { name: {{ .Values.authorities }} }
{{- end }}
{{- end }}

{{- define "rialto.externalSecret" -}}
refreshInterval: {{ .root.Values.secrets.external.refresh }}
secretStoreRef:
  {{- toYaml .root.Values.secrets.external.store | nindent 2 }}
target:
  name: {{ .target }}
  creationPolicy: Owner
  {{- if and .root.Values.secrets.external.compose .service.database }}
  template:
    engineVersion: v2
    mergePolicy: Merge
    data:
      {{ include "rialto.databaseSetting" .name }}: {{ include "rialto.composed" (.name | replace "-" "_") }}
  {{- end }}
dataFrom:
  - extract: { key: {{ .root.Values.secrets.external.prefix }}shared }
  - extract: { key: {{ .root.Values.secrets.external.prefix }}{{ .name }} }
  {{- range .service.keys }}
  - extract: { key: {{ . }} }
  {{- end }}
{{- end }}

{{/* For External Secrets, which fills the braces in. */}}
{{- define "rialto.composed" -}}
{{ printf "postgres://{{ .username }}:{{ .password | urlquery }}@{{ .host }}:{{ .port }}/%s?sslmode=verify-full" . | quote }}
{{- end }}
