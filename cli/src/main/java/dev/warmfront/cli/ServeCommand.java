package dev.warmfront.cli;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a control plane here until Ctrl-C. */
@Command(
        name = "serve",
        description = {
            "Runs the control plane on this machine: PostgreSQL comes along, machines are processes.",
            "Settings of the control plane can be given in WARMFRONT_… and QUARKUS_… variables."
        },
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    private static final long MEBIBYTE = 1 << 20;

    @Option(names = "--port", description = "Where it listens, on 127.0.0.1. Default: ${DEFAULT-VALUE}.")
    int port = 8080;

    @Option(names = "--max-instances", description = "Machines at most. Default: ${DEFAULT-VALUE}.")
    int maxInstances = 8;

    @Option(names = "--instance-cpu", description = "Milli-cores of each machine. Default: ${DEFAULT-VALUE}.")
    long cpuMillis = 2000;

    @Option(names = "--instance-memory", description = "MiB of each machine. Default: ${DEFAULT-VALUE}.")
    long memoryMebibytes = 2048;

    @Option(
            names = "--instance-price",
            paramLabel = "PRICE",
            description = "What each machine is said to cost: dollars an hour, or a machine of the price book as"
                    + " PROVIDER/REGION/TYPE, for example aws/us-east-1/m7i.large. Default: ${DEFAULT-VALUE}.")
    String price = "0.10";

    @Option(names = "--boot-seconds", description = "How long a machine pretends to boot. Default: ${DEFAULT-VALUE}.")
    BigDecimal bootSeconds = BigDecimal.ONE;

    @Option(names = "--keep-instances", description = "Leave the machines running at the end.")
    boolean keepInstances;

    private final Context context;
    private volatile boolean stopping;

    ServeCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        Path data = context.data();
        LocalFleet fleet = new LocalFleet(maxInstances, cpuMillis, memoryMebibytes * MEBIBYTE, price, bootSeconds);
        ControlPlane controlPlane = new ControlPlane(context.home(), data, port, fleet);
        controlPlane.start();
        Thread atEnd = new Thread(() -> stop(controlPlane), "stop");
        Runtime.getRuntime().addShutdownHook(atEnd);
        context.err().println("starting on " + data + " …");
        double seconds = controlPlane.awaitReady().toMillis() / 1e3;
        if (context.json()) {
            context.out()
                    .println(Json.object()
                            .put("url", controlPlane.url().toString())
                            .put("pid", controlPlane.pid())
                            .put("data", data.toString())
                            .put("log", controlPlane.log().toString())
                            .put("readySeconds", seconds));
        } else {
            context.out()
                    .printf(
                            Locale.ROOT,
                            "ready after %.1f s%n"
                                    + "API           %s%nAPI browser   %s/q/swagger-ui%noperator key  %s%nlog           %s%n"
                                    + "machines      up to %d processes of %d milli-cores and %d MiB at %s%n"
                                    + "Ctrl-C ends it%s%n",
                            seconds,
                            controlPlane.url(),
                            controlPlane.url(),
                            data.resolve(Context.OPERATOR_KEY),
                            controlPlane.log(),
                            maxInstances,
                            cpuMillis,
                            memoryMebibytes,
                            fleet.priceText(),
                            keepInstances ? "; the machines stay." : " and the machines.");
        }
        int code = controlPlane.await();
        if (stopping) {
            return Main.DONE;
        }
        throw CliException.failed("the control plane ended with code " + code + "; its log is " + controlPlane.log());
    }

    private void stop(ControlPlane controlPlane) {
        stopping = true;
        context.err().println("stopping …");
        controlPlane.close();
        if (!keepInstances) {
            try {
                controlPlane.endInstances();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
