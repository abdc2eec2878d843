{{- /* The name of an image: of the registry that is set for all, if one is. */ -}}
{{- define "shop.image" -}}
{{- with .global.imageRegistry | default .image.registry }}{{ . }}/{{ end }}
{{- .image.repository }}
{{- with .image.tag | default .tag }}:{{ . }}{{ end }}
{{- with .image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- /* Where a service is reached from outside. */ -}}
{{- define "shop.url" -}}
http{{ if .ingress.tls.enabled }}s{{ end }}://{{ .ingress.host }}
{{- end }}

{{- /* A Job cannot be changed: one that is another has another name. */ -}}
{{- define "shop.migrate" -}}
migrate-{{ list "c9be4988" .Values.migrate .Values.global .Chart.AppVersion .Release.Namespace | toJson | sha256sum | trunc 8 }}
{{- end }}
