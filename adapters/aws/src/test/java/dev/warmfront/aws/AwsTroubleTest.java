package dev.warmfront.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmfront.spi.ComputeProviderFactory;
import dev.warmfront.spi.TroubleContract;
import dev.warmfront.spi.TroubledEndpoints;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes wrong is said in one sentence that names the setting to change. */
class AwsTroubleTest extends TroubleContract<Ec2Account> {

    private final TroubledEndpoints plain = TroubledEndpoints.withoutTls();

    AwsTroubleTest() throws IOException {
        super(new Ec2Account());
    }

    @AfterEach
    void closeTheEndpoint() throws IOException {
        plain.close();
    }

    @Override
    protected ComputeProviderFactory factory() {
        return new AwsProviderFactory();
    }

    @Override
    protected List<Wrong> wrongSettings() {
        return List.of(
                new Wrong("region", "us_east", "region"),
                new Wrong("image", "debian-12", "image"),
                new Wrong("zones", "eu-west-1a", "zones"),
                new Wrong("machine-types", "m7i", "machine-types"),
                new Wrong("machine-types", "m7i.enormous", "prices-file"),
                new Wrong("groups", "general", "groups"),
                new Wrong("endpoint", "localhost", "endpoint"),
                new Wrong("spot", "maybe", "spot"),
                new Wrong("disk-gibibytes", "0", "disk-gibibytes"),
                new Wrong("tls-root-file", "/no/such.pem", "tls-root-file"),
                new Wrong("agent-jar", "a;b", "agent-jar"),
                new Wrong("zone", "us-east-1a", "zone is unknown"),
                new Wrong("subnets", "us-east-1a=s", "zones or subnets"));
    }

    @Override
    protected List<String> bringAbout(Trouble trouble) throws IOException {
        return switch (trouble) {
            case WRONG_CREDENTIALS -> {
                account.ec2.refuseCredentials();
                yield List.of("does not take the credentials", "setting profile");
            }
            case MISSING_PERMISSION -> {
                account.ec2.forbid("RunInstances");
                yield List.of("does not permit launch instances", "role of the credentials");
            }
            case UNKNOWN_REGION -> {
                account.without("endpoint")
                        .with("region", "xx-nowhere-9")
                        .with("zones", "xx-nowhere-9a")
                        .with("prices-file", pricesOf("xx-nowhere-9"));
                yield List.of("settings region and endpoint");
            }
            case BAD_IMAGE -> {
                account.with("image", "ami-00000000000000bad");
                yield List.of("setting image");
            }
            case QUOTA_OF_NOTHING -> {
                account.ec2.world.vcpuQuota(0);
                yield List.of("vCPU limit of 0", "Service Quotas");
            }
            case HANGING_ENDPOINT -> {
                account.with("call-timeout-millis", "150");
                account.ec2.hang("DescribeInstanceTypes");
                yield List.of("150 ms", "setting endpoint");
            }
            case NO_ENDPOINT -> {
                account.with("endpoint", TroubledEndpoints.nobody().toString());
                yield List.of("setting endpoint");
            }
            case ENDPOINT_WITHOUT_TLS -> {
                account.with("endpoint", plain.https().toString());
                yield List.of("prove who it is", "setting endpoint");
            }
        };
    }

    @Test
    void aProfileThatIsNotThere() {
        account.with("profile", "no-such-profile");
        assertThat(said().sentence()).contains("setting profile");
    }

    @Test
    void aZoneThatIsNotThere() {
        account.with("zones", "us-east-1q");
        assertThat(said().sentence()).contains("settings machine-types, groups, zones");
    }

    @Test
    void aBadImageOfAGroup() {
        account.with("image", "ami-00000000000000bad")
                .with("groups", "g=m7i.large+m6i.large")
                .with("machine-types", "");
        assertThat(said().sentence()).contains("setting image");
    }

    private String pricesOf(String region) {
        try {
            var file = java.nio.file.Files.createTempFile("prices", ".csv");
            file.toFile().deleteOnExit();
            java.nio.file.Files.writeString(
                    file,
                    "provider,region,machine_type,ondemand_usd_h,vcpu,mem_gib\naws,%s,%s,0.1,2,8\n"
                            .formatted(region, Ec2Account.TYPE));
            return file.toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
