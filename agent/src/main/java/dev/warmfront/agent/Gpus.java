package dev.warmfront.agent;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How a command is told which of the machine's GPUs are its own. */
final class Gpus {

    private Gpus() {}

    /**
     * The variables that CUDA and NVIDIA's container runtime go by. They outrank what the task sets itself: it would see
     * what others have.
     *
     * @param devices numbers on the machine; none hides all
     */
    static Map<String, String> variables(List<Long> devices) {
        String numbers = devices.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
        return Map.of(
                // By its own order CUDA would put the fastest first, which is nobody's number for it.
                "CUDA_DEVICE_ORDER",
                "PCI_BUS_ID",
                "CUDA_VISIBLE_DEVICES",
                numbers,
                "NVIDIA_VISIBLE_DEVICES",
                devices.isEmpty() ? "void" : numbers);
    }
}
