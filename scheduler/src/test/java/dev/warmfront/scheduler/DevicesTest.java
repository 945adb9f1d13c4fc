package dev.warmfront.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmfront.domain.AttemptId;
import dev.warmfront.domain.Isolation;
import dev.warmfront.domain.Offering;
import dev.warmfront.domain.Resources;
import dev.warmfront.domain.TaskId;
import dev.warmfront.domain.TaskState;
import dev.warmfront.domain.TenantId;
import dev.warmfront.scheduler.Allocation.Share;
import dev.warmfront.testing.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** GPUs are devices: a fraction is a part of one of them. */
class DevicesTest {

    private static final Offering T4 = Fixtures.offering(
            Fixtures.OTHER_PROVIDER,
            "t4",
            new Resources(64_000, 512 * Fixtures.GIB, new TreeMap<>(Map.of("t4", 4000L))),
            "0.5");

    private final TestCell cell = new TestCell();

    private void runs(Offering... offerings) {
        cell.offers(offerings)
                .has(Fixtures.tenant("ann", 1, Isolation.SHARED))
                .runs(TestCell.keepAlive(Duration.ofHours(1), 1));
    }

    private void submit(String id, long millis) {
        cell.submit(Fixtures.task("ann", id, Fixtures.gpu(100, millis)));
    }

    private List<Share> shares(String task) {
        return cell.instanceOf(task).allocations().stream()
                .filter(allocation ->
                        allocation.attempt().equals(cell.task(task).attemptId()))
                .findFirst()
                .orElseThrow()
                .gpus()
                .getOrDefault("l4", List.of());
    }

    @Test
    void twoThatTakeMoreThanHalfHaveADeviceEach() {
        runs(Fixtures.GPU);
        submit("a", 600);
        submit("b", 600);
        submit("c", 600);
        cell.bringUp();
        assertThat(shares("a")).containsExactly(new Share(0, 600));
        assertThat(shares("b")).containsExactly(new Share(1, 600));
        assertThat(cell.stateOf("c")).isEqualTo(TaskState.QUEUED);
        cell.starts("a");
        cell.exits("a", 0);
        assertThat(shares("c")).containsExactly(new Share(0, 600));
    }

    @Test
    void whatIsLeftOfTwoDevicesIsNotOne() {
        runs(Fixtures.GPU);
        submit("a", 600);
        submit("b", 600);
        submit("whole", 1000);
        submit("small", 400);
        cell.bringUp();
        assertThat(cell.stateOf("whole")).isEqualTo(TaskState.QUEUED);
        assertThat(shares("small")).containsExactly(new Share(0, 400));
    }

    @Test
    void smallPartsShareADeviceSoThatWholeOnesStayWhole() {
        runs(Fixtures.GPU);
        submit("a", 300);
        submit("b", 300);
        submit("whole", 1000);
        cell.bringUp();
        assertThat(shares("a")).containsExactly(new Share(0, 300));
        assertThat(shares("b")).containsExactly(new Share(0, 300));
        assertThat(shares("whole")).containsExactly(new Share(1, 1000));
    }

    @Test
    void oneAndAHalfIsAWholeDeviceAndHalfOfAnother() {
        runs(Fixtures.GPU);
        submit("a", 1500);
        submit("b", 500);
        cell.bringUp();
        assertThat(shares("a")).containsExactlyInAnyOrder(new Share(1, 1000), new Share(0, 500));
        assertThat(shares("b")).containsExactly(new Share(0, 500));
    }

    @Test
    void anAllocationOfBeforeDevicesWereToldApartKeepsARoomOfItsOwn() {
        runs(Fixtures.GPU);
        submit("a", 600);
        cell.bringUp();
        Instance instance = cell.onlyInstance();
        Allocation old =
                new Allocation(instance.allocations().getFirst().attempt(), Fixtures.gpu(100, 600), new TreeMap<>());
        Instance read = new InstanceEdit(instance).allocations(List.of(old)).build();
        assertThat(Devices.haveRoom(read, Fixtures.gpu(100, 1000))).isTrue();
        assertThat(Devices.haveRoom(read, Fixtures.gpu(100, 1500))).isFalse();
    }

