package dev.warmfront.gcp;

import com.google.api.gax.rpc.AbortedException;
import com.google.api.gax.rpc.AlreadyExistsException;
import com.google.api.gax.rpc.ApiException;
import com.google.cloud.compute.v1.Errors;
import com.google.cloud.compute.v1.Instance;
import com.google.cloud.compute.v1.Operation;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.gcp.Target.Candidate;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.StockMemory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Launches one instance for one intent, and never two: its name is the intent's, and a zone has a name once. A group is tried
 * candidate by candidate, ranked by price ÷ chance of capacity, after a look whether an earlier control plane has launched
 * it in some zone already.
 */
final class Launcher {

    private static final Duration STOCK_HALF_LIFE = Duration.ofMinutes(10);
    private static final int STRIPES = 256;
    private static final int REFUSALS_REMEMBERED = 10_000;
    private static final String LAUNCH = "insert instances";

    private final InstanceForm form;
    private final Gce gce;
    private final GcpErrors errors;
    private final Operations operations;
    private final StockMemory stock = new StockMemory(STOCK_HALF_LIFE, System::nanoTime);
    private final List<Lock> stripes = new ArrayList<>();

    /**
     * How often a launch was refused: its next try needs another request id, or it would be told of the old one's failure.
     * Lost with the control plane, whose successor is then told so once.
     */
    private final Map<String, Integer> refusals = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > REFUSALS_REMEMBERED;
        }
    };

    Launcher(GcpSettings settings, Gce gce, GcpErrors errors, Operations operations) {
        this.form = new InstanceForm(settings);
        this.gce = gce;
        this.errors = errors;
        this.operations = operations;
        for (int i = 0; i < STRIPES; i++) {
            stripes.add(new ReentrantLock());
        }
    }

    ProviderOutcome launch(LaunchRequest request, Target target) throws IOException {
        Lock stripe = stripes.get(Math.floorMod(request.token().hashCode(), STRIPES));
        stripe.lock();
        try {
            if (target.candidates().size() > 1) {
                Optional<Instance> earlier = gce.list(InstanceForm.nameFilter(InstanceForm.name(request))).stream()
                        .findFirst();
                if (earlier.isPresent()) {
                    return mine(request, target, earlier.get());
                }
            }
            for (Candidate candidate : ranked(target)) {
                ProviderOutcome outcome = attempt(request, target, candidate);
                if (!(outcome instanceof ProviderOutcome.InsufficientCapacity)) {
                    return outcome;
                }
            }
            return new ProviderOutcome.InsufficientCapacity(
                    target.offering().placement().zone(),
                    target.offering().machineType().name());
        } finally {
            stripe.unlock();
        }
    }

    /** The cheapest by price and chance first; equal ones in the order of the settings. */
    private List<Candidate> ranked(Target target) {
        return target.candidates().stream()
                .sorted(Comparator.comparingLong(candidate ->
                        stock.expectedCost(candidate.key(target.offering().purchaseModel()), candidate.nanosPerHour())))
                .toList();
    }

    private ProviderOutcome attempt(LaunchRequest request, Target target, Candidate candidate) throws IOException {
        Instance wanted = form.of(request, target, candidate);
        Ref ref = new Ref(candidate.zone(), wanted.getName());
        String key = candidate.key(target.offering().purchaseModel());
        String tried = ref + "/" + candidate.type();
        try {
            Operation begun =
                    gce.insert(candidate.zone(), wanted, InstanceForm.requestId("insert", tried, refused(tried)));
            Operation done = operations.await(LAUNCH, candidate.zone(), begun);
            Optional<Errors> failure = GcpErrors.failure(done);
            if (failure.isEmpty()) {
                stock.had(key);
                return new ProviderOutcome.Accepted(ref.toString(), rate(target, candidate));
            }
            refuse(tried);
            if (GcpErrors.isCapacity(failure.get())) {
                stock.lacked(key);
            }
            return errors.outcome(LAUNCH, candidate.zone(), candidate.type(), failure.get());
        } catch (AlreadyExistsException | AbortedException exists) {
            Optional<Instance> there = gce.get(ref);
            return there.isPresent()
                    ? mine(request, target, there.get())
                    : errors.outcome(LAUNCH, candidate.zone(), candidate.type(), exists);
        } catch (ApiException refused) {
            return errors.outcome(LAUNCH, candidate.zone(), candidate.type(), refused);
        }
    }

    /** Which of a group's types was launched is known, so what it costs is too. */
    private static @Nullable HourlyRate rate(Target target, Candidate candidate) {
        return target.candidates().size() > 1 ? candidate.hotRate() : null;
    }

    private static ProviderOutcome mine(LaunchRequest request, Target target, Instance found) {
        Ref ref = InstanceForm.ref(found);
        String type = InstanceForm.last(found.getMachineType());
        // Of types that differ in what is attached alone, the dearer one.
        HourlyRate rate = target.candidates().stream()
                .filter(candidate -> candidate.zone().equals(ref.zone())
                        && MachineName.parse(candidate.type()).type().equals(type))
                .max(Comparator.comparing(Candidate::hotRate))
                .map(candidate -> rate(target, candidate))
                .orElse(null);
        return InstanceForm.tags(found).filter(request.tags()::equals).isPresent()
                ? new ProviderOutcome.Accepted(ref.toString(), rate)
                : new ProviderOutcome.Invalid(
                        "the name %s is taken in the setting project by an instance with other tags"
                                .formatted(found.getName()));
    }

    private String refused(String tried) {
        synchronized (refusals) {
            return Integer.toString(refusals.getOrDefault(tried, 0));
        }
    }

    private void refuse(String tried) {
        synchronized (refusals) {
            refusals.merge(tried, 1, Integer::sum);
        }
    }
}
