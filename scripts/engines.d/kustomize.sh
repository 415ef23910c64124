# kustomize puts base and overlays of the Kubernetes target together: `kustomize build overlays/main`. A command, not a
# service. Newer versions ask for modules that the proxy does not have.
way=go
package=sigs.k8s.io/kustomize/kustomize/v5
version=5.7.1
sum='h1:sYJsarwy/SDJfjjLMUqwFDGPwzUtMOQ1i1Ed49+XSbw='
commands=(bin/kustomize)
needs=(go=golang-go/bookworm-backports)
