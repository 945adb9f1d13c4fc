package dev.warmfront.libvirt;

import java.util.Optional;

/** Whether libvirt can be called here at all. */
final class Libraries {

    private Libraries() {}

    /** What to install, in one line; empty when it is there. */
    static Optional<String> missing() {
        try {
            NativeLibrary.load();
            return Optional.empty();
        } catch (IllegalArgumentException absent) {
            return Optional.of(String.valueOf(absent.getMessage()));
        }
    }
}
