# Cassandra is the batch store of usage: one node, or three with a copy of each row on each. No distribution has it; its
# jars from Maven Central are what its own archive holds. It runs on Java 11 or 17 only. About 1 GB a node.
way=maven
package=org.apache.cassandra:cassandra-all
version=5.0.8
sum=82a886c64c0e11d15a2aa2884a06aded43f27b80eaacbf99ae0c13aa41d96d9e
commands=(bin/cassandra bin/nodetool)
needs=(javac=openjdk-17-jdk-headless mvn=maven)
ports=(client storage jmx)
most_nodes=3
first_alone=yes
ready_seconds=180
# What a kill leaves, the commit log gives back.
stop_seconds=8

# Nodes of one cluster find each other by address: all have the same ports, and JMX is on loopback for all.
default_host() { printf '127.0.0.%s' "$1"; }
same_port() { [ "$1" != jmx ]; }

# The options of Java that its server needs on 17, from its conf/jvm17-server.options.
after_unpack() {
  local flags='' each
  for each in java.base/jdk.internal.misc java.base/java.lang.ref java.management.rmi/com.sun.jmx.remote.internal.rmi \
    java.management/com.sun.jmx.remote.security java.rmi/sun.rmi.registry java.rmi/sun.rmi.server java.sql/java.sql \
    jdk.unsupported/sun.misc jdk.attach/sun.tools.attach jdk.compiler/com.sun.tools.javac.file; do
    flags+=" --add-exports $each=ALL-UNNAMED"
  done
  for each in java.base/java.io java.base/java.lang java.base/java.lang.module java.base/java.lang.reflect \
    java.base/java.nio java.base/java.util java.base/java.util.concurrent java.base/java.util.concurrent.atomic \
    java.base/jdk.internal.loader java.base/jdk.internal.math java.base/jdk.internal.module java.base/jdk.internal.ref \
    java.base/jdk.internal.reflect java.base/jdk.internal.util.jar java.base/sun.nio.ch \
    jdk.compiler/com.sun.tools.javac jdk.management/com.sun.management.internal; do
    flags+=" --add-opens $each=ALL-UNNAMED"
  done
  mkdir -p "$1/bin"
  printf '<configuration/>\n' >"$1/no-logback.xml"
  wrapper "$1/bin/cassandra" "-javaagent:\$(echo $2/lib/jamm-*.jar) $flags -Djdk.attach.allowAttachSelf=true" \
    "$2" '"$@" org.apache.cassandra.service.CassandraDaemon'
  wrapper "$1/bin/nodetool" "$flags -Xmx128m -XX:TieredStopAtLevel=1 -Dlogback.configurationFile=$2/no-logback.xml" "$2" 'org.apache.cassandra.tools.NodeTool "$@"'
}

wrapper() {
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nexec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "%s/lib/*" %s %s\n' "$3" "$2" "$4" >"$1"
  chmod +x "$1"
}

# A node's share of the ring, said beforehand: then nodes need not ask each other for tokens, one after the other.
tokens() {
  local each parts=$((16 * nodes))
  for ((each = 0; each < 16; each++)); do
    [ "$each" = 0 ] || printf ,
    printf '%d' $((-9223372036854775807 + (each * nodes + $1 - 1) * (9223372036854775807 / parts * 2)))
  done
}

configure() {
  [ -z "$config" ] || fail 'cassandra takes no --config'
  mkdir -p "$folder/conf" "$folder/data"
  cat >"$folder/conf/cassandra.yaml" <<YAML
cluster_name: headroom
num_tokens: 16
initial_token: $(tokens "$1")
auto_bootstrap: false
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
endpoint_snitch: GossipingPropertyFileSnitch
listen_address: ${host[$1]}
rpc_address: ${host[$1]}
storage_port: ${port[storage,$1]}
native_transport_port: ${port[client,$1]}
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters: [{ seeds: "${host[1]}:${port[storage,1]}" }]
commitlog_sync: periodic
commitlog_sync_period: 1000ms
memtable_heap_space: 64MiB
memtable_offheap_space: 64MiB
file_cache_size: 32MiB
key_cache_size: 8MiB
concurrent_reads: 8
concurrent_writes: 8
hinted_handoff_enabled: true
YAML
  printf 'dc=dc1\nrack=rack%s\n' "$1" >"$folder/conf/cassandra-rackdc.properties"
  cat >"$folder/conf/logback.xml" <<'XML'
<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%-5level [%thread] %date{ISO8601} %logger{0} - %msg%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="out"/></root>
</configuration>
XML
  # Gossip settles at once on one machine; a real ring waits 30 s for a node to be heard of.
  run_with cassandra -Xms512m -Xmx512m -Xss512k -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError \
    -XX:TieredStopAtLevel=1 -Djava.net.preferIPv4Stack=true -Dio.netty.tryReflectionSetAccessible=true \
    "-Dcassandra.config=file://$folder/conf/cassandra.yaml" "-Dlogback.configurationFile=$folder/conf/logback.xml" \
    "-Dcassandra-rackdc.properties=file://$folder/conf/cassandra-rackdc.properties" \
    "-Dcassandra.storagedir=$folder/data" "-Dcassandra.logdir=$folder" "-Dcassandra.jmx.local.port=${port[jmx,$1]}" \
    -Dcassandra-foreground=yes -Dcassandra.ring_delay_ms=2000 -Dcassandra.skip_wait_for_gossip_to_settle=0 \
    -Dcassandra.superuser_setup_delay_ms=-1
}

# The scheme says CQL; nodetool -h 127.0.0.1 -p PORT takes the port of JMX.
address() { printf 'cassandra://%s:%s?jmx=%s\n' "${host[$1]}" "${port[client,$1]}" "${port[jmx,$1]}"; }

# Asks in CQL's own protocol for the options that it supports: a frame of version 4 with the code 5, answered by a 6.
# A node listens there only once it is part of the ring.
ready() {
  [ "$(timeout 3 bash -c '
    exec 3<>"/dev/tcp/$0/$1"
    printf "\x04\x00\x00\x00\x05\x00\x00\x00\x00" >&3
    head -c 5 <&3 | od -An -tx1' "${host[$1]}" "${port[client,$1]}" 2>/dev/null)" = ' 84 00 00 00 06' ]
}

cluster_ready() {
  [ "$(nodetool -h 127.0.0.1 -p "${port[jmx,1]}" status 2>/dev/null | grep -c '^UN')" = "$nodes" ]
}