    @Test
    void refusesAStateInWhichADeviceIsGivenOutTwice() {
        runs(Fixtures.GPU);
        submit("a", 600);
        submit("b", 600);
        cell.bringUp();
        List<Allocation> both = new ArrayList<>(cell.onlyInstance().allocations());
        Allocation second = both.removeLast();
        both.add(new Allocation(
                second.attempt(), second.resources(), new TreeMap<>(Map.of("l4", List.of(new Share(0, 600))))));
        Instance twice = new InstanceEdit(cell.onlyInstance()).allocations(both).build();
        assertThatThrownBy(() -> Devices.of(twice)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void asManyFitAsAreSaidToFit() {
        Seeds.check(300, random -> {
            long capacity = random.nextInt(1, 5) * 1000L + (random.nextInt(4) == 0 ? 500 : 0);
            long request = random.nextInt(1, 2_200);
            Instance machine = machine(capacity);
            long fits = 0;
            while (Devices.haveRoom(machine, Fixtures.gpu(1, request))) {
                machine = with(machine, fits, request);
                fits++;
            }
            assertThat(Devices.fit(capacity, request))
                    .as("%d of %d", request, capacity)
                    .isEqualTo(fits);
        });
    }

    private static Instance with(Instance machine, long number, long request) {
        List<Allocation> allocations = new ArrayList<>(machine.allocations());
        Resources resources = Fixtures.gpu(1, request);
        allocations.add(new Allocation(
                new AttemptId(new TenantId("ann"), new TaskId("t-" + number), 1),
                resources,
                Devices.of(machine).place(resources).orElseThrow()));
        return new InstanceEdit(machine).allocations(allocations).build();
    }

    private static Instance machine(long millis) {
        TestCell cell = new TestCell();
        cell.offers(Fixtures.offering(
                        Fixtures.PROVIDER,
                        "gpu",
                        new Resources(64_000, 512 * Fixtures.GIB, new TreeMap<>(Map.of("l4", millis))),
                        "1"))
                .has(Fixtures.tenant("ann", 1, Isolation.SHARED))
                .submit(Fixtures.task("ann", "t"));
        return cell.onlyInstance();
    }

    /** Random tasks of two types come and go; no device is ever given out more than once over, no type for another. */
    @Test
    void noDeviceIsGivenOutMoreThanOnceOverAndNoTypeForAnother() {
        Seeds.check(60, DevicesTest::live);
    }

    private static void live(RandomGenerator random) {
        TestCell cell = new TestCell();
        cell.offers(Fixtures.SMALL, Fixtures.GPU, T4)
                .has(Fixtures.tenant("ann", 1, Isolation.SHARED))
                .runs(TestCell.keepAlive(Duration.ofHours(1), 3));
        List<String> tasks = new ArrayList<>();
        Map<String, String> types = new HashMap<>();
        for (int step = 0; step < 150; step++) {
            if (random.nextInt(5) < 3) {
                String id = "t-" + step;
                String type = random.nextBoolean() ? "l4" : "t4";
                long millis = random.nextInt(3) == 0 ? 1000L * random.nextInt(1, 3) : random.nextInt(1, 1500);
                cell.submit(Fixtures.task(
                        "ann", id, new Resources(100, Fixtures.GIB, new TreeMap<>(Map.of(type, millis)))));
                tasks.add(id);
                types.put(id, type);
            } else {
                tasks.stream()
                        .filter(id -> cell.stateOf(id) == TaskState.ASSIGNED)
                        .skip(random.nextInt(3))
                        .findFirst()
                        .ifPresent(id -> {
                            cell.starts(id);
                            cell.exits(id, 0);
                        });
            }
            cell.after(1).bringUp();
            check(cell, types);
        }
    }

    private static void check(TestCell cell, Map<String, String> types) {
        for (Instance instance : cell.state.instances()) {
            Map<String, Long> taken = new HashMap<>();
            for (Allocation allocation : instance.allocations()) {
                String type = types.getOrDefault(allocation.attempt().task().value(), "");
                assertThat(allocation.gpus())
                        .as("of the type that was asked for")
                        .containsOnlyKeys(type);
                assertThat(instance.offering().machineType().name()).isEqualTo(type.equals("l4") ? "gpu" : "t4");
                allocation.gpus().forEach((of, shares) -> {
                    long sum = shares.stream().mapToLong(Share::millis).sum();
                    assertThat(sum).isEqualTo(allocation.resources().gpuMillis().get(of));
                    assertThat(shares.stream().filter(share -> share.millis() < Devices.WHOLE))
                            .as("parts")
                            .hasSizeLessThanOrEqualTo(1);
                    shares.forEach(share -> taken.merge(of + share.device(), share.millis(), Long::sum));
                });
            }
            assertThat(taken.values()).allMatch(millis -> millis <= Devices.WHOLE);
            Map<Integer, Long> byNumber = new HashMap<>();
            instance.allocations().forEach(allocation -> allocation
                    .devices(instance.offering().machineType().capacity())
                    .forEach(device -> byNumber.merge(device.device(), device.millis(), Long::sum)));
            assertThat(byNumber.values())
                    .as("what agents are told of each device, together")
                    .allMatch(millis -> millis <= Devices.WHOLE)
                    .hasSameSizeAs(taken.values());
        }
    }

    @Test
    void numbersDevicesOverAllTypesOfTheMachine() {
        Resources capacity = new Resources(8_000, 1L << 34, new TreeMap<>(Map.of("L4", 2_000L, "T4", 1_500L)));
        Allocation allocation = new Allocation(
                new AttemptId(new TenantId("acme"), new TaskId("t"), 1),
                new Resources(100, 1, new TreeMap<>(Map.of("L4", 1_000L, "T4", 500L))),
                new TreeMap<>(Map.of(
                        "L4", List.of(new Allocation.Share(1, 1_000)), "T4", List.of(new Allocation.Share(1, 500)))));
        assertThat(allocation.devices(capacity))
                .containsExactly(new Allocation.Device("L4", 1, 1_000), new Allocation.Device("T4", 3, 500));
        assertThat(allocation.hasKnownDevices()).isTrue();
    }
}
