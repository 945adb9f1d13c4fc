package dev.warmfront.spi;

import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * An adapter with a stand-in behind it.
 *
 * @param most how many instances the stand-in has room for
 * @param crash lets one end by itself
 * @param takeBack takes a spot instance back after a short notice
 */
public record StandInSubject(
        String adapter, StandInAccount<?> account, int most, Consumer<String> crash, Consumer<String> takeBack)
        implements ProviderSubject {

    @Override
    public ComputeProvider open() {
        return account.open();
    }

    @Override
    public OptionalInt capacity() {
        return OptionalInt.of(most);
    }

    @Override
    public boolean endFromOutside(String ref) {
        crash.accept(ref);
        return true;
    }

    @Override
    public boolean interrupt(String ref) {
        takeBack.accept(ref);
        return true;
    }

    @Override
    public void close() {
        account.close();
    }
}
