# kube-score says what a Kubernetes manifest lacks: `kube-score score manifests.yaml`. A command, not a service.
way=go
package=github.com/zegl/kube-score/cmd/kube-score
version=1.20.0
sum='h1:J1VqK86SunV4Gg8emPTmwUVxe0rmXnAs5K9ZUbGMKR8='
commands=(bin/kube-score)
needs=(go=golang-go/bookworm-backports)
