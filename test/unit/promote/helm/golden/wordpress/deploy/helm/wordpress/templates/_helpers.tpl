{{- /* The name of an image: of the registry that is set for all, if one is. */ -}}
{{- define "wordpress.image" -}}
{{- with .global.imageRegistry | default .image.registry }}{{ . }}/{{ end }}
{{- .image.repository }}
{{- with .image.tag | default .tag }}:{{ . }}{{ end }}
{{- with .image.digest }}@{{ . }}{{ end }}
{{- end }}
