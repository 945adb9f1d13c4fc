# Reads the XML of Surefire and Failsafe, one report after the other, and says in a few lines what was run.
function attribute(line, name,    start, rest) {
    if (!match(line, " " name "=\"[^\"]*\"")) return ""
    rest = substr(line, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
    gsub(/&quot;/, "\"", rest); gsub(/&lt;/, "<", rest); gsub(/&gt;/, ">", rest); gsub(/&#10;/, " ", rest); gsub(/&amp;/, "\\&", rest)
    return rest
}
/<testsuite / {
    tests += attribute($0, "tests"); skipped += attribute($0, "skipped")
    failed += attribute($0, "failures") + attribute($0, "errors"); suites++
}
/<testcase / {
    test = attribute($0, "classname"); sub(/.*\./, "", test); test = test "." attribute($0, "name")
}
/<skipped/ {
    reason = attribute($0, "message")
    # JUnit's assumptions say theirs in the text, after the name of the exception.
    if (reason == "" && match($0, /CDATA\[[^:]*: /)) { reason = substr($0, RSTART + RLENGTH); sub(/\]\]>.*/, "", reason) }
    reasons = reasons "  skipped: " test (reason == "" ? " (no reason given)" : ": " reason) "\n"
}
/<(failure|error)[ >]/ { failures = failures "  failed:  " test ": " substr(attribute($0, "message"), 1, 200) "\n" }
END {
    printf "%d tests in %d classes: %d passed, %d failed, %d skipped\n%s%s", tests, suites, tests - failed - skipped, failed, skipped, failures, reasons
}
