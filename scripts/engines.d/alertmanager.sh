# Alertmanager routes the alerts; amtool checks its file and shows where an alert would go.
# The program of the Debian package is called prometheus-alertmanager.
package=prometheus-alertmanager
version=0.25.0-1+b4
commands=(usr/bin/prometheus-alertmanager usr/bin/amtool)
