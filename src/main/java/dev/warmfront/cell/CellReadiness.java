package dev.warmfront.cell;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when requests can be served: here, or by the owner that is known. */
@Readiness
@ApplicationScoped
class CellReadiness implements HealthCheck {

    private final CellService cell;

    CellReadiness(CellService cell) {
        this.cell = cell;
    }

    @Override
    public HealthCheckResponse call() {
        String owner = cell.isOwner()
                ? "this process"
                : cell.ownerElsewhere().map(Object::toString).orElse("nobody yet");
        return HealthCheckResponse.named("cell")
                .status(cell.isOwner() || cell.ownerElsewhere().isPresent())
                .withData("owner", owner)
                .build();
    }
}
