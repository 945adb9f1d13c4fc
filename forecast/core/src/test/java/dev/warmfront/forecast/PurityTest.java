package dev.warmfront.forecast;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;

/** The walls of this room, held where it is built. */
@AnalyzeClasses(packages = "dev.warmfront.forecast", importOptions = DoNotIncludeTests.class)
final class PurityTest {

    private PurityTest() {}

    @ArchTest
    static final ArchRule standsOnDomainAlone = classes()
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "dev.warmfront.forecast..", "dev.warmfront.domain..", "java..", "org.jspecify.."))
            .because("the scheduler and the simulator run these same classes");

    @ArchTest
    static final ArchRule touchesNothingOutside = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "java.net..", "java.nio.file..", "java.nio.channels..", "java.util.logging..", "java.sql.."))
            .because("a forecast that reads the outside cannot be replayed");

    @ArchTest
    static final ArchRule hasNoClockNoThreadNoDice = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Random.class)
            .because("the present is a parameter: same state and same events give the same forecast (I8)");
}
