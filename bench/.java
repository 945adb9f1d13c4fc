#!/usr/bin/env bash
# Runs a measurement that lives beside a module's tests:   .java MODULE CLASS arguments…
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
module=$1
class=$2
shift 2
JAVA_HOME=$("$root/warmfront" java-home)
export JAVA_HOME
log=$root/target/bench-build.log
mkdir -p "$root/target"
printf 'Building %s …\n' "$module" >&2
if ! (cd "$root" && mvn -B -ntp -pl "$module" -am test-compile dependency:build-classpath \
    -Dmdep.outputFile=target/test-classpath -Dmdep.includeScope=test) >"$log" 2>&1 </dev/null; then
    grep -E '^\[ERROR\]' "$log" | head -n 15 >&2 || true
    printf 'The build failed; everything Maven said is in %s\n' "$log" >&2
    exit 1
fi
cd "$root"
BENCH_COMMIT=$(git describe --always --dirty 2>/dev/null || echo unknown)
export BENCH_COMMIT
exec "$JAVA_HOME/bin/java" ${BENCH_JAVA_FLAGS:--XX:+UseParallelGC} --enable-native-access=ALL-UNNAMED \
    -cp "$module/target/test-classes:$module/target/classes:$(cat "$module/target/test-classpath")" "$class" "$@"
