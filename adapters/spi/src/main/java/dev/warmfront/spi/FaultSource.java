package dev.warmfront.spi;

import java.util.Optional;

/** Decides what goes wrong; asked once for each call, possibly from several threads at once. */
@FunctionalInterface
public interface FaultSource {

    /** What goes wrong with the call that is made now; empty when nothing does. */
    Optional<Fault> next(ProviderCall call);
}
