package dev.warmfront.domain;

/**
 * The shape of a machine.
 *
 * @param name the provider's name of it, for example {@code m7i.large}
 * @param capacity what tasks may use of it
 */
public record MachineType(String name, Resources capacity) {

    public MachineType {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a machine type needs a name");
        }
        if (capacity.cpuMillis() == 0 || capacity.memoryBytes() == 0) {
            throw new IllegalArgumentException("machine type " + name + " needs CPU and memory");
        }
    }
}
