package dev.warmfront;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.warmfront.domain.TenantId;
import dev.warmfront.spi.ComputeProvider;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.Set;

/** The walls of the house (design.md §2 and the house style). A rule that has to move wants an ADR first. */
@AnalyzeClasses(packages = "dev.warmfront", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {

    private static final String[] PURE = {
        "dev.warmfront.domain..", "dev.warmfront.cost..", "dev.warmfront.forecast..", "dev.warmfront.scheduler..",
    };

    private static final Set<String> IMPURE_CALLS = Set.of(
            "java.time.Instant.now",
            "java.time.LocalDate.now",
            "java.time.LocalDateTime.now",
            "java.time.ZonedDateTime.now",
            "java.time.Clock.systemUTC",
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.lang.System.getenv",
            "java.lang.System.getProperty",
            "java.util.UUID.randomUUID",
            "java.lang.Math.random");

    private ArchitectureTest() {}

    @ArchTest
    static final ArchRule domainStandsOnTheJdkAlone = classes()
            .that()
            .resideInAPackage("dev.warmfront.domain..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("dev.warmfront.domain..", "java..", "org.jspecify.."))
            .because("values are shared by everything, agents and simulators included, and must drag nothing along");

    @ArchTest
    static final ArchRule costStandsOnDomain = classes()
            .that()
            .resideInAPackage("dev.warmfront.cost..")
            .should()
            .onlyDependOnClassesThat(
                    resideInAnyPackage("dev.warmfront.cost..", "dev.warmfront.domain..", "java..", "org.jspecify.."))
            .because("imports run one way: cost-model knows domain and nothing else of ours");

    @ArchTest
    static final ArchRule forecastStandsOnDomain = classes()
            .that()
            .resideInAPackage("dev.warmfront.forecast..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "dev.warmfront.forecast..", "dev.warmfront.domain..", "java..", "org.jspecify.."))
            .because("what is learned is a function of what happened: the simulator learns with these same classes");

    @ArchTest
    static final ArchRule schedulerStandsOnDomainCostAndForecast = classes()
            .that()
            .resideInAPackage("dev.warmfront.scheduler..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "dev.warmfront.scheduler..",
                    "dev.warmfront.cost..",
                    "dev.warmfront.forecast..",
                    "dev.warmfront.domain..",
                    "java..",
                    "org.jspecify.."))
            .because("the simulator runs these same classes: no database, cloud or framework may reach them");

    @ArchTest
    static final ArchRule pureRoomsTouchNothingOutside = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "java.net..", "java.nio.file..", "java.nio.channels..", "java.util.logging..", "java.sql.."))
            .because("a decision that reads the outside cannot be replayed");

    @ArchTest
    static final ArchRule pureRoomsHaveNoClockNoThreadNoDice = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .accessTargetWhere(
                    describe("a clock, the environment, a thread or hidden randomness", ArchitectureTest::isImpure))
            .because("now and randomness are parameters: same state and same events give the same decisions (I8)");

    private static final String[] ADAPTERS = {
        "dev.warmfront.local..", "dev.warmfront.libvirt..", "dev.warmfront.aws..", "dev.warmfront.gcp.."
    };

    @ArchTest
    static final ArchRule reactiveTypesStayInTheControlPlane = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.warmfront.domain..",
                    "dev.warmfront.cost..",
                    "dev.warmfront.scheduler..",
                    "dev.warmfront.spi..",
                    "dev.warmfront.local..",
                    "dev.warmfront.libvirt..",
                    "dev.warmfront.aws..",
                    "dev.warmfront.gcp..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Uni.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Multi.class)
            .because("adapters are plain blocking Java and the brain is pure; only the gateway crosses over");

    @ArchTest
    static final ArchRule adaptersAreNotCompiledAgainst = noClasses()
            .that()
            .resideOutsideOfPackages(ADAPTERS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ADAPTERS)
            .because("adapters are found by ServiceLoader; importing one would make the others second class");

    @ArchTest
    static final ArchRule onlyTheGatewayCallsProviders = noClasses()
            .that(resideInAPackage("dev.warmfront..")
                    .and(not(resideInAnyPackage("dev.warmfront.provider..", "dev.warmfront.spi..")))
                    .and(not(resideInAnyPackage(ADAPTERS))))
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ComputeProvider.class)
            .because("rate budgets, retries, metering and the thread crossing live in one place");

    @ArchTest
    static final ArchRule rowsStayInTheirPackage = classes()
            .that()
            .haveSimpleNameEndingWith("Row")
            .should()
            .bePackagePrivate()
            .because("a table's shape is its feature's own business; what goes out is a View");

    @ArchTest
    static final ArchRule storesAskForTheTenantFirst = methods()
            .that()
            .areDeclaredInClassesThat(
                    simpleNameEndingWith("Store").and(not(resideInAnyPackage("dev.warmfront.local.."))))
            .and()
            .areNotPrivate()
            .and()
            .areNotStatic()
            .should(startWithTheTenant())
            .because("a query that forgets its tenant leaks: it must not compile without one (I4)");

    @ArchTest
    static final ArchRule moneyIsNeverFloating = noMethods()
            .that()
            .areDeclaredInClassesThat(describe("money types", type -> Set.of("Money", "HourlyRate", "Charge")
                    .contains(type.getSimpleName())))
            .should()
            .haveRawReturnType(double.class)
            .orShould()
            .haveRawReturnType(float.class)
            .because("money is nano-dollars in a long: a sum that is off by one cannot be explained to a client");

    @ArchTest
    static final ArchRule moneyFieldsAreNeverFloating = fields().that()
            .haveNameMatching("(?i).*(nanos|nanousd|cost|price|amount|rate)$")
            .and()
            .areDeclaredInClassesThat()
            .resideInAnyPackage("dev.warmfront.domain..", "dev.warmfront.scheduler..")
            .should()
            .notHaveRawType(double.class)
            .because("money is nano-dollars in a long");

    @ArchTest
    static final ArchRule nothingIsInjectedIntoFields = noFields()
            .should()
            .beAnnotatedWith(Inject.class)
            .because("a constructor says what a class needs, and lets a test give it");

    @ArchTest
    static final ArchRule featuresDoNotGoInCircles = slices().matching("dev.warmfront.(*)..")
            .should()
            .beFreeOfCycles()
            .because("a room that needs the room that needs it is one room");

    private static boolean isImpure(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        String name = target.getOwner().getFullName() + "." + target.getName();
        boolean dice = target.getName().equals("<init>")
                && Set.of("java.util.Random", "java.util.SplittableRandom", "java.security.SecureRandom")
                        .contains(target.getOwner().getFullName());
        return dice || IMPURE_CALLS.contains(name) || target.getOwner().isEquivalentTo(Thread.class);
    }

    private static ArchCondition<JavaMethod> startWithTheTenant() {
        return new ArchCondition<>("take a TenantId as their first parameter") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                boolean tenantFirst = !method.getRawParameterTypes().isEmpty()
                        && method.getRawParameterTypes().getFirst().isEquivalentTo(TenantId.class);
                boolean generated = method.getModifiers().contains(JavaModifier.SYNTHETIC);
                events.add(new SimpleConditionEvent(
                        method, tenantFirst || generated, method.getFullName() + " must take a TenantId first"));
            }
        };
    }
}
