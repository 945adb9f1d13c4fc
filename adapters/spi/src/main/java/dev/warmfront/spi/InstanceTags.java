package dev.warmfront.spi;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What every instance is marked with, so that a sweep can tell whose it is when its row is missing.
 *
 * @param installation the Warmfront installation
 * @param cell the cell that asked for it
 * @param instance its name there
 * @param intent the launch intent's token
 */
public record InstanceTags(String installation, CellId cell, InstanceId instance, IntentToken intent) {

    /** From texts as a provider gives them back; empty when one is missing or was edited into something impossible. */
    public static Optional<InstanceTags> read(
            @Nullable String installation, @Nullable String cell, @Nullable String instance, @Nullable String intent) {
        if (installation == null || cell == null || instance == null || intent == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new InstanceTags(
                    installation, new CellId(cell), new InstanceId(instance), new IntentToken(intent)));
        } catch (IllegalArgumentException edited) {
            return Optional.empty();
        }
    }
}
