package dev.warmfront.forecast.neural;

import dev.warmfront.forecast.Expert;
import dev.warmfront.forecast.ExpertProvider;
import java.util.List;

/** One network per width of slot. */
public final class NeuralExperts implements ExpertProvider {

    @Override
    public String name() {
        return "neural";
    }

    @Override
    public List<Expert> experts(int slotSeconds) {
        return List.of(new LstmExpert());
    }
}
