package dev.warmfront.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files and services of tasks, through the real agent. */
class TaskFilesTest {

    private static final long CACHE_BYTES = 8 << 20;

    private final Path home;
    private final StubControlPlane controlPlane;
    private final FileSource source;
    private final RunningAgent agent;

    TaskFilesTest(@TempDir Path home) throws Exception {
        this.home = home;
        controlPlane = new StubControlPlane();
        source = new FileSource();
        agent = new RunningAgent(controlPlane, home, CACHE_BYTES);
    }

    @AfterEach
    void stop() throws Exception {
        controlPlane.failWith(410);
        agent.close();
        controlPlane.close();
        source.close();
    }

    private static byte[] noise(long seed, int bytes) {
        byte[] content = new byte[bytes];
        new java.util.SplittableRandom(seed).nextBytes(content);
        return content;
    }

    private static String sum(byte[] content) {
        return HexFormat.of().formatHex(Checksum.fresh().digest(content));
    }

    private static String input(String name, String sha256, long bytes, String url) {
        return "{\"name\":\"" + name + "\",\"sha256\":\"" + sha256 + "\",\"bytes\":" + bytes
                + (url.isEmpty() ? "" : ",\"url\":\"" + url + "\"") + "}";
    }

    private static String inputs(String... inputs) {
        return ",\"inputs\":[" + String.join(",", inputs) + "]";
    }

    private Json.Obj counts() {
        // A poll that is held tells nothing new.
        controlPlane.say("");
        List<Json.Obj> polls = controlPlane.polls().stream()
                .filter(poll -> poll.find("data") != null)
                .toList();
        return polls.getLast().object("data").object("counts");
    }

    @Test
    void aTaskFindsItsDatasetAndTheNextOneNeedsNoFetch() throws Exception {
        byte[] content = noise(1, 3 << 20);
        String url = source.put("a", content);

        controlPlane.runWith(
                inputs(input("train-set", sum(content), content.length, url)),
                "one",
                "sh",
                "-c",
                "sha256sum <$WARMFRONT_DATASET_TRAIN_SET");
        assertThat(controlPlane.awaitFinished("one").whole("exitCode")).isZero();
        assertThat(controlPlane.log("one", "stdout")).hasValue(sum(content) + "  -\n");
        controlPlane.runWith(inputs(input("again", sum(content), content.length, url)), "two", "true");
        controlPlane.awaitFinished("two");

        assertThat(source.sent()).isEqualTo(content.length);
        StubControlPlane.await("the counts", () -> counts().whole("hits") == 1);
        assertThat(counts().whole("misses")).isEqualTo(1);
        assertThat(counts().whole("fetchedBytes")).isEqualTo(content.length);
    }

    @Test
    void aFetchThatBreaksOffGoesOnWhereItWas() throws Exception {
        byte[] content = noise(2, 4 << 20);
        String url = source.put("a", content);
        source.breakOff(3);

        controlPlane.runWith(
                inputs(input("x", sum(content), content.length, url)),
                "one",
                "sh",
                "-c",
                "wc -c <$WARMFRONT_DATASET_X");

        assertThat(controlPlane.awaitFinished("one").whole("exitCode")).isZero();
        assertThat(source.sent()).as("nothing was sent twice").isEqualTo(content.length);
    }

    @Test
    void whatIsNotWhatWasRegisteredFailsTheAttemptInOneSentence() throws Exception {
        byte[] content = noise(3, 1000);
        String url = source.put("a", content);
        String other = "0".repeat(64);

        controlPlane.runWith(inputs(input("x", other, content.length, url)), "wrong", "true");
        Json.Obj wrong = controlPlane.awaitFinished("wrong");
        assertThat(wrong.text("end")).isEqualTo("NOT_STARTED");
        assertThat(wrong.text("detail"))
                .isEqualTo("The dataset 'x' is not what was registered: its SHA-256 is " + sum(content) + " and not "
                        + other + ".");

        controlPlane.runWith(inputs(input("x", sum(content), 999, url)), "long", "true");
        assertThat(controlPlane.awaitFinished("long").text("detail"))
                .isEqualTo("The dataset 'x' is longer than the 999 bytes that were registered.");

        controlPlane.runWith(inputs(input("x", sum(content), 1000, source.url("none"))), "none", "true");
        assertThat(controlPlane.awaitFinished("none").text("detail"))
                .isEqualTo("The dataset 'x' could not be fetched: HTTP 404 from " + source.url("none") + ".");

        controlPlane.runWith(inputs(input("x", sum(content), 100 << 20, url)), "huge", "true");
        assertThat(controlPlane.awaitFinished("huge").text("detail")).contains("has no room for it");

        controlPlane.runWith(inputs("{\"name\":\"x\"}"), "lost", "true");
        assertThat(controlPlane.awaitFinished("lost").text("detail"))
                .isEqualTo("The input 'x' does not exist: the task that should have made it left none.");
    }

    @Test
    void aFileThatWasSpoiledIsFetchedAgain() throws Exception {
        byte[] content = noise(4, 100_000);
        String url = source.put("a", content);
        String input = input("x", sum(content), content.length, url);
        controlPlane.runWith(inputs(input), "one", "true");
        controlPlane.awaitFinished("one");
        Path file = home.resolve("cache/acme").resolve(sum(content));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        byte[] spoiled = content.clone();
        spoiled[50_000] ^= 1;
        Files.write(file, spoiled);

        controlPlane.runWith(inputs(input), "two", "sh", "-c", "sha256sum <$WARMFRONT_DATASET_X");

        controlPlane.awaitFinished("two");
        assertThat(controlPlane.log("two", "stdout")).hasValue(sum(content) + "  -\n");
        StubControlPlane.await("the counts", () -> counts().whole("corrupted") == 1);
    }

