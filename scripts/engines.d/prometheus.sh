# Prometheus reads the rules; promtool checks them and runs their tests.
package=prometheus
version=2.42.0+ds-5+deb12u1
commands=(usr/bin/prometheus usr/bin/promtool)
