package dev.warmfront.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The whole product in a minute. */
@Command(
        name = "demo",
        description = {
            "Starts a control plane with its own PostgreSQL on a fresh folder, lets three tenants run real tasks on real",
            "agents, says who waited how long and who paid for what, and takes everything down again."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    /** Room for all tenants' machines at once: a machine in standby still counts against what the provider permits. */
    private static final LocalFleet FLEET =
            new LocalFleet(6, 1000, 512L << 20, "aws/us-east-1/m7i.large", BigDecimal.TWO);

    private static final double SWEEPS_SECONDS = 12;
    private static final double DRAIN_SECONDS = 25;

    @Option(names = "--keep", description = "Leave it running until Ctrl-C, and keep its folder.")
    boolean keep;

    private final Context context;

    DemoCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        long began = System.nanoTime();
        try (Sandbox sandbox = Sandbox.start(context, "demo", FLEET, "-XX:TieredStopAtLevel=1", "-Xmx384m")) {
            try {
                int code = run(sandbox.controlPlane(), began);
                if (code != Main.DONE) {
                    sandbox.keepFiles();
                    context.err()
                            .println("warmfront: logs are in "
                                    + sandbox.controlPlane().data());
                }
                return code;
            } catch (CliException e) {
                sandbox.keepFiles();
                throw CliException.failed(
                        e.text() + " (logs are in " + sandbox.controlPlane().data() + ")");
            } finally {
                if (keep) {
                    sandbox.keepFiles();
                }
            }
        }
    }

    private int run(ControlPlane controlPlane, long began) throws InterruptedException {
        ObjectNode json;
        boolean good;
        try (Progress progress = new Progress(context, "demo")) {
            progress.at(0, 0, "starting the control plane on " + controlPlane.data());
            controlPlane.awaitReady();
            double readySeconds = (System.nanoTime() - began) / 1e9;
            say(String.format(
                    Locale.ROOT,
                    "Control plane with PostgreSQL ready after %.1f s at %s (API browser: %s/q/swagger-ui).%n"
                            + "Machines: up to %d processes of %d milli-cores and %s, at %s, %s s to boot.",
                    readySeconds,
                    controlPlane.url(),
                    controlPlane.url(),
                    FLEET.maxInstances(),
                    FLEET.cpuMillis(),
                    Text.mebibytes(FLEET.memoryBytes()),
                    FLEET.priceText(),
                    FLEET.bootDelaySeconds().toPlainString()));
            Installation installation = new Installation(controlPlane);
            DemoWork work = new DemoWork(installation, progress, this::say);
            work.run(FLEET.maxInstances());
            if (!context.json()) {
                context.out().println();
                PoolsCommand.table(installation.operator().get("/v1/pools")).print(context.out());
                context.out().println();
            }
            int orphans = installation.orphans(SWEEPS_SECONDS).size();
            if (!keep) {
                progress.at(0, 0, "draining the machines");
                int undrained = installation.drainAll(DRAIN_SECONDS).size();
                orphans += installation.orphans(SWEEPS_SECONDS).size();
                if (undrained > 0) {
                    say(undrained + " machines were not ended within " + DRAIN_SECONDS + " s.");
                }
            }
            RunReport report = RunReport.read(installation.operator(), work.acknowledged());
            json = report.json();
            if (InstanceProcesses.visible()) {
                json.put("orphans", orphans);
            } else {
                json.putNull("orphans");
            }
            json.put("readySeconds", readySeconds);
            json.set("predicted", work.predicted());
            good = report.good()
                    && orphans == 0
                    && !work.predicted().path("successors").isEmpty();
            if (!context.json()) {
                print(report, orphans);
            }
        }
        if (keep) {
            say("It goes on at " + controlPlane.url() + " with its data in " + controlPlane.data()
                    + "; Ctrl-C ends it.");
            context.out().flush();
            controlPlane.await();
        }
        if (context.json()) {
            context.out().println(json);
        } else {
            context.out()
                    .printf(
                            Locale.ROOT,
                            "%s in %.1f s.%n",
                            good ? "Nothing lost, nothing double, the books balance:" : "Something is wrong; ended",
                            Duration.ofNanos(System.nanoTime() - began).toMillis() / 1e3);
        }
        return good ? Main.DONE : Main.FAILED;
    }

    private void print(RunReport report, int orphans) {
        report.print(context.out());
        context.out()
                .println(
                        InstanceProcesses.visible()
                                ? orphans + " processes that the API does not know"
                                : "orphans were not looked for: this system does not tell processes' environments");
        context.out().println();
        Table costs = Views.costs();
        for (JsonNode tenant : report.costs().path("tenants")) {
            Views.cost(costs, tenant);
        }
        costs.row("(nobody)", Text.money(report.costs(), "unattributedNanoUsd"), "–", "–", "–", "–");
        costs.print(context.out());
        context.out().println();
    }

    /** A sentence for people: where programs read, it goes to standard error. */
    private void say(String line) {
        (context.json() ? context.err() : context.out()).println(line);
    }
}
