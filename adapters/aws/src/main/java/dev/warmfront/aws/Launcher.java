package dev.warmfront.aws;

import dev.warmfront.aws.Target.Candidate;
import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.ProviderOutcome;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.StockMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.CreateFleetError;
import software.amazon.awssdk.services.ec2.model.CreateFleetInstance;
import software.amazon.awssdk.services.ec2.model.CreateFleetResponse;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.FleetLaunchTemplateOverrides;
import software.amazon.awssdk.services.ec2.model.Instance;

/**
 * Launches one instance for one intent, and never two. An offering of one type and zone is one RunInstances; a group is one
 * instant CreateFleet over its types and zones, ranked by price ÷ chance of capacity. Both carry the intent's client token, so
 * EC2 itself refuses to do it twice; and an intent that comes again with other parameters (changed settings, another rank) is
 * looked up by its tag.
 */
final class Launcher {

    /** Stock-outs last minutes to an hour. */
    private static final Duration STOCK_HALF_LIFE = Duration.ofMinutes(10);

    /** How long a launch of before may take to be listed. */
    private static final Duration LOOKUP = Duration.ofSeconds(10);

    /** Launches of one intent follow one another; those of others seldom meet. */
    private static final int STRIPES = 256;

    private final LaunchRequests requests;
    private final Ec2 ec2;
    private final AwsErrors errors;
    private final RecentLaunches recent;
    private final StockMemory stock = new StockMemory(STOCK_HALF_LIFE, System::nanoTime);
    private final List<Lock> stripes = new ArrayList<>();

    Launcher(AwsSettings settings, Ec2 ec2, AwsErrors errors, RecentLaunches recent) {
        this.requests = new LaunchRequests(settings);
        this.ec2 = ec2;
        this.errors = errors;
        this.recent = recent;
        for (int i = 0; i < STRIPES; i++) {
            stripes.add(new ReentrantLock());
        }
    }

    ProviderOutcome launch(LaunchRequest request, Target target) {
        Lock stripe = stripes.get(Math.floorMod(request.token().hashCode(), STRIPES));
        stripe.lock();
        try {
            ProviderOutcome outcome = target.candidates().size() == 1 ? one(request, target) : any(request, target);
            if (outcome instanceof ProviderOutcome.Accepted accepted) {
                recent.accepted(accepted.ref(), request.tags());
            }
            return outcome;
        } finally {
            stripe.unlock();
        }
    }

    private ProviderOutcome one(LaunchRequest request, Target target) {
        Candidate only = target.candidates().getFirst();
        String key = only.key(target.offering().purchaseModel());
        try {
            Instance launched = ec2.run(requests.run(request, target));
            stock.had(key);
            return new ProviderOutcome.Accepted(launched.instanceId());
        } catch (Ec2Exception refused) {
            if (isRepeated(AwsErrors.code(refused))) {
                return lookUp(request, target);
            }
            if (AwsErrors.isCapacity(AwsErrors.code(refused))) {
                stock.lacked(key);
            }
            return errors.outcome("launch instances", only.zone(), only.type(), refused);
        }
    }

    private ProviderOutcome any(LaunchRequest request, Target target) {
        String zone = target.offering().placement().zone();
        String type = target.offering().machineType().name();
        List<Candidate> ranked = ranked(target);
        try {
            template(request, target);
            CreateFleetResponse answer = ec2.createFleet(requests.fleet(request, target, ranked));
            remember(target, answer);
            for (CreateFleetInstance launched : answer.instances()) {
                if (!launched.instanceIds().isEmpty()) {
                    return new ProviderOutcome.Accepted(launched.instanceIds().getFirst(), rate(target, launched));
                }
            }
            return refusal(zone, type, answer.errors());
        } catch (Ec2Exception refused) {
            return isRepeated(AwsErrors.code(refused))
                    ? lookUp(request, target)
                    : errors.outcome("launch instances", zone, type, refused);
        } finally {
            dropTemplate(request);
        }
    }

    /** The cheapest by price and chance first; equal ones in the order of the settings. */
    private List<Candidate> ranked(Target target) {
        return target.candidates().stream()
                .sorted(Comparator.comparingLong(candidate ->
                        stock.expectedCost(candidate.key(target.offering().purchaseModel()), candidate.nanosPerHour())))
                .toList();
    }

