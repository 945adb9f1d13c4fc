package dev.warmfront.domain;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an agent executes, without a shell in between.
 *
 * @param argv program and arguments, at least the program
 * @param variables environment variables added to the agent's clean base
 */
public record Command(List<String> argv, SortedMap<String, String> variables) {

    public Command {
        if (argv.isEmpty() || argv.getFirst().isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        argv = List.copyOf(argv);
        for (String argument : argv) {
            if (argument.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("a command argument holds a NUL character");
            }
        }
        variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
        variables.forEach((name, value) -> {
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("an environment variable's name is empty, or holds = or NUL");
            }
        });
    }

    public static Command of(String... argv) {
        return new Command(List.of(argv), Collections.emptySortedMap());
    }
}
