#!/bin/sh
# Runs our dispatcher as one more peer of the dispatch harness: peers/dispatch.sh HARNESS_DIR [run|semantics|swap] [ARGUMENTS]
#   run        JMH, the harness's own settings (N=, PEERS=, JMH=, OUT=, JAVA=); default peers: ours and those we are held to
#   semantics  order and isolation, as the harness checks them
#   swap       what a change of handlers costs; CSV to standard output
# Build first: the harness (mvn package) and integration-tests/benchmarks.
set -e
HARNESS=$(cd "$1" && pwd)
WHAT=${2:-run}
HERE=$(cd "$(dirname "$0")" && pwd)
JAVA=${JAVA:-java}
CLASSES=$HERE/../target/peers/dispatch
OURS="$HERE/../target/benchmarks.jar:$HERE/../target/lib/*"
BENCH="$HARNESS/target/classes:$HARNESS/target/lib/*"
mkdir -p "$CLASSES"
javac -nowarn --release 17 -proc:none -cp "$BENCH:$OURS" -d "$CLASSES" $(find "$HERE/dispatch" -name '*.java')
P=org.sallyport.hooks.internal.SallyportPeer
ALL="$P\$Compiled,$P\$Loop,$P\$Timed,$P\$TimedLoop,$P\$Filter"
case $WHAT in
    run)
        PEERS=${PEERS:-loop,loopTryNano1,$ALL} EXTRA_CP="$CLASSES:$OURS" exec "$HARNESS/run.sh" ;;
    semantics)
        exec "$JAVA" -cp "$BENCH:$CLASSES:$OURS" bench.Semantics $(echo "$ALL" | tr , ' ') ;;
    swap)
        exec "$JAVA" -Xmx1g -XX:+UseParallelGC -cp "$BENCH:$CLASSES:$OURS" org.sallyport.hooks.internal.SwapCost ;;
    *)
        sed -n '2,6p' "$0" >&2; exit 2 ;;
esac