    private void template(LaunchRequest request, Target target) {
        try {
            ec2.createLaunchTemplate(requests.template(request, target));
        } catch (Ec2Exception refused) {
            // Left by a control plane that ended between making and dropping it: it is for this very intent.
            if (!AwsErrors.code(refused).equals("InvalidLaunchTemplateName.AlreadyExistsException")
                    && !AwsErrors.code(refused).equals("IdempotentParameterMismatch")) {
                throw refused;
            }
        }
    }

    /** A template that stays is a name in a list, not a cost: its removal must not hide how the launch went. */
    private void dropTemplate(LaunchRequest request) {
        try {
            ec2.deleteLaunchTemplate(LaunchRequests.templateName(request));
        } catch (RuntimeException stays) {
            System.getLogger(Launcher.class.getName())
                    .log(
                            System.Logger.Level.DEBUG,
                            "launch template {0} stays: {1}",
                            LaunchRequests.templateName(request),
                            stays.getMessage());
        }
    }

    private void remember(Target target, CreateFleetResponse answer) {
        for (CreateFleetError error : answer.errors()) {
            if (AwsErrors.isCapacity(error.errorCode()) && error.launchTemplateAndOverrides() != null) {
                candidate(target, error.launchTemplateAndOverrides().overrides())
                        .map(candidate -> key(target, candidate))
                        .ifPresent(stock::lacked);
            }
        }
        answer.instances().forEach(launched -> candidate(target, launched)
                .map(candidate -> key(target, candidate))
                .ifPresent(stock::had));
    }

    private static String key(Target target, Candidate candidate) {
        return candidate.key(target.offering().purchaseModel());
    }

    private static Optional<Candidate> candidate(Target target, CreateFleetInstance launched) {
        return launched.launchTemplateAndOverrides() == null
                ? Optional.empty()
                : candidate(target, launched.launchTemplateAndOverrides().overrides());
    }

    /** Which of a group's types was launched is known, so what it costs is too; null where the answer does not say. */
    private static @Nullable HourlyRate rate(Target target, CreateFleetInstance launched) {
        return candidate(target, launched).map(Candidate::hotRate).orElse(null);
    }

    /** The same of one that was looked up. */
    private static @Nullable HourlyRate rate(Target target, Instance found) {
        return target.candidates().stream()
                .filter(candidate -> target.candidates().size() > 1
                        && candidate.type().equals(found.instanceTypeAsString())
                        && found.placement() != null
                        && candidate.zone().equals(found.placement().availabilityZone()))
                .findFirst()
                .map(Candidate::hotRate)
                .orElse(null);
    }

    private static Optional<Candidate> candidate(Target target, FleetLaunchTemplateOverrides tried) {
        return target.candidates().stream()
                .filter(candidate -> candidate.type().equals(tried.instanceTypeAsString())
                        && (candidate.subnet().isEmpty()
                                ? candidate.zone().equals(tried.availabilityZone())
                                : candidate.subnet().equals(tried.subnetId())))
                .findFirst();
    }

    /** Capacity is the reason only if it is the only one: a wrong setting fails everywhere and has to be said. */
    private ProviderOutcome refusal(String zone, String type, List<CreateFleetError> tried) {
        return tried.stream()
                .filter(error -> !AwsErrors.isCapacity(error.errorCode()))
                .findFirst()
                .map(error -> errors.outcome(
                        "launch instances", zone, type, error.errorCode(), String.valueOf(error.errorMessage()), null))
                .orElseGet(() -> new ProviderOutcome.InsufficientCapacity(zone, type));
    }

    private static boolean isRepeated(String code) {
        return code.equals("IdempotentParameterMismatch") || code.equals("IdempotentInstanceTerminated");
    }

    /** This intent was launched before, with other parameters or to its end: by its tag it is found. */
    private ProviderOutcome lookUp(LaunchRequest request, Target target) {
        long until = System.nanoTime() + LOOKUP.toNanos();
        do {
            Optional<Instance> found = ec2
                    .tagged(LaunchRequests.INTENT, request.token().value())
                    .stream()
                    .filter(instance -> LaunchRequests.tags(instance)
                            .filter(request.tags()::equals)
                            .isPresent())
                    .findFirst();
            if (found.isPresent()) {
                return new ProviderOutcome.Accepted(found.get().instanceId(), rate(target, found.get()));
            }
            try {
                Thread.sleep(RecentLaunches.STEP);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new ProviderOutcome.Throttled(LOOKUP);
            }
        } while (System.nanoTime() < until);
        return new ProviderOutcome.Invalid(
                "this launch was asked for before with other settings, and nothing of it is left; a new one will be");
    }
}
