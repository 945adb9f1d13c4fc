package dev.warmfront.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A life as a table: (from, trigger) → to. What is not in the table is illegal.
 *
 * @param <S> states
 * @param <T> triggers
 */
final class TransitionTable<S extends Enum<S>, T extends Enum<T>> {

    /** One row; {@code from} is null for the first image. */
    record Transition<S, T>(@Nullable S from, T trigger, S to) {}

    private final String name;
    private final Map<S, Map<T, S>> moves;
    private final Map<T, Set<S>> births;
    private final List<Transition<S, T>> rows;

    private TransitionTable(Builder<S, T> builder) {
        this.name = builder.name;
        this.moves = builder.moves;
        this.births = builder.births;
        this.rows = Collections.unmodifiableList(builder.rows);
    }

    static <S extends Enum<S>, T extends Enum<T>> Builder<S, T> of(String name, Class<S> states, Class<T> triggers) {
        return new Builder<>(name, states, triggers);
    }

    /** Every row, in the order written. */
    List<Transition<S, T>> rows() {
        return rows;
    }

    /**
     * Refuses a move that the table lacks.
     *
     * @param from the state before, null for a first image
     * @throws IllegalStateException when the move does not exist
     */
    void check(@Nullable S from, T trigger, S to, Object who) {
        // Asked at every change: a default would have each table asked twice.
        Set<S> born = from == null ? births.get(trigger) : null;
        Map<T, S> known = from == null ? null : moves.get(from);
        boolean legal = born != null ? born.contains(to) : known != null && known.get(trigger) == to;
        if (!legal) {
            throw new IllegalStateException(
                    "%s %s: %s -%s-> %s is not a legal move".formatted(name, who, from, trigger, to));
        }
    }

    /** Whether the state knows the trigger. */
    boolean allows(S from, T trigger) {
        return moves.getOrDefault(from, Map.of()).containsKey(trigger);
    }

    /** The diagram, in Mermaid's state notation. */
    String toMermaid() {
        StringBuilder text = new StringBuilder("stateDiagram-v2\n");
        for (Transition<S, T> row : rows) {
            text.append("    ")
                    .append(row.from() == null ? "[*]" : row.from().name())
                    .append(" --> ")
                    .append(row.to().name())
                    .append(": ")
                    .append(row.trigger().name())
                    .append('\n');
        }
        return text.toString();
    }

    static final class Builder<S extends Enum<S>, T extends Enum<T>> {
        private final String name;
        private final Class<S> states;
        private final Class<T> triggers;
        private final Map<S, Map<T, S>> moves;
        private final Map<T, Set<S>> births;
        private final List<Transition<S, T>> rows = new ArrayList<>();

        private Builder(String name, Class<S> states, Class<T> triggers) {
            this.name = name;
            this.states = states;
            this.triggers = triggers;
            this.moves = new EnumMap<>(states);
            this.births = new EnumMap<>(triggers);
        }

        Builder<S, T> birth(T trigger, S to) {
            births.computeIfAbsent(trigger, key -> EnumSet.noneOf(states)).add(to);
            rows.add(new Transition<>(null, trigger, to));
            return this;
        }

        /** The same move from each of these states. */
        Builder<S, T> move(List<S> from, T trigger, S to) {
            for (S state : from) {
                S before = moves.computeIfAbsent(state, key -> new EnumMap<>(triggers))
                        .put(trigger, to);
                if (before != null) {
                    throw new IllegalArgumentException(name + ": " + state + " has two moves for " + trigger);
                }
                rows.add(new Transition<>(state, trigger, to));
            }
            return this;
        }

        TransitionTable<S, T> build() {
            return new TransitionTable<>(this);
        }
    }
}
