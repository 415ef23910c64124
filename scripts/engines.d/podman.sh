# podman runs the emitted Dockerfile and manifests as containers: `podman build`, `podman play kube`, podman-compose. A
# command, not a service. It has a configuration, a storage and networks of its own, below the folder of the engines.
package='podman conmon=2.1.6+ds1-1 runc=1.1.5+ds1-1+deb12u1 catatonit=0.1.7-1+b2 netavark=1.4.0-3
  aardvark-dns=1.4.0-3 golang-github-containers-common=0.50.1+ds1-4 podman-compose=1.0.3-3 python3-dotenv=0.21.0-1
  python3-yaml=6.0-3+b2'
version=4.3.1+ds1-8+deb12u1+b3
commands=(bin/podman bin/podman-compose)
libraries=(libdevmapper1.02.1 libgpgme11 libseccomp2 libsubid4 libglib2.0-0 libsystemd0)
needs=(iptables=iptables python3=python3 debootstrap=debootstrap)

after_unpack() {
  # The commands are wrappers; the libraries are those of what they run.
  local commands=(usr/bin/podman usr/bin/conmon usr/sbin/runc) files
  provide_libraries "$1"
  mkdir -p "$1"/{bin,home/.config/containers}
  cp "$1/etc/containers/policy.json" "$1/home/.config/containers/policy.json"
  printf 'unqualified-search-registries = []\n' >"$1/registries.conf"
  files="$(ulimit -Hn)"
  [ "$files" != unlimited ] && [ "$files" -lt 20000 ] || files=20000
  # runc and cgroupfs: crun takes no mixed hierarchy of control groups, and there may be no systemd. The limits: where
  # root lacks CAP_SYS_RESOURCE, it cannot raise those that it has. static_dir: what clears a container away when it has
  # ended is told the storage only, and looks there.
  cat >"$1/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=$files:$files", "nproc=4096:4096"]
init_path = "$2/usr/bin/catatonit"
seccomp_profile = "$2/usr/share/containers/seccomp.json"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
conmon_path = ["$2/usr/bin/conmon"]
helper_binaries_dir = ["$2/usr/lib/podman", "$2/usr/bin"]
static_dir = "$root/containers/storage/libpod"
volume_path = "$root/containers/storage/volumes"
tmp_dir = "/run/headroom-podman/libpod"
[engine.runtimes]
runc = ["$2/usr/sbin/runc"]
[network]
network_backend = "netavark"
network_config_dir = "$root/containers/networks"
CONF
  cat >"$1/storage.conf" <<CONF
[storage]
driver = "overlay"
graphroot = "$root/containers/storage"
runroot = "/run/headroom-podman/storage"
CONF
  wrapper podman "$2/usr/bin/podman" "$1" "$2"
  wrapper podman-compose "/usr/bin/python3 -B $2/usr/lib/python3/dist-packages/podman_compose.py" "$1" "$2"
}

# The policy of signatures is looked for below HOME only.
wrapper() {
  cat >"$3/bin/$1" <<SH
#!/bin/sh
export HOME=$4/home CONTAINERS_CONF=$4/containers.conf CONTAINERS_STORAGE_CONF=$4/storage.conf
export CONTAINERS_REGISTRIES_CONF=$4/registries.conf PATH="$4/bin:$4/usr/bin:$4/usr/sbin:\$PATH"
PYTHONPATH=$4/usr/lib/python3/dist-packages exec $2 "\$@"
SH
  chmod +x "$3/bin/$1"
}
