package dev.warmfront.aws;

import dev.warmfront.spi.StandInServer.Answer;
import dev.warmfront.spi.StandInServer.Refusal;

/** An error as EC2 answers it. */
final class Ec2Error extends Refusal {

    private static final long serialVersionUID = 1L;

    final int status;
    final String code;

    Ec2Error(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static Ec2Error client(String code, String message) {
        return new Ec2Error(400, code, message);
    }

    static Ec2Error unknownInstance(String id) {
        return client("InvalidInstanceID.NotFound", "The instance ID '" + id + "' does not exist");
    }

    static Ec2Error noCapacity(String type, String zone) {
        return new Ec2Error(
                500,
                "InsufficientInstanceCapacity",
                "We currently do not have sufficient %s capacity in the Availability Zone you requested (%s)."
                        .formatted(type, zone));
    }

    static Ec2Error throttled() {
        return new Ec2Error(503, "RequestLimitExceeded", "Request limit exceeded.");
    }

    @Override
    protected Answer answer() {
        return Answer.xml(status, Ec2Xml.error(this));
    }
}
