{{- /* The name of an image: of the registry that is set for all, if one is. */ -}}
{{- define "polyglot.image" -}}
{{- with .global.imageRegistry | default .image.registry }}{{ . }}/{{ end }}
{{- .image.repository }}
{{- with .image.tag | default .tag }}:{{ . }}{{ end }}
{{- with .image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- /* Where a service is reached from outside. */ -}}
{{- define "polyglot.url" -}}
http{{ if .ingress.tls.enabled }}s{{ end }}://{{ .ingress.host }}
{{- end }}
