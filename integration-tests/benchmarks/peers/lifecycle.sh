#!/bin/bash
# Sallyport in the lifecycle harness: lifecycle.sh HARNESS_DIR [start|load|reload]
#   NS, REPS, SYSTEMS, PEERS, ROUNDS and D (more settings of the harness) may be set.
# Needs the harness built and the project packaged.
set -e
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
harness=$(cd "$1" && pwd)
what=${2:-start}
ns=${NS:-0,10,100,500,1000}
own=$harness/target/sallyport
libs=$root/runtime/target/org.sallyport.launcher-0.1.0.jar:$root/bndrun/target/org.sallyport.distribution-0.1.0.jar
for module in api spi; do
  libs=$libs:$root/bundles/api/org.sallyport.$module/target/org.sallyport.$module-0.1.0.jar
done
jackson=$(find "${MAVEN_REPO:-$HOME/.m2/repository}/tools/jackson/core/jackson-core" -name 'jackson-core-3*.jar' | sort | tail -1)
libs=$libs:$jackson
rm -rf "$own"
mkdir -p "$own"
javac --release 17 -nowarn -XDstringConcat=inline -d "$own" -cp "$harness/target/lifecycle-1.jar:$harness/target/lib/*:$libs" "$here"/lifecycle/src/sallyport/*.java
(cd "$own" && jar -cf "$harness/target/sallyport.jar" .)
cp="$harness/target/sallyport.jar:$libs"
cd "$harness"
if [ "$what" = start ]; then
  for kind in lazy eager; do
    java -cp "target/lifecycle-1.jar:target/lib/*:$cp" sallyport.Homes target/gen $kind ${ns//,/ }
  done
  systems=${SYSTEMS:-pf4j,felix-batch,sallyport.Known,sallyport.Idle,sallyport.Active}
  D="-Dns=$ns -Dreps=${REPS:-3} -Dsystems=$systems -Dcp.extra=$cp $D" WHAT=start ./run.sh
elif [ "$what" = reload ]; then
  ns=${NS:-10,1000}
  D="-Dns=9 -Dreload.ns=$ns -Dreload.systems=${SYSTEMS:-felix} -Drounds=${ROUNDS:-100} $D" WHAT=reload ./run.sh
  java -cp "target/lifecycle-1.jar:target/lib/*:$cp" sallyport.Homes target/gen eager ${ns//,/ }
  echo "system,n,p50_ms,p99_ms,max_ms" >results/reload-sallyport.csv
  for n in ${ns//,/ }; do
    java -Xmx1g -XX:+UseSerialGC -cp "target/lifecycle-1.jar:target/lib/*:$cp" sallyport.Reload target/gen "$n" "${ROUNDS:-100}" |
      tee -a results/reload-sallyport.csv
  done
else
  D="-Dload.peers=${PEERS:-sallyport.Load,lc.peer.OsgiLoad\$SideBySide} -Dcp.extra=$cp $D" WHAT=load ./run.sh
fi
