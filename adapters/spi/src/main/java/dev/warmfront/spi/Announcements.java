package dev.warmfront.spi;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What the lists of a cloud show of instances that are taken back or have ended, told to whoever listens: each once, and only
 * of instances that were seen alive. A cloud that has no events of its own is heard at the next sweep, which is sooner than
 * the sweep takes an absence for an end.
 */
public final class Announcements {

    private final List<Consumer<ProviderEvent>> listeners = new CopyOnWriteArrayList<>();

    /** Installations by instances that were seen alive. */
    private final Map<String, String> alive = new ConcurrentHashMap<>();

    private final Set<String> interrupted = ConcurrentHashMap.newKeySet();

    /** Has a listener told from now on. */
    public AutoCloseable listen(Consumer<ProviderEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** It was seen alive. */
    public void alive(String ref, String installation) {
        alive.put(ref, installation);
    }

    /** Those of an installation that were seen alive and are not among these; ended or not, they are not listed. */
    public List<String> missing(String installation, Collection<String> listed) {
        List<String> missing = new ArrayList<>();
        alive.forEach((ref, of) -> {
            if (of.equals(installation) && !listed.contains(ref)) {
                missing.add(ref);
            }
        });
        return missing;
    }

    /** The provider takes it back. */
    public void interrupted(String ref) {
        if (alive.containsKey(ref) && interrupted.add(ref)) {
            tell(new ProviderEvent.Interruption(ref));
        }
    }

    /** It has ended. */
    public void ended(String ref) {
        if (alive.remove(ref) != null) {
            interrupted.remove(ref);
            tell(new ProviderEvent.Ended(ref));
        }
    }

    /** It was ended by us: whoever asked for that is answered. */
    public void forget(String ref) {
        alive.remove(ref);
        interrupted.remove(ref);
    }

    private void tell(ProviderEvent event) {
        listeners.forEach(listener -> listener.accept(event));
    }
}
