package dev.warmfront.local;

import dev.warmfront.domain.CellId;
import dev.warmfront.domain.InstanceId;
import dev.warmfront.domain.IntentToken;
import dev.warmfront.domain.MachineType;
import dev.warmfront.domain.Resources;
import dev.warmfront.spi.InstanceTags;
import dev.warmfront.spi.LaunchRequest;
import dev.warmfront.spi.ProviderInstance.Status;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/**
 * What is on disk about an instance. It holds no secret.
 *
 * @param token the launch's
 * @param tags what it was marked with
 * @param machineType name of its type
 * @param capacity what counts against the totals
 * @param controlPlane where its agent calls
 * @param phase where it stands
 * @param notBefore in PENDING and RESUMING: when the agent may run
 * @param agent its process; empty before the first start and while it is stopped
 */
record InstanceRecord(
        IntentToken token,
        InstanceTags tags,
        String machineType,
        Resources capacity,
        URI controlPlane,
        Phase phase,
        Instant notBefore,
        Optional<ProcessId> agent) {

    /** Where an instance stands. It is written before what it announces is done, so that a crash is noticed. */
    enum Phase {
        /** To be started; its agent may already run where a crash came between the start and the record of it. */
        PENDING(Status.PENDING),
        RUNNING(Status.RUNNING),
        /** Its agent is told to end. */
        STOPPING(Status.STOPPING),
        STOPPED(Status.STOPPED),
        SUSPENDED(Status.SUSPENDED),
        /** Still suspended, to be continued. */
        RESUMING(Status.PENDING),
        /** Its processes are being killed; nothing leads back. */
        ENDING(Status.STOPPING);

        private final Status status;

        Phase(Status status) {
            this.status = status;
        }

        /** How the SPI calls it. */
        Status status() {
            return status;
        }
    }

    static InstanceRecord of(LaunchRequest request, Instant notBefore) {
        MachineType type = request.offering().machineType();
        return new InstanceRecord(
                request.token(),
                request.tags(),
                type.name(),
                type.capacity(),
                request.controlPlane(),
                Phase.PENDING,
                notBefore,
                Optional.empty());
    }

    InstanceRecord in(Phase next) {
        return new InstanceRecord(token, tags, machineType, capacity, controlPlane, next, notBefore, agent);
    }

    InstanceRecord waiting(Phase next, Instant until) {
        return new InstanceRecord(token, tags, machineType, capacity, controlPlane, next, until, agent);
    }

    InstanceRecord running(ProcessId process) {
        return new InstanceRecord(
                token, tags, machineType, capacity, controlPlane, Phase.RUNNING, notBefore, Optional.of(process));
    }

    InstanceRecord stopped() {
        return new InstanceRecord(
                token, tags, machineType, capacity, controlPlane, Phase.STOPPED, notBefore, Optional.empty());
    }

    Properties toProperties() {
        Properties properties = new Properties();
        properties.setProperty("token", token.value());
        properties.setProperty("installation", tags.installation());
        properties.setProperty("cell", tags.cell().value());
        properties.setProperty("instance", tags.instance().value());
        properties.setProperty("intent", tags.intent().value());
        properties.setProperty("machine-type", machineType);
        properties.setProperty("cpu-millis", Long.toString(capacity.cpuMillis()));
        properties.setProperty("memory-bytes", Long.toString(capacity.memoryBytes()));
        properties.setProperty("control-plane", controlPlane.toString());
        properties.setProperty("phase", phase.name());
        properties.setProperty("not-before", notBefore.toString());
        agent.ifPresent(process -> {
            properties.setProperty("pid", Long.toString(process.pid()));
            properties.setProperty("process-start", process.start());
        });
        return properties;
    }

    /** @throws IllegalArgumentException (or its like) when this is not what {@link #toProperties} wrote */
    static InstanceRecord of(Properties properties) {
        String pid = properties.getProperty("pid", "");
        return new InstanceRecord(
                new IntentToken(text(properties, "token")),
                new InstanceTags(
                        text(properties, "installation"),
                        new CellId(text(properties, "cell")),
                        new InstanceId(text(properties, "instance")),
                        new IntentToken(text(properties, "intent"))),
                text(properties, "machine-type"),
                Resources.of(
                        Long.parseLong(text(properties, "cpu-millis")),
                        Long.parseLong(text(properties, "memory-bytes"))),
                URI.create(text(properties, "control-plane")),
                Phase.valueOf(text(properties, "phase")),
                Instant.parse(text(properties, "not-before")),
                pid.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new ProcessId(Long.parseLong(pid), text(properties, "process-start"))));
    }

    private static String text(Properties properties, String key) {
        String value = properties.getProperty(key);
        if (value == null) {
            throw new IllegalArgumentException("state.properties lacks " + key);
        }
        return value;
    }
}
