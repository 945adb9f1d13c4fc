package dev.warmfront.cost;

import dev.warmfront.domain.HourlyRate;
import dev.warmfront.domain.Resources;
import java.math.BigInteger;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an operator's own hardware costs per hour and unit, so that machines without a list price can be priced by their
 * shape. The rates hold what the operator puts in: write-off, power, space, people.
 *
 * @param perCore price of one core for an hour
 * @param perGibibyte price of one GiB of memory for an hour
 * @param perGpu price of one device for an hour, by GPU type
 */
public record OnPremRates(HourlyRate perCore, HourlyRate perGibibyte, SortedMap<String, HourlyRate> perGpu) {

    private static final BigInteger MILLIS = BigInteger.valueOf(1000);
    private static final BigInteger GIBIBYTE = BigInteger.ONE.shiftLeft(30);

    public OnPremRates {
        perGpu = Collections.unmodifiableSortedMap(new TreeMap<>(perGpu));
    }

    /**
     * The price of a machine: each resource's exact share, rounded down to a nano-dollar per hour.
     *
     * @throws IllegalArgumentException when the machine has a GPU whose type has no rate: it would look free
     */
    public HourlyRate rateOf(Resources machine) {
        BigInteger total =
                share(perCore, machine.cpuMillis(), MILLIS).add(share(perGibibyte, machine.memoryBytes(), GIBIBYTE));
        for (var gpu : machine.gpuMillis().entrySet()) {
            HourlyRate rate = perGpu.get(gpu.getKey());
            if (rate == null) {
                throw new IllegalArgumentException("no on-prem rate for GPU type " + gpu.getKey());
            }
            total = total.add(share(rate, gpu.getValue(), MILLIS));
        }
        return new HourlyRate(total.longValueExact());
    }

    private static BigInteger share(HourlyRate rate, long amount, BigInteger unit) {
        return BigInteger.valueOf(rate.nanosPerHour())
                .multiply(BigInteger.valueOf(amount))
                .divide(unit);
    }
}
