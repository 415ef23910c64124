# Spark runs the billing job: `spark-sql -f bill.sql` answers and ends, on two threads of this machine. Its jars come
# with its Python package; Python itself is not used.
way=pypi
package=pyspark
version=4.0.5
sum=a0d44b0e7faf0458ad83b7aa664e7ed8b96beed8a55d66ce3b0dfac2309dfca6
commands=(links/spark-sql links/spark-submit)
needs=(java=openjdk-17-jdk-headless pip3=python3-pip)

after_unpack() {
  local command
  mkdir -p "$1/conf" "$1/links"
  # Loopback only, no web page, no folder left behind where it was called, and errors that are read by people.
  cat >"$1/conf/spark-defaults.conf" <<'CONF'
spark.master                    local[2]
spark.ui.enabled                false
spark.driver.bindAddress        127.0.0.1
spark.driver.host               127.0.0.1
spark.sql.session.timeZone      UTC
spark.sql.shuffle.partitions    4
spark.sql.ansi.enabled          true
spark.sql.cli.print.header      false
spark.hadoop.javax.jdo.option.ConnectionURL  jdbc:derby:memory:metastore;create=true
spark.driver.extraJavaOptions   -Dderby.stream.error.file=/dev/null
CONF
  cat >"$1/conf/log4j2.properties" <<'CONF'
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %p %c{1}: %m%n
CONF
  # Spark looks for its home beside the program that was called; a link would lead it astray.
  for command in spark-sql spark-submit; do
    cat >"$1/links/$command" <<SH
#!/bin/sh
export SPARK_HOME='$2' SPARK_LOCAL_IP=127.0.0.1
exec "\$SPARK_HOME/bin/$command" --conf "spark.sql.warehouse.dir=\${TMPDIR:-/tmp}/headroom-spark-warehouse" "\$@"
SH
    chmod +x "$1/links/$command"
  done
}
