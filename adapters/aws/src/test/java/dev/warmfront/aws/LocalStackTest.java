package dev.warmfront.aws;

import org.junit.jupiter.api.Test;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;

/** On LocalStack, where Docker is; skipped elsewhere. */
@Testcontainers(disabledWithoutDocker = true)
class LocalStackTest {

    /** The last that needs no account. */
    private static final DockerImageName IMAGE = DockerImageName.parse("localstack/localstack:4.14.0");

    /** An image that its EC2 knows without being told. */
    private static final String AMI = "ami-12c6146b";

    @Container
    private final LocalStackContainer localStack = new LocalStackContainer(IMAGE).withServices("ec2");

    @Test
    void aMachineLivesFromItsLaunchToItsEnd() throws InterruptedException {
        LifeOfAMachine.at(localStack.getEndpoint().toString(), AMI);
    }
}
