package dev.warmfront.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SignatureTest {

    @Test
    void likeInputsOfOneDoublingShareASignature() {
        Signature a = Signature.of("code", "fasta", 1000, new TreeMap<>());

        assertThat(a).isEqualTo(Signature.of("code", "fasta", 600, new TreeMap<>()));
        assertThat(a).isNotEqualTo(Signature.of("code", "fasta", 2000, new TreeMap<>()));
        assertThat(a).isNotEqualTo(Signature.of("code", "fastq", 1000, new TreeMap<>()));
        assertThat(a).isNotEqualTo(Signature.of("other", "fasta", 1000, new TreeMap<>()));
        assertThat(a.hex()).matches("[0-9a-f]{64}");
    }

    @Test
    void partsDoNotRunTogether() {
        TreeMap<String, String> one = new TreeMap<>();
        one.put("a", "bc");
        TreeMap<String, String> other = new TreeMap<>();
        other.put("ab", "c");

        assertThat(Signature.of("x", "", 1, one)).isNotEqualTo(Signature.of("x", "", 1, other));
        assertThat(Signature.of("xy", "z", 1, one)).isNotEqualTo(Signature.of("x", "yz", 1, one));
    }

    @Test
    void bucketsDouble() {
        assertThat(Signature.sizeBucket(-5)).isEqualTo(Signature.SIZE_UNKNOWN);
        assertThat(Signature.sizeBucket(0)).isZero();
        assertThat(Signature.sizeBucket(1)).isEqualTo(1);
        assertThat(Signature.sizeBucket(3)).isEqualTo(2);
        assertThat(Signature.sizeBucket(4)).isEqualTo(3);
        assertThat(Signature.sizeBucket(Long.MAX_VALUE)).isEqualTo(63);
    }

    @Test
    void aTaskWithoutADefinitionIsKnownByItsCodeAndName() {
        TaskClassifier classifier = new TaskClassifier();
        classifier.learn(new TaskClassifier.Traits("c1", "ann", "fasta", 1000, "align-17"), "align");
        classifier.learn(new TaskClassifier.Traits("c2", "ann", "bam", 9000, "merge-3"), "merge");

        assertThat(classifier.guess(new TaskClassifier.Traits("c1", "bob", "fasta", 1200, "x")))
                .hasValueSatisfying(guess -> {
                    assertThat(guess.taskType()).isEqualTo("align");
                    assertThat(guess.confidence()).isGreaterThan(0.9);
                });
        assertThat(classifier.guess(new TaskClassifier.Traits("", "ann", "bam", 8000, "merge-99")))
                .hasValueSatisfying(guess -> assertThat(guess.taskType()).isEqualTo("merge"));
        assertThat(classifier.guess(new TaskClassifier.Traits("zz", "eve", "", -1, "unheard of")))
                .isEmpty();
        assertThat(new TaskClassifier().guess(new TaskClassifier.Traits("", "", "", -1, "")))
                .isEmpty();
    }
}
