package dev.warmfront.aws;

import dev.warmfront.aws.Target.Candidate;
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
import software.amazon.awssdk.services.ec2.model.CreateFleetError;
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
            if (outcome instanceof ProviderOutcome.Accepted(String ref)) {
                recent.accepted(ref, request.tags());
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
                return lookUp(request);
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
            Optional<String> launched = answer.instances().stream()
                    .flatMap(instances -> instances.instanceIds().stream())
                    .findFirst();
            if (launched.isPresent()) {
                return new ProviderOutcome.Accepted(launched.get());
            }
            return refusal(zone, type, answer.errors());
        } catch (Ec2Exception refused) {
            return isRepeated(AwsErrors.code(refused))
                    ? lookUp(request)
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
                        .ifPresent(stock::lacked);
            }
        }
        answer.instances().stream()
                .filter(launched -> launched.launchTemplateAndOverrides() != null)
                .forEach(launched -> candidate(
                                target, launched.launchTemplateAndOverrides().overrides())
                        .ifPresent(stock::had));
    }

    /** The memory's key of what a fleet tried. */
    private static Optional<String> candidate(Target target, FleetLaunchTemplateOverrides tried) {
        return target.candidates().stream()
                .filter(candidate -> candidate.type().equals(tried.instanceTypeAsString())
                        && (candidate.subnet().isEmpty()
                                ? candidate.zone().equals(tried.availabilityZone())
                                : candidate.subnet().equals(tried.subnetId())))
                .findFirst()
                .map(candidate -> candidate.key(target.offering().purchaseModel()));
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
    private ProviderOutcome lookUp(LaunchRequest request) {
        long until = System.nanoTime() + LOOKUP.toNanos();
        do {
            Optional<String> found = ec2
                    .tagged(LaunchRequests.INTENT, request.token().value())
                    .stream()
                    .filter(instance -> LaunchRequests.tags(instance)
                            .filter(request.tags()::equals)
                            .isPresent())
                    .map(Instance::instanceId)
                    .findFirst();
            if (found.isPresent()) {
                return new ProviderOutcome.Accepted(found.get());
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