    @Test
    void whatWasUsedLongestAgoMakesRoom() throws Exception {
        byte[][] contents = new byte[4][];
        for (int i = 0; i < 4; i++) {
            contents[i] = noise(10 + i, 3 << 20);
            String url = source.put("f" + i, contents[i]);
            controlPlane.runWith(inputs(input("x", sum(contents[i]), contents[i].length, url)), "t" + i, "true");
            assertThat(controlPlane.awaitFinished("t" + i).text("end")).isEqualTo("EXITED");
        }
        Path folder = home.resolve("cache/acme");
        assertThat(folder.resolve(sum(contents[0]))).doesNotExist();
        assertThat(folder.resolve(sum(contents[1]))).doesNotExist();
        assertThat(folder.resolve(sum(contents[2]))).exists();
        assertThat(folder.resolve(sum(contents[3]))).exists();
    }

    @Test
    void anOutputIsKeptUnderItsSumAndSentToWhoeverWaitsForIt() throws Exception {
        controlPlane.runWith(
                ",\"outputs\":{\"frames\":\"out/f.bin\"}", "maker", "sh", "-c", "mkdir out; printf hello >out/f.bin");
        Json.Obj left = controlPlane.awaitFinished("maker").object("outputs").object("frames");
        String hello = sum("hello".getBytes(StandardCharsets.UTF_8));
        assertThat(left.text("sha256")).isEqualTo(hello);
        assertThat(left.whole("bytes")).isEqualTo(5);

        controlPlane.say(",\"sends\":[{\"id\":\"p1\",\"tenant\":\"acme\",\"sha256\":\"" + hello
                + "\",\"offset\":1,\"length\":100},{\"id\":\"p2\",\"tenant\":\"zoe\",\"sha256\":\"" + hello
                + "\",\"offset\":0,\"length\":100}]");
        StubControlPlane.await("the pieces", () -> controlPlane.piece("p2").isPresent());
        StubControlPlane.await("the pieces", () -> controlPlane.piece("p1").isPresent());
        assertThat(new String(controlPlane.piece("p1").orElseThrow(), StandardCharsets.UTF_8))
                .isEqualTo("ello");
        assertThat(controlPlane.piece("p2").orElseThrow())
                .as("another tenant's")
                .isEmpty();
    }

    @Test
    void anOutputThatIsNotThereIsSaid() throws Exception {
        controlPlane.runWith(",\"outputs\":{\"frames\":\"f.bin\"}", "idle", "true");
        Json.Obj idle = controlPlane.awaitFinished("idle");
        assertThat(idle.text("detail")).isEqualTo("The output 'frames' is missing: there is no file 'f.bin'.");
        assertThat(idle.object("outputs").members()).isEmpty();

        controlPlane.runWith(",\"outputs\":{\"frames\":\"f.bin\"}", "sly", "ln", "-s", "/etc/hostname", "f.bin");
        assertThat(controlPlane.awaitFinished("sly").text("detail")).contains("missing");
    }

    @Test
    void whatLiesWithAnotherAgentComesThroughTheControlPlane() throws Exception {
        byte[] content = noise(5, (2 << 20) + 17);
        controlPlane.lies(sum(content), content);

        controlPlane.runWith(
                inputs(input("frames", sum(content), content.length, "")),
                "reader",
                "sh",
                "-c",
                "sha256sum <$WARMFRONT_DATASET_FRAMES");

        assertThat(controlPlane.awaitFinished("reader").whole("exitCode")).isZero();
        assertThat(controlPlane.log("reader", "stdout")).hasValue(sum(content) + "  -\n");
    }

    @Test
    void whatIsWantedAheadIsThereBeforeItsTask() throws Exception {
        byte[] content = noise(6, 1 << 20);
        String url = source.put("a", content);
        controlPlane.say(",\"data\":[{\"tenant\":\"acme\",\"sha256\":\"" + sum(content) + "\",\"bytes\":"
                + content.length + ",\"url\":\"" + url + "\"}]");
        StubControlPlane.await(
                "the file", () -> Files.exists(home.resolve("cache/acme").resolve(sum(content))));

        controlPlane.runWith(inputs(input("x", sum(content), content.length, url)), "one", "true");
        controlPlane.awaitFinished("one");

        StubControlPlane.await("the counts", () -> counts().whole("aheadReadBytes") == content.length);
        assertThat(counts().whole("hits")).isEqualTo(1);
        assertThat(counts().whole("aheadBytes")).isEqualTo(content.length);
        assertThat(source.sent()).isEqualTo(content.length);
    }

    @Test
    void aTaskGetsAnEndpointThatAnswersAndDistancesAreTold() throws Exception {
        try (ServerSocket near = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String open = "127.0.0.1:" + near.getLocalPort();
            String shut = "127.0.0.1:1";
            controlPlane.say(",\"endpoints\":[\"" + shut + "\",\"" + open + "\"]");
            controlPlane.runWith(
                    ",\"services\":[{\"name\":\"db\",\"endpoints\":[\"" + shut + "\",\"" + open + "\"]}]",
                    "caller",
                    "sh",
                    "-c",
                    "echo $WARMFRONT_SERVICE_DB");
            controlPlane.awaitFinished("caller");
            assertThat(controlPlane.log("caller", "stdout")).hasValue(open + "\n");
            controlPlane.say(",\"endpoints\":[\"" + shut + "\",\"" + open + "\"]");
            StubControlPlane.await("the distance", () -> controlPlane.polls().stream()
                    .anyMatch(poll ->
                            poll.object("data").object("roundTripMicros").find(open) != null));
        }
    }
}
