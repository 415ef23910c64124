# kubeconform compares Kubernetes manifests with schemas, here those of schemas/kubernetes. A command, not a service.
way=go
package=github.com/yannh/kubeconform/cmd/kubeconform
version=0.7.0
sum='h1:ZFfniR8VChrWQxaxTUGnNrxw8RIDkjVBrjdhXSamwjw='
commands=(bin/kubeconform)
needs=(go=golang-go/bookworm-backports)
