package dev.warmfront.tenant;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a key permits. */
enum Role {
    TENANT_READER("tenant-reader"),
    TENANT_WRITER("tenant-writer"),
    OPERATOR("operator");

    private final String text;

    Role(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** The roles that a holder has: each includes those before it. */
    Set<String> grants() {
        return Arrays.stream(values())
                .filter(role -> role.compareTo(this) <= 0)
                .map(Role::text)
                .collect(Collectors.toSet());
    }

    static Optional<Role> of(String text) {
        return Arrays.stream(values()).filter(role -> role.text.equals(text)).findFirst();
    }
}
